// `POST /v1/relay/keys`: replaces a relay's pair of keys with a new one (docs/wire-format.md
// "Rotation"). A request without an answer to a challenge receives a challenge, encrypted to the
// key-agreement key in use. A request with the right answer registers the new pair.
// Promise: the signing key alone registers no other pair, because gateway secrets are encrypted to
// the pair of the requesting relay. Every change and every refusal has an audit row and is
// published. No challenge is stored: it can be recomputed.

import { createHmac, hkdfSync } from 'node:crypto';
import {
  type ChallengeName,
  isPossessionProven,
  sealChallenge,
  textOf,
} from '../../wire/key-possession.ts';
import { isNewKeyProven, relayKeysProfile } from '../../wire/relay-control.ts';
import {
  type KeyChallenge,
  type KeysRequest,
  type KeysRotated,
  keyRotationVersion,
  parseKeysRequest,
  relayControlVersion,
} from '../../wire/relay-documents.ts';
import { thumbprint } from '../../wire/signature.ts';
import type { AuditBook } from '../shared/audit.ts';
import type { RelayKey, RelayKeyStore } from '../shared/control-ports.ts';
import { problem } from '../shared/problem.ts';
import type { CloudKey } from './cloud-key.ts';
import { refuseBody, refuseKey, signedAnswer } from './enrol.ts';
import { type PublishKeyEvent, relayKeyEvent } from './key-events.ts';

import { type Answer, type ControlRequest, isAnswer } from './request.ts';
import { type SealedDeps, sealedBy } from './sealed.ts';

export type RotateDeps = SealedDeps & {
  readonly keys: RelayKeyStore;
  readonly cloudKey: () => Promise<CloudKey>;
  readonly audit: AuditBook;
  readonly publishKeys: PublishKeyEvent;
};

/** A relay answers within one run; its clock plays no part. */
const challengeMs = 5 * 60 * 1000;

type Rotation = {
  /** The key that sealed the request. */
  readonly used: RelayKey;
  readonly next: Pick<KeysRequest, 'signingKey' | 'agreementKey'>;
  readonly keyId: string;
  readonly agreementKeyId: string;
  readonly now: number;
};

/** `POST /v1/relay/keys` */
export async function rotateRelayKeys(deps: RotateDeps, request: ControlRequest): Promise<Answer> {
  const sealed = await sealedBy(deps, relayKeysProfile, request);
  if (isAnswer(sealed)) return sealed;
  const parsed = parseKeysRequest(request.body);
  if (!parsed.ok) return refuseBody(parsed);
  const { signingKey, agreementKey, proof } = parsed.value;
  const used = sealed.key;
  const keyId = thumbprint(signingKey);
  const agreementKeyId = thumbprint(agreementKey);
  if (!isNewKeyProven(signingKey, { previousKeyId: used.keyId, keyId, agreementKeyId }, proof)) {
    return problem('malformed', { detail: 'the proof was not made with the new key' });
  }
  const next = { signingKey, agreementKey };
  const rotation: Rotation = { used, next, keyId, agreementKeyId, now: request.now };
  const { value } = parsed;
  if (value.version === relayControlVersion) return repeatOutdated(deps, rotation);
  if (!used.agreementKey) return refuse(deps, rotation, 'no-agreement-key');
  if (!value.possession) return challenge(deps, rotation, used.agreementKey);
  const { expiresAt, mac } = value.possession;
  const name = nameOf(rotation, expiresAt);
  if (!isPossessionProven(secretOf(await deps.cloudKey(), name), name, mac)) {
    return refuse(deps, rotation, 'unproven');
  }
  if (expiresAt <= request.now) {
    return problem('key-refused', { detail: 'expired: ask for another challenge' });
  }
  return rotate(deps, rotation);
}

const nameOf = (rotation: Rotation, expiresAt: number): ChallengeName => {
  const { used, keyId, agreementKeyId } = rotation;
  return { relayId: used.relayId, previousKeyId: used.keyId, keyId, agreementKeyId, expiresAt };
};

/** What a challenge hides: made of its name by a key that only this function has. */
function secretOf({ privateKey }: CloudKey, name: ChallengeName): string {
  const scalar = Buffer.from(privateKey.export({ format: 'jwk' }).d ?? '', 'base64url');
  const key = hkdfSync('sha256', scalar, '', 'wherefrom key rotation challenge', 32);
  return createHmac('sha256', Buffer.from(key)).update(textOf(name)).digest('base64url');
}

