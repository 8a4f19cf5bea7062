// The stored form of a profile: bytes, because DynamoDB bills writes by the kilobyte of the item.
// Times are whole seconds counted from the profile's own first and last session, places are named
// once, hashes and addresses keep their bits, weights are whole levels: nothing is lost but the
// order of maps. profile-unpack.ts reads what is written here, in the same order.

import { formatAddress, ipv4Value, parseAddress } from '../address.ts';
import type { Location, Network } from '../location.ts';
import { hasKept, writeKeptPart } from './kept-pack.ts';
import {
  each,
  positions,
  writeLearned,
  writePosition,
  writeReference,
  writeType,
} from './learned-pack.ts';
import { ByteWriter } from './packed-bytes.ts';
import { writePending } from './pending-pack.ts';
import type { DeviceTally, Profile } from './profile.ts';
import {
  confidences,
  deviceKinds,
  keptMark,
  locationMarks,
  type PackOrigin,
  packOrigin,
  packVersion,
  profileKinds,
  seconds,
  severities,
  specialKinds,
  trafficMark,
} from './profile-pack-words.ts';
import { writeRecent } from './recent-pack.ts';
import type { Tally } from './tally.ts';
import { writeTraffic } from './traffic-pack.ts';

/**
 * Profile to bytes.
 * @param onPart told after each part: its name, and the octets it took
 */
export function packProfile(
  profile: Profile,
  onPart?: (name: string, octets: number) => void,
): Uint8Array {
  const to = new ByteWriter();
  let begin = 0;
  const part = (name: string): void => {
    onPart?.(name, to.length - begin);
    begin = to.length;
  };
  const last = seconds(profile.lastSeen);
  const origin = packOrigin(Math.min(seconds(profile.firstSeen), last), last);
  const places = sorted(profile.places);
  const networks = sorted(profile.networks);
  const placeAt = positions(places);
  const networkAt = new Map(networks.map(([key, { network }], at) => [key, { network, at }]));

  const { traffic } = profile;
  to.byte(packVersion + (hasKept(profile) ? keptMark : 0) + (traffic ? trafficMark : 0));
  to.byte(profileKinds.indexOf(profile.kind));
  to.whole(origin.first);
  to.whole(origin.last - origin.first);
  to.whole(profile.sessions);
  part('version, kind, first and last seen, sessions');
  each(to, profile.spellings, (spelling) => to.text(spelling));
  part('spellings of the name');
  each(to, networks, ([key, tally]) => {
    to.whole(Number(key));
    writeNetwork(to, tally.network);
    writeTally(to, tally, origin);
  });
  part('networks: number, name, type, counts');
  let previous = '';
  each(to, places, ([key, tally]) => {
    to.textAfter(previous, key);
    previous = key;
    writeLocation(to, tally.location, networkAt);
    writeTally(to, tally, origin);
  });
  part('places: name, position, counts');
  each(to, sorted(profile.addresses), ([key, tally]) => {
    writeAddress(to, key);
    writeReference(to, placeAt, tally.place);
    writeTally(to, tally, origin);
  });
  part('addresses');
  const devices = sorted(profile.devices);
  each(to, devices, ([key, tally]) => writeDevice(to, key, tally, origin));
  part('devices: key, name, system, client');
  const gateways = sorted(profile.gateways);
  each(to, gateways, ([key, tally]) => {
    to.text(key);
    writeTally(to, tally, origin);
  });
  part('gateways');
  writeCounts(to, profile.hours);
  writeCounts(to, profile.days);
  part('hours of the week, days');
  writeLearned(to, profile.learned, origin, {
    places: placeAt,
    devices: positions(devices),
    gateways: positions(gateways),
  });
  part('learned: weights, rates, decisions of analysts');
  writeBookkeeping(to, profile);
  part('newest detections; sessions of the last fold');
  const { userKey, kind } = profile;
  const lists = { places, devices, gateways };
  writePending(to, profile.pending, { userKey, kind, ...lists });
  part('what the last fold left to write');
  if (hasKept(profile)) writeKeptPart(to, profile);
  part('judgements that can be corrected');
  if (traffic) writeTraffic(to, traffic);
  part('traffic of the last sessions');
  return to.finish();
}

