// Settings that were tampered with, replayed or meant for somebody else are never used; what the
// relay's own file says always wins. Any input.

import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import fc from 'fast-check';
import type { Enrolment } from '../../../relay/config/enrolment.ts';
import { type RelayConfig, relayDefaults } from '../../../relay/config/relay-config.ts';
import {
  type CloudSettings,
  openSettings,
  type SettingsRefusal,
  withSettings,
} from '../../../relay/control/settings.ts';
import type { GatewayConfig } from '../../../relay/radius/gateway.ts';
import { agreementJwkOf } from '../../../wire/hpke.ts';
import { sealSecrets } from '../../../wire/relay-control.ts';
import { publicJwkOf, sealKeyOf } from '../../../wire/signature.ts';
import { signDocument } from '../../../wire/signed-document.ts';

const p256 = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const cloudKey = p256();
const keys = {
  signing: generateKeyPairSync('ed25519').privateKey,
  agreement: generateKeyPairSync('x25519').privateKey,
};
const enrolment: Enrolment = {
  url: 'https://cloud.example',
  relayId: 'lyon-2',
  tokenId: 't',
  keysSince: 0,
  keys,
  cloudKey: publicJwkOf(cloudKey),
};
const nonce = 'abcdefghijklmnopqrstuv';
const secret = 'a-secret-of-the-settings';

function document(change: object = {}, key = cloudKey, agreement = keys.agreement): string {
  const name = { relayId: 'lyon-2', settingsVersion: 5, ...change };
  return signDocument('wherefrom-relay-config', sealKeyOf(key), {
    version: 1,
    issuedAt: 0,
    nonce,
    isEnabled: true,
    gateways: [{ name: 'asa', addresses: ['10.0.0.1'] }],
    secrets: sealSecrets(agreementJwkOf(agreement), name, [{ gateway: 'asa', secret }]),
    ...name,
    ...change,
  });
}

const open = (text: string, check: object = { nonce }): CloudSettings | SettingsRefusal =>
  openSettings(text, enrolment, check);
const refused = (found: CloudSettings | SettingsRefusal): string =>
  'refused' in found ? found.refused : '';

describe('settings', () => {
  it('are taken when everything is right, and the secrets are in them', () => {
    expect(open(document())).toEqual({
      version: 5,
      isEnabled: true,
      gateways: [
        {
          name: 'asa',
          addresses: ['10.0.0.1'],
          secrets: [Buffer.from(secret)],
          origin: 'settings',
        },
      ],
      leftOut: [],
    });
  });

  it('are not taken with any one character changed', () => {
    const text = document();

    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom(...'AZaz09-_.'), (at, letter) => {
        const changed = text.slice(0, at) + letter + text.slice(at + 1);
        // The last letter of a base64url text of 64 octets carries four bits that mean nothing.
        fc.pre(changed !== text && at < text.length - 1);
        expect(refused(open(changed))).toContain('not signed by the cloud');
      }),
    );
  });

  it('are not taken from anything that is no document', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(refused(open(text))).toContain('not signed');
      }),
    );
  });

  it.each<[string, string, object, string]>([
    ['another cloud', document({}, p256()), { nonce }, 'not signed by the cloud'],
    ['another relay', document({ relayId: 'paris-1' }), { nonce }, 'those of relay paris-1'],
    ['another request', document(), { nonce: 'other' }, 'the answer to another request'],
    ['before', document(), { nonce, versionMin: 6 }, 'version 5 is older than 6'],
    [
      'another key',
      document({}, cloudKey, generateKeyPairSync('x25519').privateKey),
      { nonce },
      'encrypted to another key',
    ],
  ])('are not taken from %s', (_, text, check, said) => {
    expect(refused(open(text, check))).toContain(said);
  });

  it('are not taken when their secrets belong to another version of them', () => {
    const other = sealSecrets(
      agreementJwkOf(keys.agreement),
      { relayId: 'lyon-2', settingsVersion: 4 },
      [{ gateway: 'asa', secret }],
    );

    expect(refused(open(document({ secrets: other })))).toContain('encrypted to another key');
  });

  it('leave out a gateway that is there twice or has no address, and keep the others', () => {
    const gateways = [
      { name: 'asa', addresses: ['10.0.0.1'] },
      { name: 'asa', addresses: ['10.0.0.2'] },
      { name: 'b', addresses: ['10.0.0.1'] },
      { name: 'c', addresses: ['no address'] },
      { name: 'd', addresses: [] },
      { name: 'e', addresses: ['10.0.0.5'], vendor: 'of-a-newer-release' },
    ];

    const found = open(document({ gateways }));

    if ('refused' in found) throw new Error(found.refused);
    expect(found.gateways.map(({ name, vendor }) => [name, vendor])).toEqual([
      ['asa', undefined],
      ['e', undefined],
    ]);
    expect(found.leftOut).toHaveLength(4);
  });
});

