// The core of HTTP message signatures (RFC 9421) that our seals need: signature base, two
// algorithms, key thumbprints. Promise: no parser of foreign input is here; callers bring exact
// strings. It knows no profile, no headers of ours and no clock (seal.ts).

import {
  createHash,
  createPublicKey,
  type KeyObject,
  sign as signBytes,
  verify as verifyBytes,
} from 'node:crypto';
import * as v from 'valibot';
import type { AgreementJwk } from './hpke.ts';
import { coordinate, parseJwk } from './jwk.ts';

/** Algorithm names as RFC 9421 section 6.2.2 registers them. */
export type SealAlgorithm = 'ed25519' | 'ecdsa-p256-sha256';

/** Signature octets: RFC 8032 section 5.1.6 and r||s of P-256 (RFC 9421 section 3.3.4). */
export const signatureBytes = 64;

const publicJwkSchema = v.variant('kty', [
  v.object({ kty: v.literal('OKP'), crv: v.literal('Ed25519'), x: coordinate }),
  v.object({ kty: v.literal('EC'), crv: v.literal('P-256'), x: coordinate, y: coordinate }),
]);

/** A public key a relay may sign with (RFC 7517, RFC 8037): the required members only. */
export type PublicJwk = v.InferOutput<typeof publicJwkSchema>;

/** A public key, ready to verify with. */
export type VerifyKey = { readonly algorithm: SealAlgorithm; readonly publicKey: KeyObject };

/** A private key with the name the verifier knows it by. */
export type SealKey = {
  readonly keyId: string;
  readonly algorithm: SealAlgorithm;
  readonly privateKey: KeyObject;
};

/**
 * Reads a public JWK from outside. Private members are not kept.
 * @returns undefined for another key type or curve, or a point that is not on the curve.
 */
export function parsePublicJwk(value: unknown): PublicJwk | undefined {
  return parseJwk(publicJwkSchema, value);
}

/** RFC 7638 thumbprint: SHA-256 over the required members in lexical order, base64url. */
export function thumbprint(jwk: PublicJwk | AgreementJwk): string {
  const members =
    jwk.kty === 'OKP'
      ? { crv: jwk.crv, kty: jwk.kty, x: jwk.x }
      : { crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y };
  return createHash('sha256').update(JSON.stringify(members)).digest('base64url');
}

/** Makes a JWK that passed parsePublicJwk usable; the algorithm follows from the key alone. */
export function verifyKeyOf(jwk: PublicJwk): VerifyKey {
  return {
    algorithm: jwk.kty === 'OKP' ? 'ed25519' : 'ecdsa-p256-sha256',
    publicKey: createPublicKey({ key: jwk, format: 'jwk' }),
  };
}

/** The public half of a key, as it is registered with the cloud. */
export function publicJwkOf(key: KeyObject): PublicJwk {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  const jwk = parsePublicJwk(publicKey.export({ format: 'jwk' }));
  if (!jwk) throw new Error('a seal key must be Ed25519 or ECDSA P-256');
  return jwk;
}

/** Names a private key by the thumbprint of its public half. */
export function sealKeyOf(privateKey: KeyObject): SealKey {
  const jwk = publicJwkOf(privateKey);
  return { keyId: thumbprint(jwk), algorithm: verifyKeyOf(jwk).algorithm, privateKey };
}

/**
 * The signature base (RFC 9421 section 2.5).
 * @param components name and value of each covered component, in order, names without quotes
 * @param parameters the value of `@signature-params`, as it stands in Signature-Input
 */
export function signatureBase(
  components: readonly (readonly [name: string, value: string])[],
  parameters: string,
): string {
  const lines = components.map(([name, value]) => `"${name}": ${value}`);
  return [...lines, `"@signature-params": ${parameters}`].join('\n');
}

/** Signs a signature base; 64 octets. */
export function sign(key: Omit<SealKey, 'keyId'>, base: string): Buffer {
  const data = Buffer.from(base, 'latin1');
  if (key.algorithm === 'ed25519') return signBytes(null, data, key.privateKey);
  return signBytes('sha256', data, { key: key.privateKey, dsaEncoding: 'ieee-p1363' });
}

/** True if the signature over the base is the key's. */
export function verify(key: VerifyKey, base: string, signature: Buffer): boolean {
  if (signature.length !== signatureBytes) return false;
  const data = Buffer.from(base, 'latin1');
  if (key.algorithm === 'ed25519') return verifyBytes(null, data, key.publicKey, signature);
  return verifyBytes('sha256', data, { key: key.publicKey, dsaEncoding: 'ieee-p1363' }, signature);
}
