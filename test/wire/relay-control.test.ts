// What relay and cloud say to each other: tokens, signed documents, fingerprints, encrypted
// secrets; and that each accepts only what is meant for it.

import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { isProven, makeEnrolToken, parseEnrolToken, proveToken } from '../../wire/enrol-token.ts';
import { agreementJwkOf } from '../../wire/hpke.ts';
import { fingerprintOf } from '../../wire/key-fingerprint.ts';
import {
  isNewKeyProven,
  openEnrolled,
  openRelayConfig,
  openSecrets,
  proveNewKey,
  sealSecrets,
} from '../../wire/relay-control.ts';
import { parseEnrolRequest, parseRelayHealth } from '../../wire/relay-documents.ts';
import { publicJwkOf, sealKeyOf, thumbprint } from '../../wire/signature.ts';
import { openDocument, signDocument } from '../../wire/signed-document.ts';

const p256 = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const cloud = sealKeyOf(p256());
const cloudJwk = publicJwkOf(cloud.privateKey);
const stranger = sealKeyOf(p256());
const relay = sealKeyOf(generateKeyPairSync('ed25519').privateKey);
const agreement = generateKeyPairSync('x25519').privateKey;
const agreementKeyId = thumbprint(agreementJwkOf(agreement));
const tokenId = 'AAAABBBBCCCCDDDD';

describe('a token', () => {
  const { text, publicJwk } = makeEnrolToken(tokenId, cloud.keyId);
  const keys = { tokenId, keyId: relay.keyId, agreementKeyId };

  it('reads as it was pasted, and names the cloud it is for', () => {
    expect(parseEnrolToken(`  ${text}\n`)).toMatchObject({ tokenId, cloudKeyId: cloud.keyId });
  });

  it('has 128 bits of strength, and its stored half does not hold it', () => {
    const [, , scalar = ''] = text.split('.');

    expect(Buffer.from(scalar, 'base64url')).toHaveLength(32);
    expect(JSON.stringify(publicJwk)).not.toContain(scalar);
  });

  it('proves itself for exactly the keys it was used for', () => {
    const token = parseEnrolToken(text);
    if (!token) throw new Error('the token must read');
    const proof = proveToken(token, keys);

    expect(isProven(publicJwk, keys, proof)).toBe(true);
    for (const change of [
      { keyId: stranger.keyId },
      { agreementKeyId: stranger.keyId },
      { tokenId: 'DDDDCCCCBBBBAAAA' },
    ]) {
      expect(isProven(publicJwk, { ...keys, ...change }, proof)).toBe(false);
    }
    const other = makeEnrolToken(tokenId, cloud.keyId);
    expect(isProven(other.publicJwk, keys, proof)).toBe(false);
  });

  it('is nothing else: no other text reads as one, and none throws', () => {
    const zero = `wfe1.${tokenId}.${'A'.repeat(43)}.${cloud.keyId}`;
    expect(parseEnrolToken(zero)).toBeUndefined();
    fc.assert(
      fc.property(fc.string(), (anything) => {
        expect(parseEnrolToken(anything)).toBeUndefined();
      }),
    );
  });
});

describe('a signed document', () => {
  const signed = signDocument('wherefrom-relay-config', cloud, { hello: 1 });

  it('opens with the key that signed it', () => {
    expect(openDocument('wherefrom-relay-config', cloudJwk, signed)?.payload).toEqual({ hello: 1 });
  });

  it('opens for no other key and no other kind', () => {
    const other = publicJwkOf(stranger.privateKey);

    expect(openDocument('wherefrom-relay-config', other, signed)).toBeUndefined();
    expect(openDocument('wherefrom-enrolled', cloudJwk, signed)).toBeUndefined();
  });

  it('lets no header choose how it is verified', () => {
    const [, body = '', signature = ''] = signed.split('.');
    for (const header of [
      { alg: 'none', kid: cloud.keyId, typ: 'wherefrom-relay-config' },
      { alg: 'ES256', kid: cloud.keyId, typ: 'wherefrom-relay-config', crit: [] },
      { typ: 'wherefrom-relay-config', alg: 'ES256', kid: cloud.keyId },
    ]) {
      const text = Buffer.from(JSON.stringify(header)).toString('base64url');
      const forged = `${text}.${body}.${signature}`;
      expect(openDocument('wherefrom-relay-config', cloudJwk, forged)).toBeUndefined();
    }
  });

  it('never opens and never throws when one character is changed', () => {
    const letters = 'ABCDEFabcdef0123456789-_.';
    fc.assert(
      fc.property(fc.nat({ max: signed.length - 1 }), fc.constantFrom(...letters), (at, letter) => {
        fc.pre(signed[at] !== letter);
        const changed = signed.slice(0, at) + letter + signed.slice(at + 1);
        expect(openDocument('wherefrom-relay-config', cloudJwk, changed)).toBeUndefined();
      }),
      { numRuns: 60 },
    );
  });

  it('is signed by P-256 only, which a relay under FIPS rules can verify', () => {
    expect(() => signDocument('wherefrom-enrolled', relay, {})).toThrow('P-256');
  });
});

