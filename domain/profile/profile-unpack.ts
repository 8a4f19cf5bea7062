// Reads stored profiles: the bytes that profile-pack.ts writes. Another version is refused: an
// older reader must not write a newer profile back.

import type { Device } from '../accounting-event.ts';
import { formatAddress } from '../address.ts';
import type { Located, Location, Network } from '../location.ts';
import type { Building } from '../session/merge-values.ts';
import { readKept } from './kept-pack.ts';
import { withKeptJudgements } from './learned.ts';
import {
  each,
  readLearned,
  readPosition,
  readReference,
  readType,
  wordAt,
} from './learned-unpack.ts';
import { ByteReader } from './packed-bytes.ts';
import { readPending } from './pending-pack.ts';
import type { AddressTally, DetectionRef, PlaceTally, Profile } from './profile.ts';
import {
  confidences,
  deviceKinds,
  keptMark,
  locationMarks,
  type PackOrigin,
  packOrigin,
  packVersionsRead,
  profileKinds,
  severities,
  specialKinds,
  trafficMark,
} from './profile-pack-words.ts';
import { readRecent } from './recent-pack.ts';
import type { Tally } from './tally.ts';
import { readTraffic } from './traffic-pack.ts';

/**
 * Bytes to profile.
 * @throws RangeError when the bytes are no packed profile, Error when they are of another version.
 */
export function unpackProfile(userKey: string, bytes: Uint8Array): Profile {
  const from = new ByteReader(bytes);
  const mark = from.byte();
  const version = mark % trafficMark;
  if (!packVersionsRead.includes(version)) {
    throw new Error(`profile version ${mark} is not one that this version reads`);
  }
  const kind = wordAt(profileKinds, from.byte());
  const first = from.whole();
  const origin = packOrigin(first, first + from.whole());
  const sessions = from.whole();
  const spellings = each(from, () => from.text());
  const networks = each(from, () => {
    const network = readNetwork(from, from.whole());
    const { count, firstSeen, lastSeen } = readTally(from, origin);
    return [`${network.asn}`, { count, firstSeen, lastSeen, network }] as const;
  });
  const networkList = networks.map(([, { network }]) => network);
  let previous = '';
  const places = each(from, (): readonly [string, PlaceTally] => {
    const key = from.textAfter(previous);
    previous = key;
    const location = readLocation(from, key, networkList);
    const { count, firstSeen, lastSeen } = readTally(from, origin);
    return [key, { count, firstSeen, lastSeen, location }];
  });
  const placeKeys = places.map(([key]) => key);
  const addresses = each(from, (): readonly [string, AddressTally] => {
    const address = readAddress(from);
    const place = readReference(from, placeKeys);
    const { count, firstSeen, lastSeen } = readTally(from, origin);
    return [address, { count, firstSeen, lastSeen, place }];
  });
  const devices = each(from, () => {
    const device = readDevice(from);
    const { count, firstSeen, lastSeen } = readTally(from, origin);
    return [device.key, { count, firstSeen, lastSeen, device }] as const;
  });
  const gateways = each(from, () => [from.text(), readTally(from, origin)] as const);
  const keys = {
    places: placeKeys,
    devices: devices.map(([key]) => key),
    gateways: gateways.map(([key]) => key),
  };
  const lists = { places, devices, gateways };
  const [hours, days] = [readCounts(from, 168), readCounts(from, 30)];
  const learned = readLearned(from, origin, keys, version);
  const { detections, recent } = readBookkeeping(from, version);
  const profile: Building<Profile> = {
    userKey,
    kind,
    spellings,
    firstSeen: sessions === 0 ? Number.MAX_SAFE_INTEGER : first * 1000,
    lastSeen: origin.last * 1000,
    sessions,
    places: tableOf(places),
    addresses: tableOf(addresses),
    networks: tableOf(networks),
    devices: tableOf(devices),
    gateways: tableOf(gateways),
    hours,
    days,
    learned,
    detections,
    recent,
    pending: readPending(from, version, { userKey, kind, ...lists }),
  };
  if (mark >= keptMark) {
    profile.learned = withKeptJudgements(learned, readKept(from));
    for (const one of detections) readState(from, one);
  }
  if (mark & trafficMark) profile.traffic = readTraffic(from);
  return profile;
}

