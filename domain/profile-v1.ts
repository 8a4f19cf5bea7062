// Reads profiles as version 1 stored them: JSON text, times in seconds. Nothing writes it any more;
// the next fold of a user stores the packed form (profile-pack.ts). Version 1 knew no learned part:
// it begins empty, and so does the count of the days of the last month.

import type { Device } from './accounting-event.ts';
import { emptyLearned } from './learned.ts';
import type { Location, Network, NetworkType, PlaceKey, SpecialKind } from './location.ts';
import type {
  AddressTally,
  DetectionRef,
  DeviceTally,
  NetworkTally,
  Pending,
  PlaceTally,
  Profile,
} from './profile.ts';
import type { RecentSession } from './recent.ts';
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

/**
 * Text to profile.
 * @throws Error when the text is of a newer schema: an older reader must not write it back.
 */
export function readProfileV1(userKey: string, text: string): Profile {
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
    days: new Array<number>(30).fill(0),
    learned: emptyLearned,
    detections: stored.detections.map(
      ([id, place, first]): DetectionRef => ({
        id,
        place,
        firstSeen: first * 1000,
        severity: 'low',
      }),
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
