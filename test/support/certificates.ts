// Certificates for tests: an authority, certificates signed by it, a list of revoked ones. Written
// octet by octet from RFC 5280, so that no program but Node is needed.

import {
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto';

export type Issued = {
  readonly certificate: string;
  readonly key: string;
  readonly serial: Buffer;
};

export type Subject = {
  readonly name: string;
  /** Subject alternative names: addresses where they look like one. */
  readonly names?: readonly string[];
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  readonly keyType?: 'p256' | 'rsa' | 'ed25519';
};

const tlv = (tag: number, ...contents: readonly Buffer[]): Buffer => {
  const content = Buffer.concat(contents);
  const { length } = content;
  const head =
    length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...head]), content]);
};
const sequence = (...parts: readonly Buffer[]): Buffer => tlv(0x30, ...parts);
const oid = (hex: string): Buffer => tlv(0x06, Buffer.from(hex, 'hex'));
const isTrue = tlv(0x01, Buffer.from([0xff]));
const integer = (octets: Buffer): Buffer => tlv(0x02, octets);
const octets = (content: Buffer): Buffer => tlv(0x04, content);
const bits = (content: Buffer, unused = 0): Buffer => tlv(0x03, Buffer.from([unused]), content);

/** UTCTime, YYMMDDHHMMSSZ: what RFC 5280 wants before 2050. */
const time = (date: Date): Buffer =>
  tlv(0x17, Buffer.from(`${date.toISOString().slice(2, 19).replace(/[-:T]/g, '')}Z`));

const commonName = (name: string): Buffer =>
  sequence(tlv(0x31, sequence(oid('550403'), tlv(0x0c, Buffer.from(name)))));

const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'));
const extension = (id: string, isCritical: boolean, value: Buffer): Buffer =>
  sequence(oid(id), ...(isCritical ? [isTrue] : []), octets(value));

function alternativeNames(names: readonly string[]): Buffer {
  const general = names.map((name) =>
    /^[\d.]+$/.test(name)
      ? tlv(0x87, Buffer.from(name.split('.').map(Number)))
      : tlv(0x82, Buffer.from(name)),
  );
  return extension('551d11', false, sequence(...general));
}

function makeKey(type: Subject['keyType'] = 'p256'): KeyObject {
  if (type === 'rsa') return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  if (type === 'ed25519') return generateKeyPairSync('ed25519').privateKey;
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

const dayMs = 86_400_000;

/** An authority of its own key. */
export class TestAuthority {
  readonly #key = makeKey();
  readonly #name: string;
  readonly certificate: string;

  constructor(name = 'Test authority') {
    this.#name = name;
    this.certificate = this.#certify({ name }, this.#key, randomBytes(8), true);
  }

  /** A key and a certificate for it, good for both ends of TLS. */
  issue(subject: Subject): Issued {
    const key = makeKey(subject.keyType);
    const serial = randomBytes(8);
    const certificate = this.#certify(subject, key, serial, false);
    return { certificate, serial, key: key.export({ format: 'pem', type: 'pkcs8' }).toString() };
  }

  /** A list of revoked certificates (RFC 5280 section 5). */
  revoke(revoked: readonly Issued[]): string {
    const now = new Date();
    const entries = revoked.map(({ serial }) => sequence(integer(positive(serial)), time(now)));
    const list = sequence(
      integer(Buffer.from([1])),
      ecdsaWithSha256,
      commonName(this.#name),
      time(now),
      time(new Date(now.getTime() + dayMs)),
      ...(entries.length > 0 ? [sequence(...entries)] : []),
    );
    return pem('X509 CRL', this.#signed(list));
  }

  #certify(subject: Subject, key: KeyObject, serial: Buffer, isAuthority: boolean): string {
    const now = Date.now();
    const { notBefore = new Date(now - dayMs), notAfter = new Date(now + 365 * dayMs) } = subject;
    const extensions = isAuthority
      ? [
          extension('551d13', true, sequence(isTrue)),
          extension('551d0f', true, bits(Buffer.from([0x06]), 1)),
        ]
      : [
          extension('551d25', false, sequence(oid('2b06010505070301'), oid('2b06010505070302'))),
          ...(subject.names ? [alternativeNames(subject.names)] : []),
        ];
    const certificate = sequence(
      tlv(0xa0, integer(Buffer.from([2]))),
      integer(positive(serial)),
      ecdsaWithSha256,
      commonName(this.#name),
      sequence(time(notBefore), time(notAfter)),
      commonName(subject.name),
      createPublicKey(key).export({ format: 'der', type: 'spki' }),
      tlv(0xa3, sequence(...extensions)),
    );
    return pem('CERTIFICATE', this.#signed(certificate));
  }

  #signed(content: Buffer): Buffer {
    return sequence(content, ecdsaWithSha256, bits(sign('sha256', content, this.#key)));
  }
}

/** An INTEGER above zero in its shortest form. */
function positive(serial: Buffer): Buffer {
  const copy = Buffer.from(serial);
  copy[0] = ((copy[0] as number) & 0x7f) | 0x40;
  return copy;
}
