// The installed databases as they come. Skipped, visibly, where they are not installed.

import { existsSync } from 'node:fs';
import { installedPlainData } from '../../geo/installed-data.ts';
import type { Locator } from '../../geo/locator.ts';
import { openPlainLocator } from '../../geo/plain-locator.ts';

function installed(): boolean {
  try {
    return Object.values(installedPlainData()).every((path) => existsSync(path));
  } catch {
    return false;
  }
}

const describeInstalled = installed() ? describe : describe.skip;

describeInstalled('the installed databases', () => {
  let locator: Locator;
  beforeAll(() => {
    locator = openPlainLocator(installedPlainData());
  });

  it('places a home line with its network, rounded to a tenth of a degree', () => {
    expect(locator.locate('86.208.1.1')).toMatchObject({
      kind: 'located',
      country: 'FR',
      lat: 49.4,
      lon: 2.3,
      radiusKm: 200,
      confidence: 'city',
      network: { asn: 3215, type: 'access' },
    });
  });

  it('drops the district from a city', () => {
    expect(locator.locate('49.44.79.1')).toMatchObject({ city: 'Navi Mumbai' });
  });

  it('believes no more than the country of a server, and only with a second opinion', () => {
    expect(locator.locate('88.198.50.1')).toMatchObject({
      confidence: 'low',
      radiusKm: 25,
      network: { type: 'hosting' },
    });
  });

  it('names no city for an anycast resolver', () => {
    const location = locator.locate('1.1.1.1');

    expect(location).toMatchObject({ confidence: 'low', network: { type: 'anycast' } });
    expect(location).not.toHaveProperty('city');
  });

  it('places an IPv6 line', () => {
    expect(locator.locate('2a01:cb00::1')).toMatchObject({ country: 'FR', network: { asn: 5511 } });
  });

  it.each([
    '::ffff:81.2.69.142',
    '2002:5102:458e::1',
    '64:ff9b::5102:458e',
    '2001:0:4136:e378:8000:63bf:aefd:ba71',
  ])('places %s where the IPv4 address inside it is', (address) => {
    expect(locator.locate(address)).toEqual(locator.locate('81.2.69.142'));
  });

  it('gives special addresses and unrouted space no place', () => {
    expect(locator.locate('10.1.2.3')).toEqual({ kind: 'special', special: 'private' });
    expect(locator.locate('4000::1')).toMatchObject({ kind: 'unknown' });
    expect(locator.locate('nonsense')).toMatchObject({ kind: 'unknown' });
  });

  it('states its attribution and the date of its data', () => {
    expect(locator.attribution).toContain('https://db-ip.com');
    expect(locator.dataDate).toMatch(/^20\d\d-\d\d-\d\d$/);
  });
});
