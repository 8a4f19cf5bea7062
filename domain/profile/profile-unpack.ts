// Reads stored profiles: the bytes that profile-pack.ts writes. Another version is refused: an
// older reader must not write a newer profile back.

import type { Device } from '../accounting-event.ts';
import { formatAddress } from '../address.ts';
import type { Location, Network } from '../location.ts';
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
    const asn = from.whole();
    const network = { asn, ...readNetwork(from) };
    return [`${asn}`, { network, ...readTally(from, origin) }] as const;
  });
  const networkList = networks.map(([, { network }]) => network);
  let previous = '';
  const places = each(from, (): readonly [string, PlaceTally] => {
    const key = from.textAfter(previous);
    previous = key;
    const location = readLocation(from, key, networkList);
    return [key, { location, ...readTally(from, origin) }];
  });
  const placeKeys = places.map(([key]) => key);
  const addresses = each(from, (): readonly [string, AddressTally] => {
    const address = readAddress(from);
    const place = readReference(from, placeKeys);
    return [address, { place, ...readTally(from, origin) }];
  });
  const devices = each(from, () => {
    const device = readDevice(from);
    return [device.key, { device, ...readTally(from, origin) }] as const;
  });
  const gateways = each(from, () => [from.text(), readTally(from, origin)] as const);
  const keys = {
    places: placeKeys,
    devices: devices.map(([key]) => key),
    gateways: gateways.map(([key]) => key),
  };
  const lists = { places, devices, gateways };
  const profile: Profile = {
    userKey,
    kind,
    spellings,
    firstSeen: sessions === 0 ? Number.MAX_SAFE_INTEGER : first * 1000,
    lastSeen: origin.last * 1000,
    sessions,
    places: new Map(places),
    addresses: new Map(addresses),
    networks: new Map(networks),
    devices: new Map(devices),
    gateways: new Map(gateways),
    hours: readCounts(from, 168),
    days: readCounts(from, 30),
    learned: readLearned(from, origin, keys, version),
    ...readBookkeeping(from, version),
    pending: readPending(from, version, { userKey, kind, ...lists }),
  };
  const whole = mark < keptMark ? profile : withKeptPart(profile, from);
  return mark & trafficMark ? { ...whole, traffic: readTraffic(from) } : whole;
}

/** What stands at the end of profiles of which judgements are kept. */
function withKeptPart(profile: Profile, from: ByteReader): Profile {
  const learned = withKeptJudgements(profile.learned, readKept(from));
  const detections = profile.detections.map((one): DetectionRef => {
    const state = from.whole();
    const revision = Math.floor(state / 4);
    return {
      ...one,
      ...(revision > 0 ? { revision } : {}),
      ...(state & 2 ? { isWithdrawn: true } : {}),
      ...(state & 1 ? { isFinal: true } : {}),
    };
  });
  return { ...profile, learned, detections };
}

function readTally(from: ByteReader, { first }: PackOrigin): Tally {
  const head = from.whole();
  const firstSeen = (first + from.signed()) * 1000;
  const span = head % 2 === 1 ? from.signed() : 0;
  return { count: Math.floor(head / 2), firstSeen, lastSeen: firstSeen + span * 1000 };
}

function readNetwork(from: ByteReader): Pick<Network, 'organization' | 'type'> {
  const type = readType(from);
  return { organization: from.text(), type };
}

function readLocation(from: ByteReader, key: string, networks: readonly Network[]): Location {
  const mark = from.byte();
  if (mark === locationMarks.special) {
    return { kind: 'special', special: wordAt(specialKinds, from.byte()) };
  }
  const at = from.whole();
  const network = at > 0 ? wordAt(networks, at - 1) : { asn: from.whole(), ...readNetwork(from) };
  if (mark === locationMarks.unknown) return { kind: 'unknown', network };
  const [country = '', region, city] = key.split('/');
  const confidence = wordAt(confidences, from.byte());
  return {
    kind: 'located',
    country,
    ...(region ? { region } : {}),
    ...(city ? { city } : {}),
    ...readPosition(from),
    confidence,
    network,
  };
}

function readAddress(from: ByteReader): string {
  const length = from.byte();
  return length === 0 ? from.text() : formatAddress(from.raw(length));
}

function readDevice(from: ByteReader): Device {
  const head = from.byte();
  const kind = wordAt(deviceKinds, head & 0x07);
  const text = from.letters();
  const name = head & 0x10 ? from.text() : undefined;
  const os = head & 0x20 ? from.text() : undefined;
  const client = head & 0x40 ? from.text() : undefined;
  return {
    key: head & 0x08 ? `${kind}:${text}` : text,
    kind,
    ...(name === undefined ? {} : { name }),
    ...(os === undefined ? {} : { os }),
    ...(client === undefined ? {} : { client }),
  };
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
): Pick<Profile, 'detections' | 'recent'> {
  const detections = each(from, () => ({
    id: from.text(),
    place: from.text(),
    firstSeen: from.whole() * 1000,
    severity: wordAt(severities, from.byte()),
  }));
  const recent = readRecent(from, version);
  return { detections, recent };
}
