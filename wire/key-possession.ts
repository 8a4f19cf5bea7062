// How a relay shows that it holds the key-agreement key it rotates away from, which cannot sign:
// the cloud encrypts a challenge to that key, the relay answers with a MAC under what it opened
// (docs/wire-format.md "Rotation"). A stolen signing key alone opens nothing.
// Promise: one challenge is good for one pair that follows one pair of one relay until one time;
// nothing here throws on hostile input. It stores nothing: the cloud makes the same one again.

import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import { type AgreementJwk, type HpkeSealed, hpkeOpen, hpkeSeal } from './hpke.ts';
import { type KeyChallenge, readKeyChallenge } from './relay-documents.ts';
import type { PublicJwk } from './signature.ts';
import { openDocument } from './signed-document.ts';

/** What a challenge is about: everything that a rotation changes, and until when it is good. */
export type ChallengeName = {
  readonly relayId: string;
  readonly previousKeyId: string;
  readonly keyId: string;
  /** Thumbprint of the new key-agreement key. */
  readonly agreementKeyId: string;
  /** Unix ms, by the cloud's clock. */
  readonly expiresAt: number;
};

/** Encrypts the secret of a challenge to the key-agreement key in use. */
export function sealChallenge(
  receiver: AgreementJwk,
  name: ChallengeName,
  secret: string,
): HpkeSealed {
  return hpkeSeal(receiver, contextOf(name), secret);
}

/** Opens it; undefined when it was made for another key or another rotation. */
export function openChallenge(
  privateKey: KeyObject,
  name: ChallengeName,
  sealed: HpkeSealed,
): string | undefined {
  return hpkeOpen(privateKey, contextOf(name), sealed);
}

/** Answers a challenge: HMAC-SHA256 under its secret, base64url, 43 characters. */
export function provePossession(secret: string, name: ChallengeName): string {
  return createHmac('sha256', secret)
    .update(`wherefrom-possession\n${textOf(name)}`)
    .digest('base64url');
}

/** True if the sender of the answer knew the secret; compares in constant time. */
export function isPossessionProven(secret: string, name: ChallengeName, mac: string): boolean {
  const expected = Buffer.from(provePossession(secret, name));
  const given = Buffer.from(mac);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** The text that names a rotation, as MACs and keys are made over it. */
export function textOf(name: ChallengeName): string {
  const { relayId, previousKeyId, keyId, agreementKeyId, expiresAt } = name;
  return [relayId, previousKeyId, keyId, agreementKeyId, expiresAt].join('\n');
}

/** Reads a challenge, signed by the pinned cloud key; its secret is still encrypted. */
export function openKeyChallenge(text: string, cloudKey: PublicJwk): KeyChallenge | undefined {
  return readKeyChallenge(openDocument('wherefrom-key-challenge', cloudKey, text)?.payload);
}

function contextOf(name: ChallengeName) {
  return { info: 'wherefrom key rotation v2', aad: textOf(name) };
}
