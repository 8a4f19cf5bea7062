// Hybrid public key encryption (RFC 9180), base mode, single shot: what carries gateway secrets to
// one relay through every system in between. Two suites, chosen by the receiver's key: X25519, or
// P-256 where FIPS rules; both with HKDF-SHA256 and AES-256-GCM.
// Promise: hpkeOpen never throws on hostile input. It knows no settings and no signatures.

import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import * as v from 'valibot';
import { coordinate, parseJwk } from './jwk.ts';

const agreementJwkSchema = v.variant('kty', [
  v.object({ kty: v.literal('OKP'), crv: v.literal('X25519'), x: coordinate }),
  v.object({ kty: v.literal('EC'), crv: v.literal('P-256'), x: coordinate, y: coordinate }),
]);

/** A public key to encrypt to (RFC 7517, RFC 8037): the required members only. */
export type AgreementJwk = v.InferOutput<typeof agreementJwkSchema>;

/** Names as in RFC 9180 section 7; the two suites differ in the key encapsulation only. */
export type HpkeSuite =
  | 'dhkem-x25519-hkdf-sha256/hkdf-sha256/aes-256-gcm'
  | 'dhkem-p256-hkdf-sha256/hkdf-sha256/aes-256-gcm';

/** What is bound to a ciphertext without being in it: purpose, and whom and what it is for. */
export type HpkeContext = { readonly info: string; readonly aad: string };

export type HpkeSealed = {
  readonly suite: HpkeSuite;
  /** base64url of the encapsulated key. */
  readonly enc: string;
  /** base64url of ciphertext and tag. */
  readonly ciphertext: string;
};

type Kem = { readonly suite: HpkeSuite; readonly id: number; readonly curve: 'x25519' | 'P-256' };

const kems: Readonly<Record<AgreementJwk['crv'], Kem>> = {
  X25519: {
    suite: 'dhkem-x25519-hkdf-sha256/hkdf-sha256/aes-256-gcm',
    id: 0x0020,
    curve: 'x25519',
  },
  'P-256': { suite: 'dhkem-p256-hkdf-sha256/hkdf-sha256/aes-256-gcm', id: 0x0010, curve: 'P-256' },
};

const hkdfSha256 = 0x0001;
const aes256Gcm = 0x0002;
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
const secretBytes = 32;

/**
 * Reads a public key from outside. Private members are not kept.
 * @returns undefined for another key type or curve, or a point that is not on the curve.
 */
export function parseAgreementJwk(value: unknown): AgreementJwk | undefined {
  return parseJwk(agreementJwkSchema, value);
}

/** The public half of a key-agreement key. @throws Error for another type of key. */
export function agreementJwkOf(key: KeyObject): AgreementJwk {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  const jwk = parseAgreementJwk(publicKey.export({ format: 'jwk' }));
  if (!jwk) throw new Error('a key-agreement key must be X25519 or P-256');
  return jwk;
}

/** Encrypts to a receiver. @throws Error when the receiver's point gives no shared secret. */
export function hpkeSeal(receiver: AgreementJwk, context: HpkeContext, text: string): HpkeSealed {
  const kem = kems[receiver.crv];
  const ephemeral =
    kem.curve === 'x25519'
      ? generateKeyPairSync('x25519')
      : generateKeyPairSync('ec', { namedCurve: kem.curve });
  const publicKey = createPublicKey({ key: receiver, format: 'jwk' });
  const enc = pointOf(agreementJwkOf(ephemeral.publicKey));
  const shared = diffieHellman({ privateKey: ephemeral.privateKey, publicKey });
  const { key, nonce } = keySchedule(kem, shared, [enc, pointOf(receiver)], context.info);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from(context.aad));
  const parts = [cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()];
  return {
    suite: kem.suite,
    enc: enc.toString('base64url'),
    ciphertext: Buffer.concat(parts).toString('base64url'),
  };
}

