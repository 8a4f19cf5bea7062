// Public keys as JSON Web Keys (RFC 7517) that come from outside: the shape of their coordinates,
// and that they are points of their curve. It knows no purpose: signing and agreement each have a
// schema of their own.

import { createPublicKey } from 'node:crypto';
import * as v from 'valibot';

/** 32 octets in base64url: a coordinate of Ed25519, X25519 or P-256 (RFC 7518, RFC 8037). */
export const coordinate = v.pipe(v.string(), v.regex(/^[\w-]{43}$/));

/**
 * Reads a public key by its schema; members the schema does not name are not kept, private ones
 * least of all.
 * @returns undefined for another key type or curve, or a point that is not on the curve
 */
export function parseJwk<Jwk extends { readonly kty: string }>(
  schema: v.GenericSchema<unknown, Jwk>,
  value: unknown,
): Jwk | undefined {
  const parsed = v.safeParse(schema, value);
  if (!parsed.success) return undefined;
  try {
    createPublicKey({ key: { ...parsed.output }, format: 'jwk' });
  } catch {
    return undefined;
  }
  return parsed.output;
}