/** Entry by entry: V8 (Node 20) takes longer to make a map of a list. */
function tableOf<Row>(entries: readonly (readonly [string, Row])[]): ReadonlyMap<string, Row> {
  const table = new Map<string, Row>();
  for (const [key, row] of entries) table.set(key, row);
  return table;
}

/** What stands of a detection at the end of profiles of which judgements are kept. */
function readState(from: ByteReader, detection: Building<DetectionRef>): void {
  const state = from.whole();
  const revision = Math.floor(state / 4);
  if (revision > 0) detection.revision = revision;
  if (state & 2) detection.isWithdrawn = true;
  if (state & 1) detection.isFinal = true;
}

function readTally(from: ByteReader, { first }: PackOrigin): Tally {
  const head = from.whole();
  const firstSeen = (first + from.signed()) * 1000;
  const span = head % 2 === 1 ? from.signed() : 0;
  return { count: Math.floor(head / 2), firstSeen, lastSeen: firstSeen + span * 1000 };
}

function readNetwork(from: ByteReader, asn: number): Network {
  const type = readType(from);
  return { asn, organization: from.text(), type };
}

function readLocation(from: ByteReader, key: string, networks: readonly Network[]): Location {
  const mark = from.byte();
  if (mark === locationMarks.special) {
    return { kind: 'special', special: wordAt(specialKinds, from.byte()) };
  }
  const at = from.whole();
  const network = at > 0 ? wordAt(networks, at - 1) : readNetwork(from, from.whole());
  if (mark === locationMarks.unknown) return { kind: 'unknown', network };
  const { country, region, city } = partsOf(key);
  const confidence = wordAt(confidences, from.byte());
  const { lat, lon, radiusKm } = readPosition(from);
  const located: Building<Located> = {
    kind: 'located',
    country,
    lat,
    lon,
    radiusKm,
    confidence,
    network,
  };
  if (region) located.region = region;
  if (city) located.city = city;
  return located;
}

/** What a place's key names: `FR/Île-de-France/Paris`. */
function partsOf(key: string): { country: string; region: string; city: string } {
  const first = key.indexOf('/');
  if (first < 0) return { country: key, region: '', city: '' };
  const second = key.indexOf('/', first + 1);
  const country = key.slice(0, first);
  if (second < 0) return { country, region: key.slice(first + 1), city: '' };
  return { country, region: key.slice(first + 1, second), city: key.slice(second + 1) };
}

function readAddress(from: ByteReader): string {
  const length = from.byte();
  if (length === 0) return from.text();
  if (length === 4) return `${from.byte()}.${from.byte()}.${from.byte()}.${from.byte()}`;
  return formatAddress(from.raw(length));
}

function readDevice(from: ByteReader): Device {
  const head = from.byte();
  const kind = wordAt(deviceKinds, head & 0x07);
  const text = from.letters();
  const name = head & 0x10 ? from.text() : undefined;
  const os = head & 0x20 ? from.text() : undefined;
  const client = head & 0x40 ? from.text() : undefined;
  const device: Building<Device> = { key: head & 0x08 ? `${kind}:${text}` : text, kind };
  if (name !== undefined) device.name = name;
  if (os !== undefined) device.os = os;
  if (client !== undefined) device.client = client;
  return device;
}

function readCounts(from: ByteReader, length: number): number[] {
  const bits = from.raw(Math.ceil(length / 8));
  const counts = new Array<number>(length).fill(0);
  for (let at = 0; at < length; at += 1) {
    if ((bits[at >> 3] ?? 0) & (1 << (at & 7))) counts[at] = from.whole();
  }
  return counts;
}

/** What a fold left behind. */
function readBookkeeping(
  from: ByteReader,
  version: number,
): { readonly detections: Building<DetectionRef>[]; readonly recent: Profile['recent'] } {
  const detections = each(
    from,
    (): Building<DetectionRef> => ({
      id: from.text(),
      place: from.text(),
      firstSeen: from.whole() * 1000,
      severity: wordAt(severities, from.byte()),
    }),
  );
  const recent = readRecent(from, version);
  return { detections, recent };
}
