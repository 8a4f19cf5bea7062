// Enrols this relay: generates keys, signs their public halves with the one-time token, and stores
// the cloud's answer. The token and the private keys never leave the machine.
// Promise: safe to interrupt and to repeat at any point: keys are on disk before they are sent, and
// the same token with the same keys gets the same answer. A failure says what to do.

import { type EnrolToken, parseEnrolToken, proveToken } from '../../wire/enrol-token.ts';
import { agreementJwkOf } from '../../wire/hpke.ts';
import { enrolProfile, openEnrolled } from '../../wire/relay-control.ts';
import type { Enrolled, RelaySoftware } from '../../wire/relay-documents.ts';
import { relayControlVersion } from '../../wire/relay-documents.ts';
import { publicJwkOf, type SealAlgorithm, sealKeyOf, thumbprint } from '../../wire/signature.ts';
import {
  dropPendingKeys,
  type Enrolment,
  pendingKeys,
  type RelayKeys,
  readEnrolment,
  writeEnrolment,
} from '../config/enrolment.ts';
import { type ControlAnswer, type ControlClient, clockText } from './control-client.ts';
import { isForeignAnswer } from './control-texts.ts';
import { unreachableText } from './unreachable.ts';

export type EnrolOptions = {
  /** As pasted. */
  readonly token: string;
  readonly url: string;
  readonly dataDir: string;
  readonly algorithm: SealAlgorithm;
  readonly software: RelaySoftware;
  readonly client: Pick<ControlClient, 'post'>;
  readonly readFile: (path: string) => { readonly octets: Buffer; readonly mode: number };
  readonly now: () => number;
};

export type EnrolResult =
  | { readonly ok: true; readonly enrolment: Enrolment; readonly isRepeat: boolean }
  | { readonly ok: false; readonly message: string };

/** Enrols, or finds that it is done. @throws the system error of a file that cannot be written */
export async function enrolRelay(options: EnrolOptions): Promise<EnrolResult> {
  const { dataDir, url, readFile, algorithm } = options;
  const token = parseEnrolToken(options.token);
  if (!token) return { ok: false, message: 'what was given is no enrolment token (wfe1...)' };
  const before = readEnrolment(dataDir, readFile);
  const known = typeof before === 'string' ? undefined : before;
  if (known?.tokenId === token.tokenId && known.url === url) {
    return { ok: true, enrolment: known, isRepeat: true };
  }
  let keys = await pendingKeys(dataDir, algorithm, readFile, 'enrolment');
  let answer = await ask(options, token, keys);
  if (answer.kind === 'refused' && answer.code === 'key-refused') {
    // Keys of an attempt long ago, which the cloud will never take again.
    await dropPendingKeys(dataDir);
    keys = await pendingKeys(dataDir, algorithm, readFile, 'enrolment');
    answer = await ask(options, token, keys);
  }
  if (answer.kind !== 'good') return { ok: false, message: refusalText(answer, url) };
  const enrolled = openEnrolled(answer.text, token.cloudKeyId);
  if (!enrolled || !isAbout(enrolled, token, keys))
    return { ok: false, message: foreignAnswerText(url) };
  const enrolment = enrolmentOf(enrolled, keys, options, known);
  await writeEnrolment(dataDir, enrolment);
  return { ok: true, enrolment, isRepeat: false };
}

function ask(options: EnrolOptions, token: EnrolToken, keys: RelayKeys) {
  const signing = sealKeyOf(keys.signing);
  const agreementKey = agreementJwkOf(keys.agreement);
  const agreementKeyId = thumbprint(agreementKey);
  return options.client.post(enrolProfile, '/v1/relay/enrol', signing, {
    version: relayControlVersion,
    tokenId: token.tokenId,
    proof: proveToken(token, { keyId: signing.keyId, agreementKeyId }),
    signingKey: publicJwkOf(keys.signing),
    agreementKey,
    software: options.software,
  });
}

function isAbout(enrolled: Enrolled, token: EnrolToken, { signing }: RelayKeys): boolean {
  return enrolled.tokenId === token.tokenId && enrolled.keyId === sealKeyOf(signing).keyId;
}

function enrolmentOf(
  { relayId, cloudKey, tokenId }: Enrolled,
  keys: RelayKeys,
  { url, now }: EnrolOptions,
  known: Enrolment | undefined,
): Enrolment {
  // The copy of the settings stays readable, in case the cloud goes away right after this.
  const isSame = known?.relayId === relayId && thumbprint(known.cloudKey) === thumbprint(cloudKey);
  return {
    url,
    relayId,
    tokenId,
    cloudKey,
    keys,
    keysSince: now(),
    ...(known && isSame && { agreementBefore: known.keys.agreement }),
  };
}

function foreignAnswerText(url: string): string {
  return (
    `whoever answers at ${url} is not the cloud that made this token: check the URL, ` +
    'or make a new token where you want this relay to send'
  );
}

/** Why there is no enrolment, and what to do. */
function refusalText(
  answer: Exclude<ControlAnswer, { kind: 'good' }> & { readonly clockAheadMs?: number },
  url: string,
): string {
  if (answer.kind === 'no-answer') return unreachableText(url, answer.reason);
  if (answer.kind === 'unchanged') return foreignAnswerText(url);
  const { status, code, detail } = answer;
  const clock = clockText(answer.clockAheadMs);
  if (code === 'seal-invalid' && clock !== undefined) {
    return `the cloud refuses the request: ${clock}, then enrol again with the same token`;
  }
  if (code === 'token-invalid') {
    return `the cloud refuses the token (${detail}): make a new one with POST /v1/relays`;
  }
  if (isForeignAnswer(answer)) {
    return `${url} is not the API of Wherefrom (it answered ${status}): check the URL`;
  }
  const said = [status, code, detail && `(${detail})`].filter(Boolean).join(' ');
  return `the cloud answered ${said}: try again later`;
}