/** The entries by their keys; most tables were read in that order, and what is new stands last. */
function sorted<Value>(map: ReadonlyMap<string, Value>): readonly [string, Value][] {
  const entries = [...map];
  for (let at = 1; at < entries.length; at += 1) {
    const [before, entry] = [entries[at - 1], entries[at]];
    if (before && entry && before[0] > entry[0]) {
      return entries.sort(([a], [b]) => (a < b ? -1 : 1));
    }
  }
  return entries;
}

/** Count, first and, where it differs, last: most values are seen in one session only. */
function writeTally(to: ByteWriter, { count, firstSeen, lastSeen }: Tally, from: PackOrigin): void {
  const span = seconds(lastSeen) - seconds(firstSeen);
  to.whole(count * 2 + (span === 0 ? 0 : 1));
  to.signed(seconds(firstSeen) - from.first);
  if (span !== 0) to.signed(span);
}

function writeNetwork(to: ByteWriter, { organization, type }: Network): void {
  writeType(to, type);
  to.text(organization);
}

/** Country, region and city are read back from the key of the place. */
function writeLocation(
  to: ByteWriter,
  location: Location,
  networkAt: ReadonlyMap<string, { readonly network: Network; readonly at: number }>,
): void {
  if (location.kind === 'special') {
    to.byte(locationMarks.special);
    to.byte(specialKinds.indexOf(location.special));
    return;
  }
  const { network } = location;
  to.byte(locationMarks[location.kind]);
  // The list keeps one description of a network; a place may have been stored with another.
  const listed = networkAt.get(`${network.asn}`);
  const { organization, type } = listed?.network ?? {};
  if (listed && organization === network.organization && type === network.type) {
    to.whole(listed.at + 1);
  } else {
    to.whole(0);
    to.whole(network.asn);
    writeNetwork(to, network);
  }
  if (location.kind !== 'located') return;
  to.byte(confidences.indexOf(location.confidence));
  writePosition(to, location);
}

function writeAddress(to: ByteWriter, text: string): void {
  const ipv4 = ipv4Value(text);
  if (ipv4 >= 0) {
    to.byte(4);
    for (let shift = 24; shift >= 0; shift -= 8) to.byte((ipv4 >>> shift) & 0xff);
    return;
  }
  const octets = parseAddress(text);
  const isCanonical = octets !== undefined && formatAddress(octets) === text;
  to.byte(isCanonical ? octets.length : 0);
  if (isCanonical) to.raw(octets);
  else to.text(text);
}

function writeDevice(to: ByteWriter, key: string, tally: DeviceTally, from: PackOrigin): void {
  const { kind, name, os, client } = tally.device;
  const prefix = `${kind}:`;
  const has = (value: string | undefined, bit: number): number => (value === undefined ? 0 : bit);
  const isPrefixed = key.startsWith(prefix);
  to.byte(
    deviceKinds.indexOf(kind) +
      (isPrefixed ? 0x08 : 0) +
      has(name, 0x10) +
      has(os, 0x20) +
      has(client, 0x40),
  );
  to.letters(isPrefixed ? key.slice(prefix.length) : key);
  for (const value of [name, os, client]) if (value !== undefined) to.text(value);
  writeTally(to, tally, from);
}

/** Small counts among many zeros: one bit each, then those that are not zero. */
function writeCounts(to: ByteWriter, counts: readonly number[]): void {
  for (let at = 0; at < counts.length; at += 8) {
    let bits = 0;
    for (let bit = 0; bit < 8; bit += 1) if ((counts[at + bit] ?? 0) > 0) bits += 1 << bit;
    to.byte(bits);
  }
  for (const count of counts) if (count > 0) to.whole(count);
}

function writeBookkeeping(to: ByteWriter, { detections, recent }: Profile): void {
  each(to, detections, ({ id, place, firstSeen, severity }) => {
    to.text(id);
    to.text(place);
    to.whole(seconds(firstSeen));
    to.byte(severities.indexOf(severity));
  });
  writeRecent(to, recent);
}
