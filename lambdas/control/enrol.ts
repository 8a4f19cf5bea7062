// `POST /v1/relay/enrol`: registers a relay's first keys (docs/wire-format.md "Token and
// enrolment").
// Promise: a key is registered only with proof that its sender holds both the key and a token. One
// token enrols one relay. A repeat gets the same answer, because answers get lost. Every enrolment
// has an audit row and is published.

import { isProven } from '../../wire/enrol-token.ts';
import { enrolProfile } from '../../wire/relay-control.ts';
import {
  type Enrolled,
  type EnrolRequest,
  type Parsed,
  parseEnrolRequest,
} from '../../wire/relay-documents.ts';
import { thumbprint, verifyKeyOf } from '../../wire/signature.ts';
import {
  type DocumentKind,
  documentContentType,
  signDocument,
} from '../../wire/signed-document.ts';
import type { AuditBook } from '../shared/audit.ts';
import type { KeyRefusal, RelayKeyStore } from '../shared/control-ports.ts';
import { problem } from '../shared/problem.ts';
import type { CloudKey } from './cloud-key.ts';
import { type PublishKeyEvent, relayKeyEvent } from './key-events.ts';
import type { RelayBook, StoredToken } from './ports.ts';
import { type Answer, type ControlRequest, isAnswer } from './request.ts';
import { type SealedDeps, verify } from './sealed.ts';

export type EnrolDeps = SealedDeps & {
  readonly keys: RelayKeyStore;
  readonly relays: RelayBook;
  readonly cloudKey: () => Promise<CloudKey>;
  readonly audit: AuditBook;
  readonly publishKeys: PublishKeyEvent;
};

/** `POST /v1/relay/enrol` */
export async function enrolRelay(deps: EnrolDeps, request: ControlRequest): Promise<Answer> {
  const parsed = parseEnrolRequest(request.body);
  if (!parsed.ok) return refuseBody(parsed);
  const { signingKey, agreementKey, tokenId } = parsed.value;
  const keyId = thumbprint(signingKey);
  // The seal is made with the key that is to be registered: its holder sends this. Which relay it
  // is for, the token says, and no row is read for who cannot even sign.
  const sealed = await verify(deps, enrolProfile, request, async (asked) =>
    asked === keyId ? { ...verifyKeyOf(signingKey), relayId: '' } : undefined,
  );
  if (isAnswer(sealed)) return sealed;
  const token = await deps.relays.token(tokenId);
  const refusal = refuseToken(token, parsed.value, request.now);
  if (refusal || !token) return refusal ?? tokenProblem('unknown');
  const { relayId } = token;
  const known = await deps.keys.knownKey(keyId);
  // Before the token is spent: with other keys it is still good.
  if (known && known.relayId !== relayId) return refuseKey('taken');
  if (known?.revokedAt !== undefined) return refuseKey('revoked');
  if (!(await deps.relays.spendToken(tokenId, keyId))) return tokenProblem('spent');

  const isRepeat = token.spentBy === keyId;
  const end = isRepeat
    ? undefined
    : await deps.audit.begin({
        actor: `token ${tokenId}`,
        action: 'relay-enrolled',
        subject: relayId,
      });
  const pair = { jwk: signingKey, agreementKey };
  const admitted = await deps.keys.admitKey(relayId, tokenId, pair);
  if (admitted === 'registered') {
    // Of a repeat, too: the one before may have died before it came this far.
    const what = { change: 'enrolled', relayId, keyId, time: request.now } as const;
    await deps.publishKeys(relayKeyEvent(what));
  }
  await end?.(admitted === 'registered' ? 'done' : 'refused');
  if (admitted === 'withdrawn') return tokenProblem('unknown');
  if (admitted !== 'registered') return refuseKey(admitted);
  const cloudKey = await deps.cloudKey();
  const enrolled: Enrolled = { version: 1, tokenId, relayId, keyId, cloudKey: cloudKey.jwk };
  return signedAnswer('wherefrom-enrolled', cloudKey, enrolled);
}

function refuseToken(
  token: StoredToken | undefined,
  { signingKey, agreementKey, tokenId, proof }: EnrolRequest,
  now: number,
): Answer | undefined {
  if (!token) return tokenProblem('unknown');
  const keyId = thumbprint(signingKey);
  const keys = { tokenId, keyId, agreementKeyId: thumbprint(agreementKey) };
  if (!isProven(token.publicJwk, keys, proof)) return tokenProblem('unproven');
  // Only who holds the token learns what became of it.
  if (token.spentBy !== undefined && token.spentBy !== keyId) return tokenProblem('spent');
  return token.validUntil <= now ? tokenProblem('expired') : undefined;
}

const tokenDetails = {
  unknown: 'unknown: it was mistyped, withdrawn, or made by another deployment',
  unproven: 'unproven: the proof was not made with this token',
  spent: 'spent: it has let another relay in; if that was not yours, revoke that relay',
  expired: 'expired: a token is good for 15 minutes; make a new one',
} as const;

function tokenProblem(reason: keyof typeof tokenDetails): Answer {
  return problem('token-invalid', { detail: tokenDetails[reason] });
}

const keyDetails: Readonly<Record<KeyRefusal, string>> = {
  'too-many': 'two pairs are in use already: wait until the older one has run out, 24 hours',
  taken: 'the key is in use already: make a new one',
  revoked: 'the key was revoked or has run out: make a new one',
};

/** Answers that a key cannot be registered. */
export function refuseKey(refusal: KeyRefusal): Answer {
  return problem('key-refused', { detail: `${refusal}: ${keyDetails[refusal]}` });
}

/** A body that could not be read: the relay's fault, or ours for being older. */
export function refuseBody({ problem: code, detail }: Parsed<unknown> & { ok: false }): Answer {
  return problem(code, { detail });
}

/** A document under the cloud's name. */
export function signedAnswer(
  kind: DocumentKind,
  key: CloudKey,
  document: object,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return {
    statusCode: 200,
    headers: { 'content-type': documentContentType, 'cache-control': 'no-store', ...headers },
    body: signDocument(kind, key, document),
  };
}
