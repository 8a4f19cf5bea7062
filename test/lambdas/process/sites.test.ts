// Places of the organisation's own: they win over the location data, and locate is not asked.

import fc from 'fast-check';
import { cidrContains, formatAddress, parseAddress, parseCidr } from '../../../domain/address.ts';
import type { Location } from '../../../domain/location.ts';
import type { Site } from '../../../domain/settings.ts';
import { makeSettingsBook } from '../../../lambdas/aws/dynamodb/settings-book.ts';
import { withSites } from '../../../lambdas/process/sites.ts';
import { startTestCloud } from '../../support/cloud-in-test.ts';
import { eventOf, morning } from '../../support/events.ts';

const lyon: Site = {
  name: 'Office Lyon',
  networks: ['198.51.100.0/24', '10.20.0.0/16', '2001:db8:20::/48'],
  country: 'FR',
  city: 'Lyon',
  lat: 45.764,
  lon: 4.836,
};
const lab: Site = { name: 'Lab', networks: ['198.51.100.64/26'], country: 'DE', lat: 50, lon: 8 };
const elsewhere: Location = {
  kind: 'unknown',
  network: { asn: 0, organization: '', type: 'unknown' },
};

function locating(sites: readonly Site[]) {
  const asked: string[][] = [];
  const locate = withSites(
    async (addresses) => {
      asked.push([...addresses]);
      return new Map(addresses.map((address) => [address, elsewhere]));
    },
    async () => sites,
  );
  return { locate, asked };
}

describe('sites', () => {
  it('say where an office is, in degrees as locations have them', async () => {
    const { locate, asked } = locating([lyon]);

    const found = await locate(['198.51.100.7']);

    expect(found.get('198.51.100.7')).toEqual({
      kind: 'located',
      country: 'FR',
      city: 'Lyon',
      lat: 45.8,
      lon: 4.8,
      radiusKm: 5,
      confidence: 'city',
      network: { asn: 0, organization: 'Office Lyon', type: 'corporate' },
    });
    expect(asked).toEqual([]);
  });

  it('leave all other addresses to the location data', async () => {
    const { locate, asked } = locating([lyon]);

    const found = await locate(['10.20.1.1', '203.0.113.9', '2001:db8:20::1', '10.21.0.1']);

    expect(asked).toEqual([['203.0.113.9', '10.21.0.1']]);
    expect([...found].map(([address, { kind }]) => `${address} ${kind}`).sort()).toEqual([
      '10.20.1.1 located',
      '10.21.0.1 unknown',
      '2001:db8:20::1 located',
      '203.0.113.9 unknown',
    ]);
  });

  it.each([
    ['first', [lyon, lab]],
    ['last', [lab, lyon]],
  ])('let the narrowest network decide, when it stands %s', async (_, sites) => {
    const { locate } = locating(sites);

    const found = await locate(['198.51.100.64', '198.51.100.63']);

    expect(found.get('198.51.100.64')).toMatchObject({ country: 'DE' });
    expect(found.get('198.51.100.63')).toMatchObject({ country: 'FR' });
  });

  it('answer for exactly the addresses that lie in their networks', async () => {
    const { locate } = locating([lyon]);
    const networks = lyon.networks.flatMap((text) => parseCidr(text) ?? []);
    const octets = fc.uint8Array({ minLength: 4, maxLength: 4 });
    const near = fc
      .uint8Array({ minLength: 1, maxLength: 1 })
      .map(([last = 0]) => Uint8Array.of(198, 51, 100 + (last & 1), last));
    await fc.assert(
      fc.asyncProperty(fc.oneof(octets, near), async (bytes) => {
        const address = formatAddress(bytes);
        const isInside = networks.some((one) => cidrContains(one, parseAddress(address) ?? bytes));

        const kind = (await locate([address])).get(address)?.kind;

        expect(kind).toBe(isInside ? 'located' : 'unknown');
      }),
    );
  });
});

it('an office of the settings is the place of whoever connects from it', async () => {
  const now = morning + 4 * 3_600_000;
  const cloud = await startTestCloud(now);
  try {
    const table = { client: cloud.dynamo.client, tableName: cloud.tables.control, now: () => now };
    const settings = { enabled: true, gateways: [], domains: { netbios: {} }, sites: [lyon] };
    await makeSettingsBook(table).putSettings(settings, 0);

    await cloud.deliver([[eventOf({ address: '198.51.100.7' })]]);
    const { body } = await cloud.get('GET /v1/users/{user}', { params: { user: 'alice' } });

    expect(body.places[0]).toMatchObject({ label: 'Lyon, FR', lat: 45.8, lon: 4.8 });
    expect(body.networks[0]).toMatchObject({ type: 'corporate' });
  } finally {
    await cloud.stop();
  }
});
