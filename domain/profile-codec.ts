// The stored form of a profile: compact JSON with a schema version, times in seconds.
// Write units are billed by the kilobyte of the whole item, so names are positions and a place's
// country, region and city are read back from its key. Unknown newer versions are refused.

import type { Device } from './accounting-event.ts';
import type { Location, Network, NetworkType, PlaceKey, SpecialKind } from './location.ts';
import type {
  AddressTally,
  DetectionRef,
  DeviceTally,
  NetworkTally,
  Pending,
  PlaceTally,
  Profile,
  RecentSession,
} from './profile.ts';
import type { Tally } from './tally.ts';

const schemaVersion = 1;

type TallyRow = readonly [key: string, count: number, first: number, last: number];
type PlaceRow = readonly [...TallyRow, ...([] | Position)];
type Position = readonly [
  lat: number,
  lon: number,
  radiusKm: number,
  confidence: number,
  net: number,
];
type NetworkRow = readonly [...TallyRow, organization: string, type: NetworkType];
type DeviceRow = readonly [...TallyRow, Device];

type Stored = {
  readonly v: number;
  readonly kind: Profile['kind'];
  readonly spellings: readonly string[];
  readonly first: number;
  readonly last: number;
  readonly sessions: number;
  readonly networks: readonly NetworkRow[];
  readonly places: readonly PlaceRow[];
  readonly addresses: readonly (readonly [...TallyRow, place: number])[];
  readonly devices: readonly DeviceRow[];
  readonly gateways: readonly TallyRow[];
  readonly hours: readonly (readonly [hour: number, count: number])[];
  readonly detections: readonly (readonly [id: string, place: string, first: number])[];
  readonly recent: readonly (readonly [start: number, identity: string, counted: string])[];
  readonly pending?: Pending;
};

const confidences = ['city', 'country', 'low'] as const;

/** Profile to text. The order of maps and lists is kept. */
export function encodeProfile(profile: Profile): string {
  const places = [...profile.places.keys()];
  const networks = [...profile.networks.keys()];
  const stored: Stored = {
    v: schemaVersion,
    kind: profile.kind,
    spellings: profile.spellings,
    first: seconds(profile.firstSeen),
    last: seconds(profile.lastSeen),
    sessions: profile.sessions,
    networks: rows(profile.networks, ({ network }) => [network.organization, network.type]),
    places: rows(profile.places, ({ location }) => positionOf(location, networks)),
    addresses: rows(profile.addresses, ({ place }) => [places.indexOf(place)]),
    devices: rows(profile.devices, ({ device }) => [device]),
    gateways: rows(profile.gateways, () => []),
    hours: profile.hours.flatMap((count, hour) => (count > 0 ? [[hour, count] as const] : [])),
    detections: profile.detections.map((d) => [d.id, d.place, seconds(d.firstSeen)]),
    recent: profile.recent.map((r) => [seconds(r.rowStart), r.identity, r.counted.join(' ')]),
    ...(isEmpty(profile.pending) ? {} : { pending: profile.pending }),
  };
  return JSON.stringify(stored);
}

/**
 * Text to profile.
 * @throws Error when the text is of a newer schema: an older reader must not write it back.
 */
export function decodeProfile(userKey: string, text: string): Profile {
  const stored = JSON.parse(text) as Stored;
  if (stored.v !== schemaVersion) {
    throw new Error(`profile schema ${stored.v} is newer than this version reads`);
  }
  const networks = mapOf(stored.networks, ([asn, , , , organization, type]) => ({
    network: { asn: Number(asn), organization, type },
  }));
  const networkList = [...networks.values()].map((tally) => tally.network);
  const placeKeys = stored.places.map(([key]) => key);
  const hours = new Array<number>(168).fill(0);
  for (const [hour, count] of stored.hours) hours[hour] = count;
  return {
    userKey,
    kind: stored.kind,
    spellings: stored.spellings,
    firstSeen: stored.first * 1000,
    lastSeen: stored.last * 1000,
    sessions: stored.sessions,
    networks: networks as ReadonlyMap<string, NetworkTally>,
    places: mapOf(stored.places, (row) => ({
      location: locationOf(row, networkList),
    })) as ReadonlyMap<PlaceKey, PlaceTally>,
    addresses: mapOf(stored.addresses, (row) => ({
      place: placeKeys[row[4]] ?? 'unknown',
    })) as ReadonlyMap<string, AddressTally>,
    devices: mapOf(stored.devices, (row) => ({ device: row[4] })) as ReadonlyMap<
      string,
      DeviceTally
    >,
    gateways: mapOf(stored.gateways, () => ({})),
    hours,
    detections: stored.detections.map(
      ([id, place, first]): DetectionRef => ({ id, place, firstSeen: first * 1000 }),
    ),
    recent: stored.recent.map(
      ([start, identity, counted]): RecentSession => ({
        rowStart: start * 1000,
        identity,
        counted: counted.split(' '),
      }),
    ),
    pending: stored.pending ?? { detections: [], indexRows: [] },
  };
}

const seconds = (ms: number): number => Math.floor(ms / 1000);

function rows<T extends Tally, Rest extends readonly unknown[]>(
  map: ReadonlyMap<string, T>,
  rest: (tally: T) => Rest,
): (readonly [...TallyRow, ...Rest])[] {
  return [...map].map(
    ([key, tally]) =>
      [
        key,
        tally.count,
        seconds(tally.firstSeen),
        seconds(tally.lastSeen),
        ...rest(tally),
      ] as const,
  );
}

function mapOf<Row extends readonly [...TallyRow, ...unknown[]], Extra extends object>(
  list: readonly Row[],
  extra: (row: Row) => Extra,
): ReadonlyMap<string, Tally & Extra> {
  return new Map(
    list.map((row) => {
      const [key, count, first, last] = row;
      return [key, { ...extra(row), count, firstSeen: first * 1000, lastSeen: last * 1000 }];
    }),
  );
}

function positionOf(location: Location, networks: readonly string[]): [] | Position {
  if (location.kind !== 'located') return [];
  const { lat, lon, radiusKm, confidence, network } = location;
  return [lat, lon, radiusKm, confidences.indexOf(confidence), networks.indexOf(`${network.asn}`)];
}

const noNetwork: Network = { asn: 0, organization: '', type: 'unknown' };

function locationOf(row: PlaceRow, networks: readonly Network[]): Location {
  const [key, , , , lat, lon, radiusKm, confidence, net] = row;
  const [country = '', region, city] = key.split('/');
  if (country === 'special') return { kind: 'special', special: region as SpecialKind };
  if (lat === undefined || lon === undefined) return { kind: 'unknown', network: noNetwork };
  return {
    kind: 'located',
    country,
    ...(region ? { region } : {}),
    ...(city ? { city } : {}),
    lat,
    lon,
    radiusKm: radiusKm ?? 0,
    confidence: confidences[confidence ?? 0] ?? 'low',
    network: networks[net ?? -1] ?? noNetwork,
  };
}

const isEmpty = (pending: Pending): boolean =>
  pending.detections.length === 0 && pending.indexRows.length === 0;