describe('settings under the own file of a relay', () => {
  const own = (
    gateways: readonly GatewayConfig[],
    more: Partial<RelayConfig> = {},
  ): RelayConfig => ({
    ...relayDefaults,
    dataDir: '/nowhere',
    gateways,
    cloud: { url: enrolment.url, relayId: 'lyon-2', privateKey: keys.signing, enrolment },
    ...more,
  });
  const gatewayArbitrary = fc.record({
    name: fc.constantFrom('a', 'b', 'c', 'd'),
    addresses: fc.uniqueArray(fc.constantFrom('10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'), {
      minLength: 1,
      maxLength: 2,
    }),
    secrets: fc.constant([Buffer.from(secret)]),
  });
  const settingsOf = (gateways: readonly GatewayConfig[], isEnabled = true): CloudSettings => ({
    version: 5,
    isEnabled,
    leftOut: [],
    gateways: gateways.map((gateway) => ({ ...gateway, origin: 'settings' })),
  });

  it('never replace a gateway of the file, by name or address, and name those left out', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(gatewayArbitrary, { selector: ({ name }) => name }),
        fc.uniqueArray(gatewayArbitrary, { selector: ({ name }) => name }),
        (mine, theirs) => {
          const { config, overrides } = withSettings(own(mine), settingsOf(theirs));

          expect(config.gateways.slice(0, mine.length)).toEqual(mine);
          const addresses: string[] = mine.flatMap((gateway) => gateway.addresses);
          const added = config.gateways.slice(mine.length);
          for (const gateway of added) {
            expect(mine.map(({ name }) => name)).not.toContain(gateway.name);
            expect(gateway.addresses.filter((one) => addresses.includes(one))).toEqual([]);
          }
          expect(added.length + overrides.length).toBe(theirs.length);
        },
      ),
    );
  });

  it('shut the ports when they say so, also for gateways of the file', () => {
    const mine = [{ name: 'a', addresses: ['10.0.0.1'], secrets: [Buffer.from(secret)] }];

    expect(withSettings(own(mine), settingsOf([], false)).config.isEnabled).toBe(false);
    expect(withSettings(own(mine), undefined).config.isEnabled).toBe(true);
    expect(withSettings(own([]), undefined).config.isEnabled).toBe(false);
  });

  it('mean nothing to a relay that is not enrolled', () => {
    const { cloud: _cloud, ...alone } = own([]);

    expect(withSettings(alone, settingsOf([], false))).toMatchObject({ config: alone });
  });

  it('bring no shared secret under FIPS rules: nothing may be computed with one', () => {
    const theirs = settingsOf([
      { name: 'a', addresses: ['10.0.0.1'], secrets: [Buffer.from('x')] },
    ]);

    const { config } = withSettings(own([], { isFips: true }), theirs);

    expect(config.gateways.map(({ secrets }) => secrets)).toEqual([[]]);
  });
});
