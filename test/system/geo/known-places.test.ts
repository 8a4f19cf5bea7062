// The installed data, compiled, against addresses whose place is public knowledge: what the project
// promises about accuracy. The file is built once (some ten seconds) and kept in the cache.

import { existsSync, readFileSync } from 'node:fs';
import { readAsnFields } from '../../../geo/asn-list.ts';
import { buildOnce, installedSources } from '../../../geo/build/build-once.ts';
import { openCompactLocator } from '../../../geo/compact/compact-locator.ts';
import { installedPlainData } from '../../../geo/installed-data.ts';
import type { Locator } from '../../../geo/locator.ts';
import { networkSeed } from '../../../geo/network-seed.ts';
import { openPlainLocator } from '../../../geo/plain-locator.ts';
import {
  type Accuracy,
  knownPlaces,
  measureAccuracy,
  sumAccuracy,
} from '../../support/known-places.ts';

const buildTimeoutMs = 180_000;

function isInstalled(): boolean {
  try {
    const { sites: _, overlays: __, ...files } = installedSources();
    return Object.values(files).every((path) => existsSync(path));
  } catch {
    return false;
  }
}

const describeInstalled = isInstalled() ? describe : describe.skip;

describeInstalled('the installed data', () => {
  let compact: Locator;
  let plain: Locator;
  let accuracy: readonly Accuracy[];
  beforeAll(() => {
    const { path } = buildOnce(installedSources(), undefined, () => undefined);
    compact = openCompactLocator(path, 'memory');
    plain = openPlainLocator(installedPlainData());
    accuracy = measureAccuracy(compact.locate);
  }, buildTimeoutMs);

  it('is measured on at least 200 addresses', () => {
    expect(knownPlaces().length).toBeGreaterThanOrEqual(200);
  });

  it('has the country right wherever it claims to know it', () => {
    const all = sumAccuracy(accuracy, ['cloud', 'campus', 'access', 'mobile']);

    expect(all.believed / all.rows).toBeGreaterThan(0.95);
    expect(all.believedRight / all.believed).toBeGreaterThanOrEqual(0.99);
  });

  it('is within 50 km of nine in ten cloud regions and campuses', () => {
    const placed = sumAccuracy(accuracy, ['cloud', 'campus']);

    expect(placed.within50Km / placed.positions).toBeGreaterThanOrEqual(0.9);
  });

  it('states a radius that holds the truth three times in four', () => {
    for (const { positions, withinRadius } of accuracy) {
      if (positions > 0) expect(withinRadius / positions).toBeGreaterThanOrEqual(0.75);
    }
  });

  it('knows servers from homes', () => {
    const of = (kind: string) => accuracy.find((a) => a.kind === kind) as Accuracy;

    expect(of('cloud').typeRight / of('cloud').rows).toBeGreaterThanOrEqual(0.9);
    expect(of('campus').typeRight / of('campus').rows).toBeGreaterThanOrEqual(0.9);
    expect(of('access').typeRight / of('access').rows).toBeGreaterThanOrEqual(0.9);
  });

  it('says the same compiled as plain: country, network and type, IPv4 and IPv6', () => {
    let state = 12345;
    const random = (): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state >>> 8;
    };
    for (let i = 0; i < 20_000; i += 1) {
      const [a, b, c] = [random() & 255, random() & 255, random() & 255];
      const address =
        i % 4 === 0
          ? `2a0${hex(a & 15)}:${hex((b << 8) | c)}:${hex(random() & 255)}::1`
          : `${1 + (a % 223)}.${b}.${c}.${random() & 255}`;
      expect([address, facts(compact, address)]).toEqual([address, facts(plain, address)]);
    }
  });

  it('lists its curated networks under the names they have', () => {
    const names = new Map<string, string>();
    for (const line of readFileSync(installedPlainData().asnV4Path, 'utf8').split('\n')) {
      const fields = readAsnFields(line);
      if (fields) names.set(String(fields.asn), fields.organization.toLowerCase());
    }
    const seeds = Object.values(networkSeed).flatMap((seed) => Object.entries(seed));
    const strangers = seeds.filter(([asn, name]) => {
      const words = name.toLowerCase().match(/[a-z0-9]{2,}/g) ?? [];
      return !words.some((word) => names.get(asn)?.includes(word));
    });

    expect(seeds.length).toBeGreaterThan(150);
    expect(new Set(seeds.map(([asn]) => asn)).size).toBe(seeds.length);
    expect(strangers.map(([asn]) => Number(asn)).filter((asn) => !otherNames.has(asn))).toEqual([]);
  });
});

/** Networks better known under a name that is not the one they are registered under. */
const otherNames = new Set([
  3, 270, 306, 367, 680, 721, 766, 1766, 2856, 2907, 4538, 6871, 7575, 9829, 10695, 14593, 23693,
  209502,
]);

const hex = (value: number): string => value.toString(16);

function facts(locator: Locator, address: string): unknown {
  const location = locator.locate(address);
  if (location.kind !== 'located') return location;
  return [location.country, location.network];
}
