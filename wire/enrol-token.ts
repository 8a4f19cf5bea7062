// The one-time token that lets a relay in. It holds the private half of a P-256 key that exists for
// this purpose only; the cloud keeps the public half. The token itself is never sent: a relay signs
// its new keys with it, so a TLS-inspecting proxy on the way can neither use nor keep it.
// It also names the cloud's signing key, so that the relay knows whom it talks to from the start.

import {
  createECDH,
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { type PublicJwk, publicJwkOf, verifyKeyOf } from './signature.ts';

export type EnrolToken = {
  /** 16 base64url characters: names the token, and may be known. */
  readonly tokenId: string;
  readonly privateKey: KeyObject;
  /** Thumbprint of the key that the cloud signs its answers with. */
  readonly cloudKeyId: string;
};

/** The keys a token lets in. */
export type EnrolKeys = {
  readonly tokenId: string;
  /** Thumbprint of the new signing key. */
  readonly keyId: string;
  /** Thumbprint of the new key-agreement key. */
  readonly agreementKeyId: string;
};

const tokenPattern = /^wfe1\.([\w-]{16})\.([\w-]{43})\.([\w-]{43})$/;
const scalarBytes = 32;

/** Makes a token. Only the public half and the id are to be stored. */
export function makeEnrolToken(
  tokenId: string,
  cloudKeyId: string,
): { readonly text: string; readonly publicJwk: PublicJwk } {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { d = '' } = privateKey.export({ format: 'jwk' });
  return {
    text: `wfe1.${tokenId}.${d}.${cloudKeyId}`,
    publicJwk: publicJwkOf(privateKey),
  };
}

/** Reads a token as pasted, blanks around it included; undefined when it is none. */
export function parseEnrolToken(text: string): EnrolToken | undefined {
  const [, tokenId, d, cloudKeyId] = tokenPattern.exec(text.trim()) ?? [];
  if (tokenId === undefined || d === undefined || cloudKeyId === undefined) return undefined;
  try {
    const curve = createECDH('prime256v1');
    curve.setPrivateKey(Buffer.from(d, 'base64url'));
    const point = curve.getPublicKey();
    const x = point.subarray(1, 1 + scalarBytes).toString('base64url');
    const y = point.subarray(1 + scalarBytes).toString('base64url');
    const jwk = { kty: 'EC', crv: 'P-256', d, x, y };
    return { tokenId, privateKey: createPrivateKey({ key: jwk, format: 'jwk' }), cloudKeyId };
  } catch {
    return undefined;
  }
}

/** Signs the new keys with the token: the `proof` of an enrolment, base64url. */
export function proveToken(token: EnrolToken, keys: Omit<EnrolKeys, 'tokenId'>): string {
  const text = proofText({ ...keys, tokenId: token.tokenId });
  const key = { key: token.privateKey, dsaEncoding: 'ieee-p1363' } as const;
  return sign('sha256', text, key).toString('base64url');
}

/** True if the token with this public half signed these keys. */
export function isProven(publicJwk: PublicJwk, keys: EnrolKeys, proof: string): boolean {
  const key = { key: verifyKeyOf(publicJwk).publicKey, dsaEncoding: 'ieee-p1363' } as const;
  return verify('sha256', proofText(keys), key, Buffer.from(proof, 'base64url'));
}

function proofText({ tokenId, keyId, agreementKeyId }: EnrolKeys): Buffer {
  return Buffer.from(`wherefrom-enrol\n${tokenId}\n${keyId}\n${agreementKeyId}`);
}
