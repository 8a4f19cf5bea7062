// `GET` and `POST /v1/relays`, `DELETE /v1/relays/{id}`: lists relays with their health, creates
// enrolment tokens, revokes relays.
// Promise: a token appears in one answer and is stored nowhere; revoking names every secret the
// relay knew, because those have to be changed on the gateways.

import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import type { UnixMs } from '../../domain/accounting-event.ts';
import { makeEnrolToken } from '../../wire/enrol-token.ts';
import { fingerprintOf } from '../../wire/key-fingerprint.ts';
import type { AuditBook } from '../shared/audit.ts';
import { authorityOf } from '../shared/authority.ts';
import type { LedgerStore, RelayKeyStore } from '../shared/control-ports.ts';
import { problem } from '../shared/problem.ts';
import { type HealthLimits, relayHealth } from '../shared/relay-health.ts';
import type { CloudKey } from './cloud-key.ts';
import type { RelayBook } from './ports.ts';
import { type RelayFacts, relayView } from './relay-view.ts';
import { type Answer, type ControlRequest, jsonAnswer } from './request.ts';

export type RelaysDeps = {
  readonly keys: RelayKeyStore;
  readonly ledger: Pick<LedgerStore, 'coverage'>;
  readonly relays: RelayBook;
  readonly cloudKey: () => Promise<CloudKey>;
  readonly audit: AuditBook;
  readonly limits: HealthLimits;
  /** Scheme of the addresses that relays receive: `http` in the local run only. */
  readonly scheme: 'https' | 'http';
};

/** A token lets a relay in for so long. */
const tokenLifetimeMs = 15 * 60 * 1000;
const tokenIdBytes = 12;
const nameShape = 'expects 1 to 63 lower-case letters, digits or "-", not beginning with "-"';
const relayName = v.pipe(v.string(nameShape), v.regex(/^[a-z0-9][a-z0-9-]{0,62}$/, nameShape));
const requestSchema = v.strictObject({ name: relayName }, 'expects { "name": "relay-lyon" }');

/** `GET /v1/relays` */
export async function listRelays(deps: RelaysDeps, request: ControlRequest): Promise<Answer> {
  const ids = await deps.keys.relayIds();
  const items = await Promise.all(
    ids.map(async (relayId) => relayView(await factsOf(deps, relayId, request.now))),
  );
  const cloudKey = fingerprintOf((await deps.cloudKey()).keyId);
  return jsonAnswer(200, { items, cloudKey });
}

async function factsOf(deps: RelaysDeps, relayId: string, now: number): Promise<RelayFacts> {
  const [record, keys, coverage, health] = await Promise.all([
    deps.relays.relay(relayId),
    deps.keys.relayKeys(relayId),
    deps.ledger.coverage(relayId),
    deps.relays.health(relayId),
  ]);
  const verdict = relayHealth(coverage, now, deps.limits, health?.receivedAt);
  return { relayId, now, record, keys, coverage, health, verdict };
}

/** `POST /v1/relays`: makes a token for a relay of this name. */
export async function addRelay(deps: RelaysDeps, request: ControlRequest): Promise<Answer> {
  const parsed = v.safeParse(requestSchema, request.json);
  if (!parsed.success) {
    return problem('malformed', { errors: [{ pointer: '/name', detail: nameShape }] });
  }
  const { name: relayId } = parsed.output;
  const { actor, now } = request;
  const made = await makeToken(deps, { relayId, actor, now });
  if (made === 'exists') {
    const detail = 'take another name, or revoke that relay first; each host has its own name';
    return problem('relay-exists', { detail });
  }
  const { token, validUntil, cloudKeyId } = made;
  const url = `${deps.scheme}://${authorityOf(request.event)}`;
  return jsonAnswer(201, {
    relayId,
    token,
    validUntil: new Date(validUntil).toISOString(),
    url,
    command: enrolCommand(url),
    cloudKey: fingerprintOf(cloudKeyId),
  });
}

/** The command for the relay's host. It prompts for the token, which is in no command line. */
export const enrolCommand = (url: string): string => `npm run relay -- enrol --url ${url}`;

export type MadeToken = {
  readonly token: string;
  readonly validUntil: UnixMs;
  /** Thumbprint of the cloud's signing key. */
  readonly cloudKeyId: string;
};

/**
 * Makes a token for a relay of this name and stores its public half; an older one of the same
 * relay ends. `exists`: a relay of this name is enrolled.
 */
export async function makeToken(
  deps: Pick<RelaysDeps, 'keys' | 'relays' | 'cloudKey' | 'audit'>,
  asked: { readonly relayId: string; readonly actor: string; readonly now: UnixMs },
): Promise<MadeToken | 'exists'> {
  const { relayId, actor, now } = asked;
  if ((await deps.keys.relayKeys(relayId)).length > 0) return 'exists';
  const { keyId: cloudKeyId } = await deps.cloudKey();
  const end = await deps.audit.begin({ actor, action: 'relay-token-made', subject: relayId });
  const tokenId = randomBytes(tokenIdBytes).toString('base64url');
  const validUntil = now + tokenLifetimeMs;
  const { text: token, publicJwk } = makeEnrolToken(tokenId, cloudKeyId);
  await deps.relays.putToken({ tokenId, relayId, publicJwk, validUntil });
  let replaced: string | undefined;
  await deps.relays.changeRelay(relayId, (before) => {
    replaced = before.token?.tokenId;
    return { createdAt: now, ...before, token: { tokenId, validUntil } };
  });
  if (replaced !== undefined) await deps.relays.dropToken(replaced);
  await end('done');
  return { token, validUntil, cloudKeyId };
}

/** `DELETE /v1/relays/{id}` */
export async function revokeRelay(deps: RelaysDeps, request: ControlRequest): Promise<Answer> {
  const relayId = request.params['id'] ?? '';
  const isName = v.is(relayName, relayId);
  const record = isName ? await deps.relays.relay(relayId) : undefined;
  if (!record) return problem('not-found', { detail: 'there is no relay of this name' });
  const { actor, now } = request;
  const end = await deps.audit.begin({ actor, action: 'relay-revoked', subject: relayId });
  const keyIds = await deps.keys.revokeAllKeys(relayId);
  if (record.token) await deps.relays.dropToken(record.token.tokenId);
  await end('done');
  const gateways = [...new Set(record.secretsKnown.map(({ gateway }) => gateway))].sort();
  return jsonAnswer(200, {
    relayId,
    revokedKeys: keyIds,
    // `admit` remembers a key for a minute (docs/wire-format.md).
    effectiveBy: new Date(now + 60_000).toISOString(),
    secretsKnown: record.secretsKnown,
    advice: adviceOn(gateways),
  });
}

function adviceOn(gateways: readonly string[]): string {
  if (gateways.length === 0) return 'The relay was never given a gateway secret by the settings.';
  return `Change the shared secrets of ${gateways.join(', ')}: the relay knew them.`;
}
