// Addresses whose place is public knowledge, and how a locator does on them, by class.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { distanceKm, type Located } from '../../domain/location.ts';
import type { Locator } from '../../geo/locator.ts';

export type KnownPlace = {
  readonly kind: 'cloud' | 'campus' | 'access' | 'mobile';
  readonly address: string;
  readonly country: string;
  /** Absent where only the country is known. */
  readonly position?: { readonly lat: number; readonly lon: number };
};

/** Counts over the rows of one class. */
export type Accuracy = {
  readonly kind: KnownPlace['kind'];
  rows: number;
  countryRight: number;
  /** Rows whose confidence is `country` or `city`, and those of them whose country is right. */
  believed: number;
  believedRight: number;
  positions: number;
  within50Km: number;
  within100Km: number;
  withinRadius: number;
  typeRight: number;
};

const file = join(process.cwd(), 'test', 'fixtures', 'geo', 'known-places.csv');

/** Reads the table (columns: class, address, country, lat, lon, place, source). */
export function knownPlaces(): readonly KnownPlace[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [kind, address = '', country = '', lat, lon] = line.split(',');
      const isPlaced = lat !== undefined && lat !== '';
      return {
        kind: kind as KnownPlace['kind'],
        address,
        country,
        ...(isPlaced && { position: { lat: Number(lat), lon: Number(lon) } }),
      };
    });
}

const typesOf: Readonly<Record<KnownPlace['kind'], readonly string[]>> = {
  cloud: ['hosting'],
  campus: ['education'],
  access: ['access'],
  mobile: ['mobile'],
};

/** How a locator does, class by class. An address without a location counts as wrong. */
export function measureAccuracy(locate: Locator['locate']): readonly Accuracy[] {
  const classes = new Map<KnownPlace['kind'], Accuracy>();
  for (const known of knownPlaces()) {
    const found = locate(known.address);
    const counts = classes.get(known.kind) ?? emptyAccuracy(known.kind);
    classes.set(known.kind, counts);
    counts.rows += 1;
    if (known.position) counts.positions += 1;
    if (found.kind === 'located') count(counts, known, found);
  }
  return [...classes.values()];
}

function count(counts: Accuracy, known: KnownPlace, found: Located): void {
  const isRight = found.country === known.country;
  if (isRight) counts.countryRight += 1;
  if (found.confidence !== 'low') counts.believed += 1;
  if (found.confidence !== 'low' && isRight) counts.believedRight += 1;
  if (typesOf[known.kind].includes(found.network.type)) counts.typeRight += 1;
  if (!known.position) return;
  const km = distanceKm(known.position, found);
  if (km <= 50) counts.within50Km += 1;
  if (km <= 100) counts.within100Km += 1;
  if (km <= found.radiusKm) counts.withinRadius += 1;
}

function emptyAccuracy(kind: KnownPlace['kind']): Accuracy {
  return {
    kind,
    rows: 0,
    countryRight: 0,
    believed: 0,
    believedRight: 0,
    positions: 0,
    within50Km: 0,
    within100Km: 0,
    withinRadius: 0,
    typeRight: 0,
  };
}

/** The sum over some classes. */
export function sumAccuracy(
  all: readonly Accuracy[],
  kinds: readonly KnownPlace['kind'][],
): Accuracy {
  const sum = emptyAccuracy(kinds[0] as KnownPlace['kind']);
  for (const part of all.filter(({ kind }) => kinds.includes(kind))) {
    for (const [key, value] of Object.entries(part)) {
      if (typeof value === 'number') sum[key as 'rows'] += value;
    }
  }
  return sum;
}
