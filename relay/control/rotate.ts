// Changes the relay's keys while it runs: the new pair is made here and signed in by the old one.
// Promise: keys are on disk before the cloud hears of them, and the old pair works for another day,
// so a crash at any point or a batch under way loses nothing. The same attempt again ends the same.

import { agreementJwkOf } from '../../wire/hpke.ts';
import { openKeysRotated, proveNewKey, relayKeysProfile } from '../../wire/relay-control.ts';
import { relayControlVersion } from '../../wire/relay-documents.ts';
import { publicJwkOf, sealKeyOf, thumbprint } from '../../wire/signature.ts';
import {
  dropPendingKeys,
  type Enrolment,
  pendingKeys,
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
  const { enrolment, dataDir, client, readFile, now } = options;
  const old = sealKeyOf(enrolment.keys.signing);
  const keys = await pendingKeys(dataDir, old.algorithm, readFile);
  const signing = sealKeyOf(keys.signing);
  const agreementKey = agreementJwkOf(keys.agreement);
  const rotation = { previousKeyId: old.keyId, agreementKeyId: thumbprint(agreementKey) };
  const answer = await client.post(relayKeysProfile, '/v1/relay/keys', old, {
    version: relayControlVersion,
    signingKey: publicJwkOf(keys.signing),
    agreementKey,
    proof: proveNewKey(signing, rotation),
  });
  if (answer.kind === 'no-answer') {
    return { ok: false, message: unreachableText(enrolment.url, answer.reason) };
  }
  if (answer.kind === 'refused') {
    if (answer.code === 'key-refused') await dropPendingKeys(dataDir);
    const said = `${answer.status} ${answer.code}${answer.detail ? `: ${answer.detail}` : ''}`;
    return { ok: false, message: `the cloud does not take the new keys (${said})` };
  }
  const rotated =
    answer.kind === 'good' ? openKeysRotated(answer.text, enrolment.cloudKey) : undefined;
  if (rotated?.keyId !== signing.keyId || rotated.relayId !== enrolment.relayId) {
    return { ok: false, message: 'the answer is not signed by the cloud of this relay' };
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
