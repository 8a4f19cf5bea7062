// Rotates the relay's keys while it runs: the new pair is generated here and signed by the old
// signing key, and the old key-agreement key is proven by answering a challenge.
// Promise: keys are on disk before they are sent to the cloud, and the old pair works for another
// day, so a crash at any point or a batch under way loses nothing. A repeated attempt has the same
// result.

import { agreementJwkOf } from '../../wire/hpke.ts';
import { openChallenge, openKeyChallenge, provePossession } from '../../wire/key-possession.ts';
import { openKeysRotated, proveNewKey, relayKeysProfile } from '../../wire/relay-control.ts';
import { keyRotationVersion } from '../../wire/relay-documents.ts';
import { publicJwkOf, sealKeyOf, thumbprint } from '../../wire/signature.ts';
import {
  dropPendingKeys,
  type Enrolment,
  pendingKeys,
  type RelayKeys,
  writeEnrolment,
} from '../config/enrolment.ts';
import type { ControlClient } from './control-client.ts';
import { unreachableText } from './unreachable.ts';

export type RotateOptions = {
  readonly enrolment: Enrolment;
  readonly dataDir: string;
  readonly client: Pick<ControlClient, 'post'>;
  readonly readFile: (path: string) => { readonly octets: Buffer; readonly mode: number };
  readonly now: () => number;
};

export type RotateResult =
  | {
      readonly ok: true;
      readonly enrolment: Enrolment;
      /** Until then the pair before works, too. */
      readonly previousUntil: number;
    }
  | { readonly ok: false; readonly message: string };

/** Rotates both keys. @throws the system error of a file that cannot be written */
export async function rotateKeys(options: RotateOptions): Promise<RotateResult> {
  const { enrolment, dataDir, readFile, now } = options;
  const old = sealKeyOf(enrolment.keys.signing);
  const keys = await pendingKeys(dataDir, old.algorithm, readFile, 'rotation');
  const text = await ask(options, keys);
  if (typeof text !== 'string') return text;
  const rotated = openKeysRotated(text, enrolment.cloudKey);
  if (rotated?.keyId !== sealKeyOf(keys.signing).keyId || rotated.relayId !== enrolment.relayId) {
    return failed(notOurCloud);
  }
  const next: Enrolment = {
    ...enrolment,
    keys,
    agreementBefore: enrolment.keys.agreement,
    keysSince: now(),
  };
  await writeEnrolment(dataDir, next);
  return { ok: true, enrolment: next, previousUntil: rotated.previousUntil };
}

type Failed = Extract<RotateResult, { ok: false }>;
const failed = (message: string): Failed => ({ ok: false, message });
const notOurCloud = 'the answer is not signed by the cloud of this relay';

/** Asks for a challenge, answers it with the key-agreement key in use; the cloud's last word. */
async function ask(options: RotateOptions, keys: RelayKeys): Promise<string | Failed> {
  const { enrolment } = options;
  const { relayId } = enrolment;
  const previousKeyId = sealKeyOf(enrolment.keys.signing).keyId;
  const signing = sealKeyOf(keys.signing);
  const agreementKey = agreementJwkOf(keys.agreement);
  const agreementKeyId = thumbprint(agreementKey);
  const request = {
    version: keyRotationVersion,
    signingKey: publicJwkOf(keys.signing),
    agreementKey,
    proof: proveNewKey(signing, { previousKeyId, agreementKeyId }),
  };
  const answer = await post(options, request);
  if (typeof answer !== 'string') return answer;
  const challenge = openKeyChallenge(answer, enrolment.cloudKey);
  if (challenge?.relayId !== relayId || challenge.keyId !== signing.keyId) {
    return failed(notOurCloud);
  }
  const { expiresAt } = challenge;
  const name = { relayId, previousKeyId, keyId: signing.keyId, agreementKeyId, expiresAt };
  const secret = openChallenge(enrolment.keys.agreement, name, challenge.challenge);
  if (secret === undefined) {
    return failed('the cloud knows this relay by another key-agreement key: enrol it again');
  }
  const possession = { expiresAt, mac: provePossession(secret, name) };
  return post(options, { ...request, possession });
}

async function post(
  { enrolment, dataDir, client }: RotateOptions,
  body: object,
): Promise<string | Failed> {
  const key = sealKeyOf(enrolment.keys.signing);
  const answer = await client.post(relayKeysProfile, '/v1/relay/keys', key, body);
  if (answer.kind === 'good') return answer.text;
  if (answer.kind === 'no-answer') return failed(unreachableText(enrolment.url, answer.reason));
  if (answer.kind === 'unchanged') return failed(notOurCloud);
  const { status, code, detail } = answer;
  if (code === 'key-refused') await dropPendingKeys(dataDir);
  if (code === 'unsupported-version') {
    return failed('the cloud is older than this relay: update it to change keys');
  }
  return failed(
    `the cloud does not take the new keys (${status} ${code}${detail ? `: ${detail}` : ''})`,
  );
}