async function challenge(
  deps: RotateDeps,
  rotation: Rotation,
  receiver: NonNullable<RelayKey['agreementKey']>,
): Promise<Answer> {
  const cloudKey = await deps.cloudKey();
  const expiresAt = rotation.now + challengeMs;
  const name = nameOf(rotation, expiresAt);
  const { relayId, previousKeyId, keyId } = name;
  const document: KeyChallenge = {
    version: keyRotationVersion,
    relayId,
    previousKeyId,
    keyId,
    expiresAt,
    challenge: sealChallenge(receiver, name, secretOf(cloudKey, name)),
  };
  return signedAnswer('wherefrom-key-challenge', cloudKey, document);
}

async function rotate(deps: RotateDeps, rotation: Rotation): Promise<Answer> {
  const { used, next, keyId, now } = rotation;
  const { relayId, keyId: previousKeyId } = used;
  const end = await deps.audit.begin({
    actor: `relay key ${previousKeyId}`,
    action: 'relay-keys-rotated',
    subject: relayId,
  });
  const { signingKey: jwk, agreementKey } = next;
  const rotated = await deps.keys.rotateKey(previousKeyId, relayId, { jwk, agreementKey });
  if (typeof rotated === 'string') {
    await end('refused');
    return refuseKey(rotated);
  }
  const what = { change: 'rotated', relayId, keyId, previousKeyId, time: now } as const;
  await deps.publishKeys(relayKeyEvent(what));
  await end('done');
  deps.log.info('a relay changed its keys', { relayId, keyId });
  return rotatedAnswer(deps, rotation, rotated.previousUntil);
}

async function rotatedAnswer(
  deps: RotateDeps,
  { used, keyId }: Rotation,
  previousUntil: number,
): Promise<Answer> {
  const { relayId, keyId: previousKeyId } = used;
  const answer: KeysRotated = { version: 1, relayId, keyId, previousKeyId, previousUntil };
  return signedAnswer('wherefrom-relay-keys', await deps.cloudKey(), answer);
}

/**
 * A relay of before this version. It may be repeating what the cloud of before did for it: that is
 * answered again, or it would go on with keys that run out. Nothing is registered here.
 */
async function repeatOutdated(deps: RotateDeps, rotation: Rotation): Promise<Answer> {
  const { used, keyId, agreementKeyId } = rotation;
  const known = await deps.keys.activeKey(keyId);
  const isOurs = known?.relayId === used.relayId && used.retiresAt !== undefined;
  const isSamePair = known?.agreementKey && thumbprint(known.agreementKey) === agreementKeyId;
  if (isOurs && isSamePair && used.retiresAt !== undefined) {
    return rotatedAnswer(deps, rotation, used.retiresAt);
  }
  return refuse(deps, rotation, 'upgrade-needed');
}

const refusals = {
  unproven: {
    code: 'key-refused',
    detail: 'unproven: whoever asks does not hold the key-agreement key of the pair in use',
  },
  'upgrade-needed': {
    code: 'upgrade-needed',
    detail: 'upgrade this relay to change its keys: until then it keeps those it has',
  },
  'no-agreement-key': {
    code: 'no-agreement-key',
    detail: 'this relay was let in by its public key alone: enrol it with a token',
  },
} as const;

/** Refuses, with an audit row and an event: at most one an hour for each relay and reason. */
async function refuse(
  deps: RotateDeps,
  { used, keyId, now }: Rotation,
  reason: keyof typeof refusals,
): Promise<Answer> {
  const { relayId, keyId: previousKeyId } = used;
  deps.log.warn('a relay may not change its keys', { relayId, keyId: previousKeyId, reason });
  const what = { change: 'rotation-refused', relayId, keyId, previousKeyId, reason } as const;
  const entry = {
    actor: `relay key ${previousKeyId}`,
    action: 'relay-keys-rotated',
    subject: `${relayId}: ${reason}`,
  } as const;
  if (await deps.audit.noteRefused(entry)) {
    await deps.publishKeys(relayKeyEvent({ ...what, time: now }));
  }
  const { code, detail } = refusals[reason];
  return problem(code, { detail });
}