/** Decrypts; undefined when it was not sealed to this key for this context, or was changed. */
export function hpkeOpen(
  privateKey: KeyObject,
  context: HpkeContext,
  sealed: HpkeSealed,
): string | undefined {
  const receiver = agreementJwkOf(privateKey);
  const kem = kems[receiver.crv];
  if (sealed.suite !== kem.suite) return undefined;
  const enc = Buffer.from(sealed.enc, 'base64url');
  const bytes = Buffer.from(sealed.ciphertext, 'base64url');
  const jwk = jwkOfPoint(receiver.crv, enc);
  if (!jwk || bytes.length < tagBytes) return undefined;
  try {
    const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
    const shared = diffieHellman({ privateKey, publicKey });
    const { key, nonce } = keySchedule(kem, shared, [enc, pointOf(receiver)], context.info);
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
    decipher.setAAD(Buffer.from(context.aad));
    decipher.setAuthTag(bytes.subarray(-tagBytes));
    const plain = [decipher.update(bytes.subarray(0, -tagBytes)), decipher.final()];
    return Buffer.concat(plain).toString('utf8');
  } catch {
    // A point off the curve, the zero secret, or a tag that does not fit: all mean "not for us".
    return undefined;
  }
}

/** SerializePublicKey (RFC 9180 section 7.1.1): 32 octets, or an uncompressed point of 65. */
function pointOf(jwk: AgreementJwk): Buffer {
  const x = Buffer.from(jwk.x, 'base64url');
  if (jwk.kty === 'OKP') return x;
  return Buffer.concat([Buffer.of(4), x, Buffer.from(jwk.y, 'base64url')]);
}

function jwkOfPoint(crv: AgreementJwk['crv'], point: Buffer): AgreementJwk | undefined {
  const text = (from: number, to: number) => point.subarray(from, to).toString('base64url');
  if (crv === 'X25519') {
    return point.length === 32 ? { kty: 'OKP', crv, x: text(0, 32) } : undefined;
  }
  if (point.length !== 65 || point[0] !== 4) return undefined;
  return { kty: 'EC', crv, x: text(1, 33), y: text(33, 65) };
}

/** ExtractAndExpand and KeySchedule of base mode (RFC 9180 sections 4.1 and 5.1). */
function keySchedule(kem: Kem, shared: Buffer, points: readonly Buffer[], info: string) {
  const kemId = labelled(Buffer.concat([Buffer.from('KEM'), octets2(kem.id)]));
  const prk = kemId.extract(Buffer.alloc(0), 'eae_prk', shared);
  const secret = kemId.expand(prk, 'shared_secret', Buffer.concat(points), secretBytes);

  const ids = [octets2(kem.id), octets2(hkdfSha256), octets2(aes256Gcm)];
  const hpke = labelled(Buffer.concat([Buffer.from('HPKE'), ...ids]));
  const none = Buffer.alloc(0);
  const schedule = Buffer.concat([
    Buffer.of(0),
    hpke.extract(none, 'psk_id_hash', none),
    hpke.extract(none, 'info_hash', Buffer.from(info)),
  ]);
  const root = hpke.extract(secret, 'secret', none);
  return {
    key: hpke.expand(root, 'key', schedule, keyBytes),
    nonce: hpke.expand(root, 'base_nonce', schedule, nonceBytes),
  };
}

/** LabeledExtract and LabeledExpand of one suite (RFC 9180 section 4). */
function labelled(suiteId: Buffer) {
  const version = Buffer.from('HPKE-v1');
  const hmac = (key: Buffer, ...parts: Buffer[]) =>
    createHmac('sha256', key).update(Buffer.concat(parts)).digest();
  return {
    extract: (salt: Buffer, label: string, ikm: Buffer) =>
      hmac(salt, version, suiteId, Buffer.from(label), ikm),
    // Nothing here is longer than one block of HKDF-Expand (RFC 5869 section 2.3).
    expand: (prk: Buffer, label: string, info: Buffer, length: number) =>
      hmac(prk, octets2(length), version, suiteId, Buffer.from(label), info, Buffer.of(1)).subarray(
        0,
        length,
      ),
  };
}

function octets2(value: number): Buffer {
  const buffer = Buffer.alloc(2);
  buffer.writeUInt16BE(value);
  return buffer;
}
