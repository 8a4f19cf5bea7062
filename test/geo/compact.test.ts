// The compact file: what is compiled comes out again, small places stand for their region, and a
// damaged file is refused.

import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Located } from '../../domain/location.ts';
import { type BuildSources, buildCompact } from '../../geo/build/build-compact.ts';
import { readOverlay } from '../../geo/build/overlay.ts';
import { openCellNames } from '../../geo/compact/cell-names.ts';
import {
  compactData,
  compactLocator,
  openCompactLocator,
} from '../../geo/compact/compact-locator.ts';
import { CompactFileError } from '../../geo/compact/layout.ts';
import { openMemorySource, openPagedSource } from '../../geo/compact/page-source.ts';
import { type Locator, makeLocator } from '../../geo/locator.ts';
import { openLocatorIn } from '../../geo/open-locator.ts';
import { locatorWithoutLists } from '../../geo/without-lists.ts';
import { mmdbFile } from '../support/mmdb-writer.ts';
import { makeSmallWorld, type SmallWorld } from './fixture.ts';

const quiet = (): void => undefined;
const list = (type: string, text: string, name: string) =>
  readOverlay(type, text, { name, modified: Date.UTC(2026, 10, 3), now: Date.UTC(2026, 10, 5) });

describe('the compact location file', () => {
  let world: SmallWorld;
  let path: string;
  beforeAll(() => {
    world = makeSmallWorld();
    path = join(world.folder, 'wherefrom-geo.bin');
    buildCompact(world.sources, path, quiet);
  });
  afterAll(() => world.remove());

  const build = (name: string, change: Partial<BuildSources>): Locator => {
    const out = join(world.folder, name);
    buildCompact({ ...world.sources, ...change }, out, quiet);
    return openCompactLocator(out, 'memory');
  };

  describe.each([['memory'], ['paged']] as const)('read in %s', (mode) => {
    let locator: Locator;
    beforeAll(() => {
      locator = openCompactLocator(path, mode);
    });

    it('places an address with city, region, country, network and confidence', () => {
      expect(locator.locate('20.0.1.2')).toEqual({
        kind: 'located',
        country: 'DE',
        region: 'Berlin',
        city: 'Berlin',
        lat: 52.5,
        lon: 13.4,
        radiusKm: 200,
        confidence: 'city',
        network: { asn: 64500, organization: 'Heimnetz Telekom', type: 'access' },
      });
    });

    it('doubts a place when the second database names another country', () => {
      expect(locator.locate('20.1.0.1')).toMatchObject({ country: 'DE', confidence: 'low' });
      expect(locator.explain('20.1.0.1')?.secondOpinion).toBe('differs');
    });

    it('believes no more than the country of a server that both databases agree on', () => {
      expect(locator.locate('20.1.128.1')).toMatchObject({
        confidence: 'country',
        radiusKm: 25,
        network: { organization: 'Wolke Hosting, "Premium"', type: 'hosting' },
      });
    });

    it('believes no city where the second database is silent', () => {
      expect(locator.locate('20.6.0.1')).toMatchObject({ city: 'Auckland', confidence: 'country' });
    });

    it('folds places of few lines into their region, whose radius spans them', () => {
      const small = locator.locate('20.2.0.9') as Located;

      expect(small).toMatchObject({ country: 'DE', region: 'Bavaria', confidence: 'country' });
      expect(small).not.toHaveProperty('city');
      expect(locator.locate('20.2.1.9')).toEqual(small);
      expect(locator.locate('20.2.4.9')).toMatchObject({ city: 'Munich', confidence: 'city' });
    });

    it('folds a region of few lines into its country', () => {
      const location = locator.locate('20.3.0.1');

      expect(location).toMatchObject({ country: 'IS', lat: 65.7, lon: -18.1 });
      expect(location).not.toHaveProperty('region');
    });

    it('has no place for a record without a country, and no zero-zero either', () => {
      expect(locator.locate('20.5.0.1')).toMatchObject({ kind: 'unknown' });
    });

    it('knows the edges of a block', () => {
      expect(locator.locate('19.255.255.255')).toMatchObject({ kind: 'unknown' });
      expect(locator.locate('20.0.0.0')).toMatchObject({ kind: 'located', city: 'Berlin' });
      expect(locator.locate('20.7.255.255')).toMatchObject({ country: 'FJ' });
      expect(locator.locate('20.8.0.0')).toMatchObject({ kind: 'unknown' });
      expect(locator.locate('223.255.255.255')).toMatchObject({ kind: 'unknown' });
    });

    it('tells IPv6 apart to /64, and not below', () => {
      expect(locator.locate('2a00:1::1')).toMatchObject({
        city: 'Berlin',
        network: { asn: 64500 },
      });
      expect(locator.locate('2a00:1:ffff:ffff:ffff:ffff:ffff:ffff')).toMatchObject({
        city: 'Berlin',
      });
      expect(locator.locate('2a00:2::1')).toMatchObject({ city: 'Paris', network: { asn: 0 } });
      expect(locator.locate('2a00:3::')).toMatchObject({ kind: 'unknown' });
    });

    it('looks inside transition addresses before any lookup', () => {
      expect(locator.locate('2002:1400:102::1')).toEqual(locator.locate('20.0.1.2'));
      expect(locator.locate('2002:a00:1::1')).toEqual({ kind: 'special', special: 'private' });
    });
  });

  it('answers the same in memory and with room for a single page', () => {
    const memory = compactLocator(openMemorySource(path));
    const source = openPagedSource(path, 1);
    const paged = compactLocator(source);
    for (let i = 0; i < 4000; i += 1) {
      const address = `20.${i & 7}.${(i >> 3) & 255}.${(i * 7) & 255}`;
      expect(paged.locate(address)).toEqual(memory.locate(address));
    }
    source.close();
  });

  it('names a map cell by its largest place, in each country', () => {
    const nameOf = openCellNames(openPagedSource(path));

    expect(nameOf('52.5_13.0', 'DE')).toBe('Berlin');
    expect(nameOf('48.0_11.5', 'DE')).toBe('Munich');
    expect(nameOf('52.5_13.0', 'PL')).toBeUndefined();
    expect(nameOf('0.0_0.0', 'DE')).toBeUndefined();
  });

  it('is the same file every time', () => {
    const again = join(world.folder, 'again.bin');
    buildCompact(world.sources, again, quiet);

    expect(readFileSync(again).equals(readFileSync(path))).toBe(true);
  });

  it('is found in its folder before the plain files are', () => {
    expect(openLocatorIn(world.folder).explain('20.0.1.2')?.secondOpinion).toBe('agrees');
  });

  it('reads one GeoIP2 file of both families, with the radius it states', () => {
    const file = join(world.folder, 'geoip2.mmdb');
    const record = {
      country: { iso_code: 'PT' },
      subdivisions: [{ names: { en: 'Lisbon' } }],
      city: { names: { en: 'Lisbon', pt: 'Lisboa' } },
      location: { latitude: 38.72, longitude: -9.13, accuracy_radius: 5 },
    };
    const entries = ['20.0.0.0/16', '2a00:1::/32'].map((cidr) => [cidr, record] as const);
    writeFileSync(file, mmdbFile(entries, { ipVersion: 6 }));

    const locator = build('geoip2.bin', { cityV4: file, cityV6: file });

    expect(locator.locate('20.0.1.2')).toMatchObject({ city: 'Lisbon', lat: 38.7, radiusKm: 5 });
    expect(locator.locate('2a00:1::1')).toMatchObject({ city: 'Lisbon', lon: -9.1, radiusKm: 5 });
  });

  it('reads coordinates written as text, and drops those that are none', () => {
    const file = join(world.folder, 'strings.mmdb');
    const record = (latitude: string) => ({ country_code: 'PT', latitude, longitude: '-9.13' });
    const entries = [
      ['20.0.0.0/16', record('38.72')],
      ['20.1.0.0/16', record('')],
      ['20.2.0.0/16', record('91')],
    ] as const;
    writeFileSync(file, mmdbFile(entries, { ipVersion: 4 }));

    const locator = build('strings.bin', { cityV4: file });

    expect(locator.locate('20.0.1.2')).toMatchObject({ country: 'PT', lat: 38.7, lon: -9.1 });
    expect(locator.locate('20.1.0.1')).toMatchObject({ kind: 'unknown' });
    expect(locator.locate('20.2.0.1')).toMatchObject({ kind: 'unknown' });
  });

  it('puts sites over overlays over the seed, and the narrower block over the wider', () => {
    const site = { name: 'HQ Berlin', country: 'DE', lat: 52.52, lon: 13.405 };
    const locator = build('known.bin', {
      sites: [
        { cidr: '20.0.8.0/24', site },
        { cidr: '10.1.0.0/16', site: { ...site, name: 'Branch' } },
        { cidr: '2a00:1:5::/48', site },
      ],
      overlays: [
        list('vpn', '20.0.0.0/20 # egress\n20.0.8.128/25\nAS64502\n1.1.1.1\n', 'vpn.txt'),
        list('tor', '20.0.4.0/24\n', 'tor.txt'),
      ],
    });
    const typeOf = (address: string): string | undefined => {
      const location = locator.locate(address);
      return location.kind === 'special' ? location.special : location.network.type;
    };

    expect(locator.locate('20.0.8.200')).toMatchObject({
      city: 'HQ Berlin',
      radiusKm: 10,
      network: { asn: 64500, type: 'corporate' },
    });
    expect(locator.locate('10.1.2.3')).toMatchObject({ city: 'Branch', lat: 52.5, lon: 13.4 });
    expect(typeOf('10.2.0.1')).toBe('private');
    expect(typeOf('2a00:1:5::1')).toBe('corporate');
    expect(typeOf('2a00:1:6::1')).toBe('access');
    expect(typeOf('20.0.4.1')).toBe('tor');
    expect(typeOf('20.0.5.1')).toBe('vpn');
    expect(typeOf('20.0.15.255')).toBe('vpn');
    expect(typeOf('20.0.16.0')).toBe('access');
    expect(typeOf('20.2.5.1')).toBe('vpn');
    expect(typeOf('1.1.1.1')).toBe('vpn');
    expect(typeOf('1.1.1.2')).toBe('anycast');
    expect(locator.explain('20.0.5.1')?.typeSource).toBe('overlay');
    expect(locator.explain('20.2.5.1')?.typeSource).toBe('overlay');
    expect(locator.explain('20.0.8.1')?.typeSource).toBe('site');
    // Which list says so, and how old it is, by block and by AS number.
    const network = (address: string) => locator.locate(address);
    const vpn = { network: { type: 'vpn', listed: { list: 'vpn.txt', date: '2026-11-03' } } };
    expect(network('20.0.5.1')).toMatchObject(vpn);
    expect(network('20.2.5.1')).toMatchObject(vpn);
    expect(network('20.0.8.200')).not.toHaveProperty('network.listed');
    expect(network('20.0.16.0')).not.toHaveProperty('network.listed');
  });

  it('is as before where its lists are left out', () => {
    const out = join(world.folder, 'listed.bin');
    const overlays = [list('tor', '20.0.4.0/24\nAS64502\n', 'tor.txt')];
    buildCompact({ ...world.sources, overlays }, out, quiet);
    const data = compactData(openMemorySource(out));
    const [without, before] = [locatorWithoutLists(data), openCompactLocator(path, 'memory')];
    for (const address of ['20.0.4.1', '20.2.5.1', '20.0.16.1', '2a00:1:6::1', '1.1.1.1']) {
      expect(without.locate(address)).toEqual(before.locate(address));
    }
    expect(makeLocator(data).locate('20.0.4.1')).toMatchObject({ network: { type: 'tor' } });
  });

  it('asks nobody when it was built without a second opinion', () => {
    const { opinionV4: _, opinionV6: __, ...alone } = world.sources;
    const out = join(world.folder, 'alone.bin');
    buildCompact(alone, out, quiet);

    expect(openCompactLocator(out, 'paged').explain('20.0.1.2')).toMatchObject({
      secondOpinion: 'unasked',
      location: { confidence: 'city' },
    });
  });

  describe('when it is damaged', () => {
    const openings = [
      ['memory', (file: string) => openCompactLocator(file, 'memory')],
      ['paged', (file: string) => openCompactLocator(file, 'paged')],
    ] as const;

    it.each(openings)('is refused when cut short (%s)', (_, open) => {
      const file = join(world.folder, 'short.bin');
      for (const size of [0, 10, 31, 32, 1000, 5000, readFileSync(path).length - 1]) {
        writeFileSync(file, readFileSync(path));
        truncateSync(file, size);
        expect(() => open(file)).toThrow(CompactFileError);
      }
    });

    it.each(openings)('is refused when foreign or of another version (%s)', (_, open) => {
      const file = join(world.folder, 'foreign.bin');
      writeFileSync(file, mmdbFile([['20.0.0.0/8', 'x']], { ipVersion: 4 }));
      expect(() => open(file)).toThrow('is no compact location file');
      const other = readFileSync(path);
      other.writeUInt32LE(99, 8);
      writeFileSync(file, other);
      expect(() => open(file)).toThrow('has layout version 99, not 1');
    });

    it('is refused whichever page has a flipped bit, and says what to do', () => {
      const file = join(world.folder, 'flipped.bin');
      const good = readFileSync(path);
      for (let at = 32; at < good.length; at += 1021) {
        const bad = Buffer.from(good);
        bad[at] = (bad[at] as number) ^ 4;
        writeFileSync(file, bad);
        const open = () => openCompactLocator(file, 'memory');
        const isPadding = at >= paddingOf(good).from && at < paddingOf(good).to;
        if (isPadding) expect(open).not.toThrow();
        else expect(open).toThrow(/is damaged.*npm run geo:build/);
      }
    });

    it('answers nothing from a damaged page that is read on demand', () => {
      const file = join(world.folder, 'page.bin');
      const bad = readFileSync(path);
      const firstPage = paddingOf(bad).to;
      bad[firstPage + 5] = (bad[firstPage + 5] as number) ^ 1;
      writeFileSync(file, bad);
      const locator = openCompactLocator(file, 'paged');

      expect(() => locator.locate('20.0.1.2')).toThrow(CompactFileError);
      expect(() => locator.locate('20.0.1.2')).toThrow(CompactFileError);
    });
  });
});

/** Unused octets between the index and the first page. */
function paddingOf(file: Buffer): { from: number; to: number } {
  const from = 32 + file.readUInt32LE(12) + file.readUInt32LE(16) * 4;
  return { from, to: Math.ceil(from / 4096) * 4096 };
}
