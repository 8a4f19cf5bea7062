// What the cloud says to a relay under its own name: a JSON document in a compact JWS (RFC 7515),
// ES256 always, because a relay under FIPS rules can verify nothing else and one key is enough.
// Promise: exactly one protected header per kind is accepted, so no header chooses an algorithm.
// The signature travels inside the text: a copy kept on disk proves itself again at every start.

import {
  type PublicJwk,
  type SealKey,
  sign,
  thumbprint,
  verify,
  verifyKeyOf,
} from './signature.ts';

/** The media type of a signed document. */
export const documentContentType = 'application/jose';

/** Kinds of documents; the kind is signed, so one cannot stand for another. */
export type DocumentKind =
  | 'wherefrom-enrolled'
  | 'wherefrom-relay-config'
  | 'wherefrom-key-challenge'
  | 'wherefrom-cut-orders'
  | 'wherefrom-relay-keys';

const compactPattern = /^([\w-]{1,400})\.([\w-]{1,4194304})\.([\w-]{85}[AQgw])$/;

function headerOf(kind: DocumentKind, keyId: string): string {
  const header = JSON.stringify({ alg: 'ES256', kid: keyId, typ: kind });
  return Buffer.from(header).toString('base64url');
}

/** Signs a document. @throws Error unless the key is ECDSA P-256. */
export function signDocument(kind: DocumentKind, key: SealKey, payload: unknown): string {
  if (key.algorithm !== 'ecdsa-p256-sha256') throw new Error('the cloud signs with P-256');
  const body = Buffer.from(JSON.stringify(payload)).toString('base64url');
  const text = `${headerOf(kind, key.keyId)}.${body}`;
  return `${text}.${sign(key, text).toString('base64url')}`;
}

/** The payload, if this key signed a document of this kind; undefined for anything else. */
export function openDocument(
  kind: DocumentKind,
  cloudKey: PublicJwk,
  text: string,
): { readonly payload: unknown } | undefined {
  const [, header, body = '', signature = ''] = compactPattern.exec(text) ?? [];
  if (header !== headerOf(kind, thumbprint(cloudKey)) || cloudKey.kty !== 'EC') return undefined;
  const isSigned = verify(
    verifyKeyOf(cloudKey),
    `${header}.${body}`,
    Buffer.from(signature, 'base64url'),
  );
  if (!isSigned) return undefined;
  try {
    return { payload: JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) };
  } catch {
    return undefined;
  }
}
