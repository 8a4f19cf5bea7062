// A relay as the API shows it: identity, keys and health in one object. Pure.
// It shows no secret: fingerprints of public keys, and fingerprints of secrets only when a relay is
// revoked.

import type { UnixMs } from '../../domain/accounting-event.ts';
import { fingerprintOf } from '../../wire/key-fingerprint.ts';
import type { RelayKey } from '../shared/control-ports.ts';
import type { Coverage } from '../shared/coverage.ts';
import type { RelayHealth } from '../shared/relay-health.ts';
import type { HealthReport, RelayRecord } from './ports.ts';

export type RelayFacts = {
  readonly relayId: string;
  readonly now: UnixMs;
  readonly record: RelayRecord | undefined;
  readonly keys: readonly RelayKey[];
  readonly coverage: Coverage | undefined;
  readonly health: HealthReport | undefined;
  readonly verdict: RelayHealth;
};

const holesShownMax = 20;

/** Builds the object. */
export function relayView({ relayId, now, record, keys, coverage, health, verdict }: RelayFacts) {
  const state = stateOf(keys, record, now);
  const conditions = state === 'enrolled' ? conditionsOf(health, verdict, now) : [];
  return {
    relayId,
    state,
    ...time('createdAt', record?.createdAt),
    ...(state === 'waiting' ? time('tokenValidUntil', record?.token?.validUntil) : {}),
    ...(state === 'revoked' ? time('revokedAt', record?.revokedAt) : {}),
    keys: keys.map(keyView),
    ...time('lastContact', verdict.lastHeardAt),
    ...time('lastBatch', coverage?.lastSeen),
    ...(coverage ? { coverage: coverageView(coverage) } : {}),
    ...(health ? healthView(health) : {}),
    conditions,
    isHealthy: conditions.length === 0,
  };
}

function stateOf(
  keys: readonly RelayKey[],
  record: RelayRecord | undefined,
  now: UnixMs,
): 'enrolled' | 'waiting' | 'expired' | 'revoked' {
  if (keys.length > 0) return 'enrolled';
  if (record?.token) return record.token.validUntil > now ? 'waiting' : 'expired';
  return 'revoked';
}

function keyView({ keyId, jwk, agreementKey, registeredAt, retiresAt }: RelayKey) {
  return {
    keyId,
    fingerprint: fingerprintOf(keyId),
    algorithm: jwk.kty === 'OKP' ? 'ed25519' : 'ecdsa-p256-sha256',
    takesSettings: agreementKey !== undefined,
    ...time('registeredAt', registeredAt),
    ...time('retiresAt', retiresAt),
  };
}

function coverageView({ coveredTo, highest, holes, epoch, sequence }: Coverage) {
  const missing = holes.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  const shown = holes.slice(0, holesShownMax);
  return {
    coveredTo,
    highest,
    missing,
    holes: shown.map(({ first, last, since }) => ({ first, last, ...time('since', since) })),
    epoch,
    sequence,
  };
}

function healthView({ report, receivedAt }: HealthReport) {
  const { software, settings, journal, gateways, isBalanced, startedAt } = report;
  return {
    health: {
      ...time('receivedAt', receivedAt),
      ...time('startedAt', startedAt),
      software,
      settings,
      journal,
      isBalanced,
      gateways: gateways.map(({ lastPacketAt, ...rest }) => ({
        ...rest,
        ...time('lastPacket', lastPacketAt),
      })),
    },
  };
}

/** What the relay says is wrong, and what only the cloud can see. */
function conditionsOf(health: HealthReport | undefined, verdict: RelayHealth, now: UnixMs) {
  const triaged = (health?.report.conditions ?? []).map(({ since, ...rest }) => ({
    ...rest,
    ...time('since', since),
  }));
  const { isSilent, gap, lastHeardAt } = verdict;
  return [
    ...(isSilent ? [{ code: 'relay-silent', ...time('since', lastHeardAt ?? now) }] : []),
    ...(gap
      ? [{ code: 'ledger-gap', ...time('since', gap.since), detail: `${gap.positions} records` }]
      : []),
    ...triaged,
  ];
}

function time<Name extends string>(name: Name, at: UnixMs | undefined): { [K in Name]?: string } {
  const shown: { [K in Name]?: string } = {};
  if (at !== undefined) shown[name] = new Date(at).toISOString();
  return shown;
}
