// Proof of a key-agreement key: only who holds it can answer, and an answer is good for one change.

import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { agreementJwkOf } from '../../wire/hpke.ts';
import {
  type ChallengeName,
  isPossessionProven,
  openChallenge,
  openKeyChallenge,
  provePossession,
  sealChallenge,
} from '../../wire/key-possession.ts';
import { publicJwkOf, sealKeyOf } from '../../wire/signature.ts';
import { signDocument } from '../../wire/signed-document.ts';
import { anyCharacter } from '../support/any-character.ts';

const name: ChallengeName = {
  relayId: 'relay-1',
  previousKeyId: 'a'.repeat(43),
  keyId: 'b'.repeat(43),
  agreementKeyId: 'c'.repeat(43),
  expiresAt: 1_795_426_500_000,
};
const others: readonly ChallengeName[] = [
  { ...name, relayId: 'relay-2' },
  { ...name, previousKeyId: name.keyId },
  { ...name, keyId: name.previousKeyId },
  { ...name, agreementKeyId: name.keyId },
  { ...name, expiresAt: name.expiresAt + 1 },
];
const secret = 'the secret of one challenge';
const keyPairs = [
  ['X25519', () => generateKeyPairSync('x25519').privateKey],
  ['P-256', () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey],
] as const;

describe.each(keyPairs)('a challenge to a key of %s', (_, make) => {
  const held = make();
  const sealed = sealChallenge(agreementJwkOf(held), name, secret);

  it('is opened by who holds the key, for the change it names', () => {
    expect(openChallenge(held, name, sealed)).toBe(secret);
  });

  it('is opened by nobody else, and for no other change', () => {
    expect(openChallenge(make(), name, sealed)).toBeUndefined();
    for (const other of others) expect(openChallenge(held, other, sealed)).toBeUndefined();
  });
});

describe('an answer', () => {
  const mac = provePossession(secret, name);

  it('is good for its secret and its change', () => {
    expect(isPossessionProven(secret, name, mac)).toBe(true);
    expect(isPossessionProven(`${secret}.`, name, mac)).toBe(false);
    for (const other of others) expect(isPossessionProven(secret, other, mac)).toBe(false);
  });

  it('is nothing else, whatever comes', () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: anyCharacter, maxLength: 60 }));
    fc.assert(
      fc.property(text, (guess) => {
        expect(isPossessionProven(secret, name, guess)).toBe(guess === mac);
      }),
    );
  });
});

describe('the document of a challenge', () => {
  const cloud = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const { agreementKeyId: _, ...names } = name;
  const challenge = sealChallenge(agreementJwkOf(keyPairs[0][1]()), name, secret);
  const document = { version: 2, ...names, challenge };

  it('is believed under the pinned key and as what it is', () => {
    const text = signDocument('wherefrom-key-challenge', sealKeyOf(cloud), document);
    const stranger = keyPairs[1][1]();

    expect(openKeyChallenge(text, publicJwkOf(cloud))).toEqual(document);
    expect(openKeyChallenge(text, publicJwkOf(stranger))).toBeUndefined();
    const asOther = signDocument('wherefrom-relay-keys', sealKeyOf(cloud), document);
    expect(openKeyChallenge(asOther, publicJwkOf(cloud))).toBeUndefined();
  });
});
