// The places of a build: distinct, at 0.1 degree, and none that stands for a handful of lines.
// A place with fewer than 1,024 lines is folded into its region (or country), whose position is
// the middle of all its places and whose radius holds three quarters of its lines.

import { distanceKm } from '../../domain/location.ts';
import { roundDegrees } from '../area-rules.ts';
import type { GeoRecord } from '../geo-record.ts';

/** Lines (IPv4 addresses and IPv6 /48 blocks) below which a label is too telling. */
export const linesPerPlaceMin = 1024;

const spreadQuantile = 0.75;

/** Weight of a place without lines: it may stand alone, and 0 would put it at 0, 0. */
const fewestLines = 1e-9;

/** What became of the places: the kept ones, largest first, and the id (from 1) of each former. */
export type FoldedPlaces = {
  readonly places: readonly GeoRecord[];
  readonly idOf: (id: number) => number;
};

/** Collects places by key and the lines that each stands for. */
class KeptPlaces {
  private readonly indexes = new Map<string, number>();
  private readonly places: GeoRecord[] = [];
  private readonly lines: number[] = [];

  add(key: string, lines: number, make: () => GeoRecord): number {
    const index = this.indexes.get(key) ?? this.places.length;
    if (index === this.places.length) {
      this.indexes.set(key, index);
      this.places.push(make());
      this.lines.push(0);
    }
    (this.lines[index] as number) += lines;
    return index;
  }

  /** The places by lines, and the id (from 1) that each index has become. */
  largestFirst(): FoldedPlaces {
    const order = this.places
      .map((_, index) => index)
      .sort((a, b) => (this.lines[b] as number) - (this.lines[a] as number));
    const ids = new Uint32Array(order.length);
    for (const [position, index] of order.entries()) ids[index] = position + 1;
    return {
      places: order.map((index) => this.places[index] as GeoRecord),
      idOf: (index) => ids[index] as number,
    };
  }
}

type Group = { lines: number; readonly members: number[] };

export class PlaceTable {
  private readonly ids = new Map<string, number>();
  private readonly records: GeoRecord[] = [];
  private readonly lines: number[] = [];

  /** Id of a place, from 1; equal places have one id. */
  idOf(record: GeoRecord): number {
    const place = { ...record, lat: roundDegrees(record.lat), lon: roundDegrees(record.lon) };
    const { country, region, city, lat, lon, statedRadiusKm } = place;
    const key = [country, region, city, lat, lon, statedRadiusKm].join('\n');
    const known = this.ids.get(key);
    if (known !== undefined) return known;
    this.records.push(place);
    this.lines.push(0);
    this.ids.set(key, this.records.length);
    return this.records.length;
  }

  get size(): number {
    return this.records.length;
  }

  country(id: number): string {
    return (this.records[id - 1] as GeoRecord).country;
  }

  addLines(id: number, lines: number): void {
    (this.lines[id - 1] as number) += lines;
  }

  /** Folds small places. Call it when all lines are counted. */
  fold(): FoldedPlaces {
    const labels = this.groupBy(({ country, region, city }) => `${country}\n${region}\n${city}`);
    const regions = this.groupBy(({ country, region }) => `${country}\n${region}`);
    const countries = this.groupBy(({ country }) => country);
    const kept = new KeptPlaces();
    const keptAs = this.records.map((record, i) => {
      const { country, region, city } = record;
      const lines = this.lines[i] as number;
      const isNamed = city !== undefined || record.statedRadiusKm !== undefined;
      const label = labels.get(`${country}\n${region}\n${city}`);
      if (isNamed && (label?.lines ?? 0) >= linesPerPlaceMin) {
        return kept.add(`${i}`, lines, () => record);
      }
      const area = `${country}\n${region}`;
      const group = regions.get(area) as Group;
      if (region !== undefined && group.lines >= linesPerPlaceMin) {
        return kept.add(area, lines, () => this.areaOf(group, country, region));
      }
      const whole = countries.get(country) as Group;
      return kept.add(country, lines, () => this.areaOf(whole, country, undefined));
    });
    const { places, idOf } = kept.largestFirst();
    return { places, idOf: (id) => (id === 0 ? 0 : idOf(keptAs[id - 1] as number)) };
  }

  private groupBy(keyOf: (record: GeoRecord) => string): Map<string, Group> {
    const groups = new Map<string, Group>();
    for (const [i, record] of this.records.entries()) {
      const key = keyOf(record);
      const group = groups.get(key) ?? { lines: 0, members: [] };
      group.lines += this.lines[i] as number;
      group.members.push(i);
      groups.set(key, group);
    }
    return groups;
  }

  /** Middle and spread of a group, every line counting the same. */
  private areaOf(group: Group, country: string, region: string | undefined): GeoRecord {
    let [x, y, z] = [0, 0, 0];
    for (const i of group.members) {
      const { lat, lon } = this.records[i] as GeoRecord;
      const weight = Math.max(this.lines[i] as number, fewestLines);
      const [phi, lambda] = [(lat * Math.PI) / 180, (lon * Math.PI) / 180];
      x += weight * Math.cos(phi) * Math.cos(lambda);
      y += weight * Math.cos(phi) * Math.sin(lambda);
      z += weight * Math.sin(phi);
    }
    const middle = {
      lat: roundDegrees((Math.atan2(z, Math.hypot(x, y)) * 180) / Math.PI),
      lon: roundDegrees((Math.atan2(y, x) * 180) / Math.PI),
    };
    const distances = group.members
      .map((i) => ({
        km: distanceKm(middle, this.records[i] as GeoRecord),
        lines: this.lines[i] as number,
      }))
      .sort((a, b) => a.km - b.km);
    let remaining = group.lines * spreadQuantile;
    const edge = distances.find(({ lines }) => {
      remaining -= lines;
      return remaining <= 0;
    });
    return {
      country,
      region,
      city: undefined,
      ...middle,
      statedRadiusKm: undefined,
      spreadKm: Math.ceil(edge?.km ?? 0),
    };
  }
}
