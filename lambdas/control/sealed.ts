// Identifies the relay behind a signed request. A revoked or outdated key is distinguished from an
// unknown one, but only for a sender who can sign with it.
// Promise: nothing of the body is read before the signature over it is verified.

import { verifyRelayRequest } from '../../wire/relay-control.ts';
import { relayControlBodyBytesMax } from '../../wire/relay-documents.ts';
import type { SealProfile, TrustedKey } from '../../wire/seal.ts';
import { verifyKeyOf } from '../../wire/signature.ts';
import { authorityOf } from '../shared/authority.ts';
import type { RelayKey, RelayKeyStore } from '../shared/control-ports.ts';
import type { Log } from '../shared/log.ts';
import { problem } from '../shared/problem.ts';
import { sealAdvice } from '../shared/seal-advice.ts';
import { type Answer, type ControlRequest, isAnswer } from './request.ts';

export type SealedDeps = {
  readonly keys: Pick<RelayKeyStore, 'knownKey'>;
  /** Hosts that requests may be addressed to, in lower case, with a port unless it is 443. */
  readonly allowedAuthorities: readonly string[];
  readonly log: Log;
};

export type SealedBy = { readonly key: RelayKey; readonly nonce: string };

/** Verifies a request of a registered relay. */
export async function sealedBy(
  deps: SealedDeps,
  profile: SealProfile,
  request: ControlRequest,
): Promise<SealedBy | Answer> {
  let found: RelayKey | undefined;
  const verified = await verify(deps, profile, request, async (keyId) => {
    found = await deps.keys.knownKey(keyId);
    return found && { ...verifyKeyOf(found.jwk), relayId: found.relayId };
  });
  if (isAnswer(verified)) return verified;
  if (!found) throw new Error('a verified seal has a key');
  const { revokedAt, retiresAt = Number.POSITIVE_INFINITY } = found;
  if (revokedAt !== undefined || retiresAt <= request.now) {
    deps.log.warn('a revoked key was used', { relayId: found.relayId, keyId: found.keyId });
    const detail =
      revokedAt === undefined
        ? 'a newer pair took its place and the time both worked is over: enrol the relay again'
        : 'this relay was shut out: if that was a mistake, enrol it again with a new token';
    return problem('relay-revoked', { detail });
  }
  return { key: found, nonce: verified.nonce };
}

/** Verifies a request sealed with a key that `keyOf` finds; answers its refusal. */
export async function verify(
  { allowedAuthorities, log }: Pick<SealedDeps, 'allowedAuthorities' | 'log'>,
  profile: SealProfile,
  { event, headers, body, now }: ControlRequest,
  keyOf: (keyId: string) => Promise<TrustedKey | undefined>,
): Promise<{ readonly nonce: string } | Answer> {
  if (body.length > relayControlBodyBytesMax) {
    return problem('too-large', { detail: `the body is over ${relayControlBodyBytesMax} octets` });
  }
  const verified = await verifyRelayRequest(
    profile,
    {
      method: event.requestContext.http.method,
      authority: authorityOf(event),
      path: event.rawPath,
      headers,
      body,
    },
    { nowSeconds: Math.floor(now / 1000), keyOf, allowedAuthorities },
  );
  if (!verified.ok) {
    log.warn('a relay request was refused', { reason: verified.reason, route: event.routeKey });
    const detail = `${verified.reason}: ${sealAdvice[verified.reason]}`;
    return problem('seal-invalid', { detail });
  }
  const [, nonce = ''] = /;nonce="([\w-]{22})"/.exec(verified.signatureInput) ?? [];
  return { nonce };
}