describe('the answer to an enrolment', () => {
  const enrolled = {
    version: 1,
    tokenId,
    relayId: 'relay-1',
    keyId: relay.keyId,
    cloudKey: cloudJwk,
  };

  it('is believed when the key that the token names has signed it', () => {
    const text = signDocument('wherefrom-enrolled', cloud, enrolled);

    expect(openEnrolled(text, cloud.keyId)).toEqual(enrolled);
  });

  it('is not believed from somebody in between, who signs with a key of their own', () => {
    const cloudKey = publicJwkOf(stranger.privateKey);
    const text = signDocument('wherefrom-enrolled', stranger, { ...enrolled, cloudKey });

    expect(openEnrolled(text, cloud.keyId)).toBeUndefined();
    const disguised = signDocument('wherefrom-enrolled', stranger, enrolled);
    expect(openEnrolled(disguised, cloud.keyId)).toBeUndefined();
    expect(openEnrolled('rubbish', cloud.keyId)).toBeUndefined();
  });
});

describe('gateway secrets on their way', () => {
  const secrets = [{ gateway: 'asa-lyon', secret: 'the-secret-of-lyon-1', nextSecret: 'next' }];
  const name = { relayId: 'relay-1', settingsVersion: 12 };
  const sealed = sealSecrets(agreementJwkOf(agreement), name, secrets);

  it('open for the relay and the version they were sealed for', () => {
    expect(openSecrets(agreement, name, sealed)).toEqual(secrets);
    expect(openSecrets(agreement, { ...name, relayId: 'relay-2' }, sealed)).toBeUndefined();
    expect(openSecrets(agreement, { ...name, settingsVersion: 11 }, sealed)).toBeUndefined();
  });

  it('are in no byte of what is sent', () => {
    const text = JSON.stringify(sealed) + Buffer.from(sealed.ciphertext, 'base64url').toString();

    expect(text).not.toContain('secret-of-lyon');
  });
});

it('a rotation is proven by the new key, for one pair after another', () => {
  const next = sealKeyOf(generateKeyPairSync('ed25519').privateKey);
  const jwk = publicJwkOf(next.privateKey);
  const rotation = { previousKeyId: relay.keyId, keyId: next.keyId, agreementKeyId };
  const proof = proveNewKey(next, rotation);

  expect(isNewKeyProven(jwk, rotation, proof)).toBe(true);
  expect(isNewKeyProven(jwk, { ...rotation, previousKeyId: next.keyId }, proof)).toBe(false);
  expect(isNewKeyProven(jwk, { ...rotation, agreementKeyId: relay.keyId }, proof)).toBe(false);
});

describe('fingerprints', () => {
  it('are spelled as ssh spells them, and in six words', () => {
    expect(fingerprintOf('A'.repeat(43))).toEqual({
      sha256: `SHA256:${'A'.repeat(43)}`,
      words: 'babab babab babab babab babab babab',
    });
  });

  it('spell 127.0.0.1 as the inventor of the words does', () => {
    const octets = Buffer.concat([Buffer.from([127, 0, 0, 1]), Buffer.alloc(28)]);

    expect(fingerprintOf(octets.toString('base64url')).words).toMatch(/^lusab babad /);
  });

  it('differ in their words when keys differ in their first 96 bits', () => {
    const keyIds = Array.from({ length: 50 }, () => sealKeyOf(p256()).keyId);

    expect(new Set(keyIds.map((keyId) => fingerprintOf(keyId).words)).size).toBe(50);
  });
});

describe('documents from outside', () => {
  it('keep what is known, leave out what is not, and say which field is wrong', () => {
    const report = {
      version: 1,
      time: 2,
      startedAt: 1,
      software: { version: '1', node: 'v24', platform: 'linux', isFips: false, more: 1 },
      settings: { source: 'local', isEnabled: true, overrides: [] },
      journal: { waitingRecords: 0, freeBytes: 1, quarantinedRecords: 0 },
      isBalanced: true,
      gateways: [],
      conditions: [],
    };
    const read = (value: unknown) => parseRelayHealth(Buffer.from(JSON.stringify(value)));

    const { more: _, ...software } = report.software;
    expect(read(report)).toEqual({ ok: true, value: { ...report, software } });
    expect(read({ ...report, time: 'now' })).toMatchObject({ detail: 'field time is wrong' });
    expect(read({ version: 2 })).toMatchObject({ problem: 'unsupported-version' });
    expect(read({ ...report, gateways: Array(501).fill({ name: 'a' }) })).toMatchObject({
      ok: false,
    });
  });

  it('never throw, whatever comes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (anything) => {
        expect(parseEnrolRequest(Buffer.from(anything)).ok).toBe(false);
        expect(openRelayConfig(anything, cloudJwk)).toBeUndefined();
      }),
    );
  });
});
