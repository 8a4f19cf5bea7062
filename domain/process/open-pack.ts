// Open sessions packed for rows that many share, some 50 octets each: what one call opened and
// ended, or a part of the whole index (decision 0027). Gateways, domains of accounts, locations and
// services stand once in a row. The row itself is sealed by whoever writes it. Pure.
//
// A row: version, base time, lists, sessions, keys of sessions that ended. A session: what follows
// (flags), key, account, gateway, session id, times behind or ahead of the base, last interim,
// sightings. Behind them visits: user, place, minutes from the base. Numbers are those of
// packed-bytes.ts.

import { formatAddress, parseAddress } from '../address.ts';
import type { Location } from '../location.ts';
import { ByteReader, ByteWriter } from '../profile/packed-bytes.ts';
import type { KeptInterim } from '../session/kept-records.ts';
import { wordKeyLetters, wordSpan } from '../session/last-word.ts';
import {
  type IndexNews,
  type OpenSession,
  userMarkLetters,
  type Visit,
} from '../session/open-session.ts';
import type { Service } from '../session/restart.ts';
import type { Session } from '../session/session.ts';
import type { Sighting } from '../session/sighting.ts';
import { readLocation, writeLocation } from './location-pack.ts';
import { packOctets, unpackOctets } from './word-pack.ts';

const version = 1;
const minuteMs = 60_000;
const flags = { startSeen: 1, interim: 2, firstInterim: 4, service: 8, replaced: 16 } as const;
const interimFlags = { seconds: 1, address: 2, octetsIn: 4, octetsOut: 8 } as const;

/** Values that several sessions of a row share, each written once. */
class Shared<T> {
  readonly values: T[] = [];
  readonly #at = new Map<string, number>();
  readonly #nameOf: (value: T) => string;

  constructor(nameOf: (value: T) => string) {
    this.#nameOf = nameOf;
  }

  /** The place of a value in the list. */
  at(value: T): number {
    const name = this.#nameOf(value);
    const known = this.#at.get(name);
    if (known !== undefined) return known;
    this.#at.set(name, this.values.length);
    return this.values.push(value) - 1;
  }
}

type Lists<Text, Place, Kind> = {
  readonly gateways: Text;
  readonly domains: Text;
  readonly locations: Place;
  readonly services: Kind;
};
type Written = Lists<Shared<string>, Shared<Location>, Shared<Service>>;
type Read = Lists<readonly string[], readonly Location[], readonly Service[]>;

const names = new WeakMap<Location, string>();

/** The text of a location; one location is asked for as often as it has sessions. */
function nameOfLocation(location: Location): string {
  const known = names.get(location) ?? JSON.stringify(location);
  names.set(location, known);
  return known;
}

/** Packs what a call tells the index, or a part of the index. */
export function packOpen({ opened, ended, visits = [] }: IndexNews): Uint8Array {
  const lists: Written = {
    gateways: new Shared<string>((text) => text),
    domains: new Shared<string>((text) => text),
    locations: new Shared<Location>(nameOfLocation),
    services: new Shared<Service>((service) => JSON.stringify(service)),
  };
  const base = opened[0]?.session.startedAt ?? visits[0]?.time ?? 0;
  const body = new ByteWriter();
  body.whole(opened.length);
  for (const one of opened) writeSession(body, one, base, lists);
  body.whole(ended.length);
  for (const key of ended) body.sixBits(key);
  each(body, visits, ({ user, location, time }) => {
    body.sixBits(user);
    body.whole(lists.locations.at(location));
    body.signed(Math.round((time - base) / minuteMs));
  });
  const to = new ByteWriter();
  to.byte(version);
  to.signed(base);
  each(to, lists.gateways.values, (text) => to.text(text));
  each(to, lists.domains.values, (text) => to.text(text));
  each(to, lists.locations.values, (location) => writeLocation(to, location));
  each(to, lists.services.values, (service) => to.text(JSON.stringify(service)));
  to.raw(body.finish());
  return to.finish();
}

/** @throws RangeError when the bytes are not those of `packOpen` */
export function unpackOpen(bytes: Uint8Array): IndexNews {
  const from = new ByteReader(bytes);
  if (from.byte() !== version) throw new RangeError('open sessions have an unknown version');
  const base = from.signed();
  const lists: Read = {
    gateways: all(from, () => from.text()),
    domains: all(from, () => from.text()),
    locations: all(from, () => readLocation(from)),
    services: all(from, () => JSON.parse(from.text()) as Service),
  };
  const opened = all(from, () => readSession(from, base, lists));
  const ended = all(from, () => from.sixBits(wordKeyLetters));
  const visits = all(from, (): Visit => {
    const user = from.sixBits(userMarkLetters);
    const location = listed(lists.locations, from.whole());
    return { user, location, time: base + from.signed() * minuteMs };
  });
  return { opened, ended, ...(visits.length > 0 ? { visits } : {}) };
}

function each<T>(to: ByteWriter, items: readonly T[], write: (item: T) => void): void {
  to.whole(items.length);
  for (const item of items) write(item);
}

