// `GET /v1/relay/config` and `POST /v1/relay/health`: the settings a relay fetches and the health
// it reports (docs/wire-format.md "Configuration", "Health report").
// Promise: gateway secrets leave encrypted to the requesting relay, and the audit trail records
// that it knows them before they leave.

import { relayConfigProfile, relayHealthProfile, sealSecrets } from '../../wire/relay-control.ts';
import { parseRelayHealth, type RelayConfigDocument } from '../../wire/relay-documents.ts';
import { type OrderBook, waitsUntil } from '../shared/cut-order.ts';
import { problem } from '../shared/problem.ts';
import type { CloudKey } from './cloud-key.ts';
import { refuseBody, signedAnswer } from './enrol.ts';
import { openSecretBox, type SecretBox, secretFingerprint } from './gateway-secrets.ts';
import { healthChanges, type ReportedTrouble } from './health-changes.ts';
import type { KnownSecret, RelayBook, SecretStore, SettingsBook } from './ports.ts';
import { type Answer, type ControlRequest, isAnswer, jsonAnswer } from './request.ts';
import { type SealedDeps, sealedBy } from './sealed.ts';
import { etagOf } from './settings.ts';
import type { StoredGateway } from './settings-model.ts';

export type RelayConfigDeps = SealedDeps & {
  readonly relays: RelayBook;
  readonly orders: Pick<OrderBook, 'waiting'>;
  readonly settings: SettingsBook;
  readonly secrets: SecretStore;
  readonly cloudKey: () => Promise<CloudKey>;
  /** Tells whoever listens what began or is over; repeated when storing failed after. */
  readonly publish: (trouble: ReportedTrouble) => Promise<void>;
};

/** A relay keeps the secrets it has: it gets no answer rather than an empty list. */
const secretsLost = {
  code: 'GATEWAY_SECRETS_LOST',
  safeMessage: 'the stored secrets of gateways are lost: an admin must set them again',
};

/** Far more than a relay of one deployment is ever given; the oldest are forgotten first. */
const knownSecretsMax = 2_000;

/** `GET /v1/relay/config` */
export async function getRelayConfig(
  deps: RelayConfigDeps,
  request: ControlRequest,
): Promise<Answer> {
  const sealed = await sealedBy(deps, relayConfigProfile, request);
  if (isAnswer(sealed)) return sealed;
  const { relayId, agreementKey } = sealed.key;
  if (!agreementKey) {
    const detail = 'this relay was let in by its public key alone: enrol it with a token';
    return problem('no-agreement-key', { detail });
  }
  const { settings, version } = await deps.settings.settings();
  const etag = etagOf(version);
  if (request.headers['if-none-match'] === etag) return { statusCode: 304, headers: { etag } };

  const box = await openSecretBox(deps.secrets, settings.secretsVersion);
  if (box === 'lost') {
    deps.log.error('the secrets of gateways are lost', secretsLost, { relayId });
    return problem('unavailable', { detail: secretsLost.safeMessage });
  }
  await noteKnown(deps.relays, relayId, box);
  const name = { relayId, settingsVersion: version };
  const document: RelayConfigDocument = {
    version: 1,
    ...name,
    issuedAt: request.now,
    nonce: sealed.nonce,
    isEnabled: settings.enabled,
    gateways: settings.gateways.map(gatewayForRelay),
    secrets: sealSecrets(agreementKey, name, box.secrets),
  };
  return signedAnswer('wherefrom-relay-config', await deps.cloudKey(), document, { etag });
}

function gatewayForRelay({ secret: _, nextSecret: __, addresses, ...rest }: StoredGateway) {
  return { ...rest, addresses: [...addresses] };
}

/** Writes down what the relay is about to know; nothing is written when it knew all of it. */
async function noteKnown(relays: RelayBook, relayId: string, box: SecretBox): Promise<void> {
  const given = box.secrets.flatMap(({ gateway, secret, nextSecret }): KnownSecret[] =>
    [secret, ...(nextSecret === undefined ? [] : [nextSecret])].map((text) => ({
      gateway,
      fingerprint: secretFingerprint(box, text),
    })),
  );
  const nameOf = ({ gateway, fingerprint }: KnownSecret) => `${gateway} ${fingerprint}`;
  const known = new Set((await relays.relay(relayId))?.secretsKnown.map(nameOf));
  if (given.every((one) => known.has(nameOf(one)))) return;
  await relays.changeRelay(relayId, (before) => {
    const old = new Set(before.secretsKnown.map(nameOf));
    const news = given.filter((one) => !old.has(nameOf(one)));
    return { ...before, secretsKnown: [...before.secretsKnown, ...news].slice(-knownSecretsMax) };
  });
}

/** `POST /v1/relay/health` */
export async function postRelayHealth(
  deps: RelayConfigDeps,
  request: ControlRequest,
): Promise<Answer> {
  const sealed = await sealedBy(deps, relayHealthProfile, request);
  if (isAnswer(sealed)) return sealed;
  const parsed = parseRelayHealth(request.body);
  if (!parsed.ok) return refuseBody(parsed);
  const { relayId } = sealed.key;
  const before = await deps.relays.health(relayId);
  const report = parsed.value;
  if (!before || before.report.time <= report.time) {
    const { conditions = [] } = before?.report ?? {};
    const changes = healthChanges(relayId, conditions, report.conditions, request.now);
    for (const change of changes) await deps.publish(change);
    await deps.relays.putHealth(relayId, { report, receivedAt: request.now });
  }
  const { version } = await deps.settings.settings();
  const isWaiting = waitsUntil(await deps.orders.waiting(relayId)) > request.now;
  return jsonAnswer(200, { settingsVersion: version, ...(isWaiting && { isOrderWaiting: true }) });
}
