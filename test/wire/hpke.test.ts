// HPKE against a foreign implementation in both directions and both suites, and what a forger would
// try.

import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import {
  Aes256Gcm,
  CipherSuite,
  DhkemP256HkdfSha256,
  DhkemX25519HkdfSha256,
  HkdfSha256,
} from '@hpke/core';
import fc from 'fast-check';
import {
  agreementJwkOf,
  type HpkeSealed,
  hpkeOpen,
  hpkeSeal,
  parseAgreementJwk,
} from '../../wire/hpke.ts';
import { anyCharacter } from '../support/any-character.ts';

const context = { info: 'wherefrom gateway secrets v1', aad: 'relay-1.12' };
const text = 'a secret with ümlauts and 漢字';

const kinds = [
  ['X25519', generateKeyPairSync('x25519').privateKey, new DhkemX25519HkdfSha256()],
  [
    'P-256',
    generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
    new DhkemP256HkdfSha256(),
  ],
] as const;

const bytes = (value: string): ArrayBuffer => {
  const { buffer, byteOffset, length } = Buffer.from(value);
  return buffer.slice(byteOffset, byteOffset + length) as ArrayBuffer;
};
const unbased = (value: string): ArrayBuffer => {
  const { buffer, byteOffset, length } = Buffer.from(value, 'base64url');
  return buffer.slice(byteOffset, byteOffset + length) as ArrayBuffer;
};
const based = (value: ArrayBuffer): string => Buffer.from(value).toString('base64url');

describe.each(kinds)('with a key of %s', (_, privateKey: KeyObject, kem) => {
  const suite = new CipherSuite({ kem, kdf: new HkdfSha256(), aead: new Aes256Gcm() });
  const jwk = agreementJwkOf(privateKey);

  it('what we seal, another implementation opens', async () => {
    const { enc, ciphertext } = hpkeSeal(jwk, context, text);
    const recipientKey = await kem.importKey('jwk', privateKey.export({ format: 'jwk' }), false);

    const recipient = await suite.createRecipientContext({
      recipientKey,
      enc: unbased(enc),
      info: bytes(context.info),
    });
    const opened = await recipient.open(unbased(ciphertext), bytes(context.aad));

    expect(Buffer.from(opened).toString()).toBe(text);
  });

  it('what another implementation seals, we open', async () => {
    const recipientPublicKey = await kem.importKey('jwk', jwk, true);
    const sender = await suite.createSenderContext({
      recipientPublicKey,
      info: bytes(context.info),
    });
    const ciphertext = await sender.seal(bytes(text), bytes(context.aad));
    const sealed = {
      suite: hpkeSeal(jwk, context, '').suite,
      enc: based(sender.enc),
      ciphertext: based(ciphertext),
    };

    expect(hpkeOpen(privateKey, context, sealed)).toBe(text);
  });

  it('opens what it seals, whatever the text, and never twice the same', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), (anything) => {
        const sealed = hpkeSeal(jwk, context, anything);
        expect(hpkeOpen(privateKey, context, sealed)).toBe(Buffer.from(anything).toString());
      }),
      { numRuns: 20 },
    );
    expect(hpkeSeal(jwk, context, text).enc).not.toBe(hpkeSeal(jwk, context, text).enc);
  });

  it('stays shut for another purpose, relay, version or key', () => {
    const sealed = hpkeSeal(jwk, context, text);
    const { type } = privateKey.asymmetricKeyType === 'ec' ? { type: 'ec' } : { type: 'x25519' };
    const stranger =
      type === 'ec'
        ? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
        : generateKeyPairSync('x25519').privateKey;

    expect(hpkeOpen(privateKey, { ...context, info: 'other' }, sealed)).toBeUndefined();
    expect(hpkeOpen(privateKey, { ...context, aad: 'relay-2.12' }, sealed)).toBeUndefined();
    expect(hpkeOpen(privateKey, { ...context, aad: 'relay-1.13' }, sealed)).toBeUndefined();
    expect(hpkeOpen(stranger, context, sealed)).toBeUndefined();
  });

  it('never opens and never throws when one bit of it is changed', () => {
    const sealed = hpkeSeal(jwk, context, text);
    fc.assert(
      fc.property(
        fc.constantFrom('enc', 'ciphertext'),
        fc.nat(),
        fc.nat({ max: 7 }),
        (part, place, bit) => {
          const octets = Buffer.from(sealed[part as 'enc' | 'ciphertext'], 'base64url');
          const at = place % octets.length;
          // The highest bit of an X25519 point is not part of it (RFC 7748 section 5).
          fc.pre(!(part === 'enc' && octets.length === 32 && at === 31 && bit === 7));
          octets[at] = (octets[at] ?? 0) ^ (1 << bit);
          const changed: HpkeSealed = { ...sealed, [part]: octets.toString('base64url') };
          expect(hpkeOpen(privateKey, context, changed)).toBeUndefined();
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each([
    ['an empty point', { enc: '' }],
    ['the zero point', { enc: Buffer.alloc(32).toString('base64url') }],
    ['a point of the other suite', { enc: Buffer.alloc(33, 2).toString('base64url') }],
    ['less than a tag', { ciphertext: 'AAAA' }],
  ])('refuses %s', (__, change) => {
    const sealed = { ...hpkeSeal(jwk, context, text), ...change };

    expect(hpkeOpen(privateKey, context, sealed)).toBeUndefined();
  });
});

describe('a key to encrypt to', () => {
  it('is of one of the two kinds, and its private half is dropped', () => {
    const jwk = generateKeyPairSync('x25519').privateKey.export({ format: 'jwk' });

    const parsed = parseAgreementJwk(jwk);

    expect(Object.keys(parsed ?? {}).sort()).toEqual(['crv', 'kty', 'x']);
    expect(parseAgreementJwk({ ...jwk, crv: 'Ed25519' })).toBeUndefined();
    expect(parseAgreementJwk({ kty: 'EC', crv: 'P-256', x: jwk.x, y: jwk.x })).toBeUndefined();
    expect(parseAgreementJwk(null)).toBeUndefined();
  });

  it('must be able to agree on a key', () => {
    const signing = createPrivateKey(
      generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }),
    );

    expect(() => agreementJwkOf(signing)).toThrow('X25519 or P-256');
  });
});