function all<T>(from: ByteReader, read: () => T): readonly T[] {
  const items: T[] = [];
  for (let left = from.whole(); left > 0; left -= 1) items.push(read());
  return items;
}

function writeSession(to: ByteWriter, open: OpenSession, base: number, lists: Written): void {
  const { key, userKey, session } = open;
  const { rowStart, startedAt, lastSeen, firstInterim, lastInterim, service, replacedAt } = session;
  to.byte(
    (session.isStartSeen ? flags.startSeen : 0) +
      (lastInterim ? flags.interim : 0) +
      (firstInterim === undefined ? 0 : flags.firstInterim) +
      (service ? flags.service : 0) +
      (replacedAt === undefined ? 0 : flags.replaced),
  );
  to.sixBits(key);
  const at = userKey.lastIndexOf('@');
  to.whole(lists.domains.at(at < 0 ? '' : userKey.slice(at)));
  to.text(at < 0 ? userKey : userKey.slice(0, at));
  to.whole(lists.gateways.at(session.gatewayId));
  to.letters(session.sessionId);
  to.signed(startedAt - base);
  to.signed(rowStart - startedAt);
  to.signed(lastSeen - startedAt);
  if (firstInterim !== undefined) to.signed(firstInterim - startedAt);
  if (lastInterim) writeInterim(to, lastInterim, startedAt);
  if (service) to.whole(lists.services.at(service));
  if (replacedAt !== undefined) to.signed(replacedAt - startedAt);
  each(to, session.sightings, ({ address, location, firstSeen }) => {
    writeAddress(to, address);
    to.whole(lists.locations.at(location));
    to.signed(firstSeen - startedAt);
  });
}

function readSession(from: ByteReader, base: number, lists: Read): OpenSession {
  const set = from.byte();
  const key = from.sixBits(wordKeyLetters);
  const domain = listed(lists.domains, from.whole());
  const userKey = from.text() + domain;
  const gatewayId = listed(lists.gateways, from.whole());
  const sessionId = from.letters();
  const startedAt = base + from.signed();
  const rowStart = startedAt + from.signed();
  const lastSeen = startedAt + from.signed();
  const first = set & flags.firstInterim ? { firstInterim: startedAt + from.signed() } : {};
  const last = set & flags.interim ? { lastInterim: readInterim(from, startedAt) } : {};
  const service = set & flags.service ? { service: listed(lists.services, from.whole()) } : {};
  const replaced = set & flags.replaced ? { replacedAt: startedAt + from.signed() } : {};
  const sightings = all(from, (): Sighting => {
    const address = readAddress(from);
    const location = listed(lists.locations, from.whole());
    return { address, location, firstSeen: startedAt + from.signed() };
  });
  const session: Session = {
    rowStart,
    identity: '',
    gatewayId,
    sessionId,
    startedAt,
    isStartSeen: (set & flags.startSeen) > 0,
    lastSeen,
    ...first,
    ...last,
    assignedAddresses: [],
    sightings,
    devices: [],
    marks: [],
    ...service,
    ...replaced,
  };
  return { key, userKey, session };
}

function writeInterim(to: ByteWriter, interim: KeptInterim, startedAt: number): void {
  const { time, seconds, address, octetsIn, octetsOut } = interim;
  to.byte(
    (seconds === undefined ? 0 : interimFlags.seconds) +
      (address === undefined ? 0 : interimFlags.address) +
      (octetsIn === undefined ? 0 : interimFlags.octetsIn) +
      (octetsOut === undefined ? 0 : interimFlags.octetsOut),
  );
  to.signed(time - startedAt);
  if (seconds !== undefined) to.whole(seconds);
  if (address !== undefined) to.whole(address);
  if (octetsIn !== undefined) packOctets(to, octetsIn);
  if (octetsOut !== undefined) packOctets(to, octetsOut);
}

function readInterim(from: ByteReader, startedAt: number): KeptInterim {
  const set = from.byte();
  const time = startedAt + from.signed();
  const seconds = set & interimFlags.seconds ? { seconds: from.whole() } : {};
  const address = set & interimFlags.address ? { address: from.whole() } : {};
  const octetsIn = set & interimFlags.octetsIn ? { octetsIn: unpackOctets(from) } : {};
  const octetsOut = set & interimFlags.octetsOut ? { octetsOut: unpackOctets(from) } : {};
  return { span: wordSpan(time, ''), time, ...seconds, ...address, ...octetsIn, ...octetsOut };
}

/** Octets of an address where it is written as such; else 0 and the text. */
function writeAddress(to: ByteWriter, text: string): void {
  const octets = parseAddress(text);
  const isCanonical = octets !== undefined && formatAddress(octets) === text;
  to.byte(isCanonical ? octets.length : 0);
  if (isCanonical) to.raw(octets);
  else to.text(text);
}

function readAddress(from: ByteReader): string {
  const length = from.byte();
  return length === 0 ? from.text() : formatAddress(from.raw(length));
}

function listed<T>(list: readonly T[], at: number): T {
  const value = list[at];
  if (value === undefined) throw new RangeError('an open session names what is not listed');
  return value;
}
