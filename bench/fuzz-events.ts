// Events whose times, counters, ids and names lie at and beyond every bound, through decode, wire,
// border, fold and pack. `npm run fuzz:events -- [events] [seed]` prints a table and exits 1 when
// one throws, when a good neighbour is lost, or when a profile cannot be read again.

import { createHash } from 'node:crypto';
import type { AccountingEvent } from '../domain/accounting-event.ts';
import { boundEvent } from '../domain/event-bounds.ts';
import type { Location } from '../domain/location.ts';
import type { ProcessPorts, StoredSession } from '../domain/process/ports.ts';
import { processEvents } from '../domain/process/process-events.ts';
import type { Profile } from '../domain/profile/profile.ts';
import { packProfile } from '../domain/profile/profile-pack.ts';
import { unpackProfile } from '../domain/profile/profile-unpack.ts';
import { mergeSessions } from '../domain/session/merge-session.ts';
import { makeMemoryGateways } from '../local/replay/memory-gateways.ts';
import { toEvent } from '../relay/radius/to-event.ts';
import { accounting, attribute } from '../test/support/radius-packets.ts';
import { decodeBatch, encodeBatch } from '../wire/batch.ts';

const [wanted = 1_000_000, seed = 1] = process.argv.slice(2).map(Number);
const receivedAt = Date.parse('2026-11-23T08:00:00Z');
const secret = 'a-secret-of-the-fuzzed-gateway';
const batchEvents = 50;
/** Users and their sessions begin anew after so many batches, or they would only grow. */
const batchesPerStore = 40;

/** Mulberry32: the same cases for the same seed, everywhere. */
function makeRandom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const random = makeRandom(seed);
const below = (bound: number): number => Math.floor(random() * bound);
const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;
const hash = (text: string): string =>
  createHash('sha256').update(text).digest('base64url').slice(0, 22);

const endOfTime = 253_402_300_799_999;
const times = [0, 1, 946_684_799_999, 946_684_800_000, receivedAt + 300_000, endOfTime];
const timeOf = (): number =>
  below(3) === 0 ? pick(times) : receivedAt + below(600_000) - 400_000 * below(2000);
const counters = [0, 1, 2 ** 31, 2 ** 32 - 1, 4_294_967_000, 10 ** 9, 34_560_000, 34_560_001];
const octets = ['0', '1', '4294967295', '4294967296', '9007199254740993', '18446744073709551615'];
const texts = ['', 'a', '\u0000', '#', '\\', '__proto__', '\ud800', '\u{10ffff}', 'x'.repeat(253)];
const ids = [...texts, 'x'.repeat(1024), 's1', 's2', 's3'];
const names = [...texts, 'x'.repeat(254), '\\'.repeat(300), 'CORP\\alice', 'bob@corp.example', ' '];
const addresses = ['81.2.69.142', '2001:db8::1', '::ffff:1.2.3.4', '0.0.0.0', '1.2.3.4/32', '::'];
const kinds = ['start', 'interim', 'stop', 'gateway-on', 'gateway-off', 'other'] as const;

/** An event as a relay may send it: everything the wire lets pass. */
function eventOf(): AccountingEvent {
  const account = pick(names);
  const form = account === '' ? 'none' : 'plain';
  const has = <T>(value: T, name: string): Record<string, T> =>
    below(3) === 0 ? {} : { [name]: value };
  return {
    eventId: hash(String(random())),
    kind: pick(kinds),
    time: timeOf(),
    receivedTime: timeOf(),
    gateway: { id: pick(['g1', 'g2', 'x'.repeat(320)]), address: '192.0.2.1', vendor: 'generic' },
    session: {
      ...has(pick(ids), 'id'),
      ...has(pick(counters), 'seconds'),
      ...has(pick(octets), 'octetsIn'),
      ...has(pick(octets), 'octetsOut'),
    },
    user: { raw: account, account, form },
    ...has(pick(addresses), 'clientAddress'),
    assignedAddresses: below(4) === 0 ? ['10.0.0.1', '2001:db8::/64'] : [],
    ...has({ key: `host:${pick(ids).slice(0, 300)}`, kind: 'host' as const }, 'device'),
    vendorAttributes: {},
    flags:
      below(8) === 0 ? [pick(['imported', 'repeated', 'clock-suspect', 'stale'] as const)] : [],
  };
}

const integer = (value: number): Buffer => {
  const octetsOfIt = Buffer.alloc(4);
  octetsOfIt.writeUInt32BE(value);
  return octetsOfIt;
};

/** An event as it is decoded from a packet with values at the bounds of RADIUS. */
function decodedEvent(): AccountingEvent | undefined {
  const payload = accounting(secret, [
    attribute(40, integer(pick([1, 2, 3, 7, 8, 9, 0xffff_ffff]))),
    attribute(1, Buffer.from(pick(texts), 'utf8').subarray(0, 253)),
    attribute(44, Buffer.from(pick(texts), 'utf8').subarray(0, 253)),
    attribute(46, integer(pick(counters))),
    attribute(55, integer(pick([0, 1, 1_795_420_800, 0x7fff_ffff, 0xffff_ffff]))),
    attribute(41, integer(pick([0, 1, 86_400, 0xffff_ffff]))),
    attribute(42, integer(pick(counters))),
    attribute(52, integer(pick(counters))),
  ]);
  const record = { type: 'datagram', receivedTime: timeOf(), gatewayId: 'g1' } as const;
  const source = { address: '192.0.2.1', port: 1024 };
  const event = toEvent({ ...record, source, isRepeated: false, payload, position: 1 }, undefined);
  return 'undecodable' in event ? undefined : event;
}

/** A neighbour that nothing is wrong with: each a session of its own. */
function goodEvent(number: number): AccountingEvent {
  return {
    eventId: hash(`good ${number}`),
    kind: 'start',
    time: receivedAt,
    receivedTime: receivedAt,
    gateway: { id: 'g1', address: '192.0.2.1', vendor: 'generic' },
    session: { id: `good-${number}` },
    user: { raw: 'alice', account: 'alice', form: 'plain' },
    clientAddress: '81.2.69.142',
    assignedAddresses: [],
    vendorAttributes: {},
    flags: [],
  };
}

const located = (address: string): Location => ({
  kind: 'located',
  country: 'GB',
  city: address.includes(':') ? 'Leeds' : 'London',
  lat: 51.5,
  lon: -0.1,
  radiusKm: 20,
  confidence: 'city',
  network: { asn: 20_712, organization: 'Example', type: 'access' },
});

type User = { bytes?: Uint8Array; version: number; rows: Map<string, StoredSession> };

/** The store of tables in memory; profiles pass through their packed form each time. */
function makePorts(users: Map<string, User>): ProcessPorts {
  const userOf = (key: string): User => {
    const known = users.get(key) ?? { version: 0, rows: new Map() };
    users.set(key, known);
    return known;
  };
  return {
    users: {
      load: async (key) => {
        const { bytes, version, rows } = userOf(key);
        const profile = bytes ? { profile: unpackProfile(key, bytes) } : {};
        return { ...profile, version, sessions: [...rows.values()] };
      },
      putProfile: async (profile: Profile, expected) => {
        const user = userOf(profile.userKey);
        if (user.version !== expected) return 'conflict';
        user.bytes = packProfile(profile);
        user.version += 1;
        return 'written';
      },
      mergeSession: async (key, session, knownVersion) => {
        const { rows } = userOf(key);
        const name = `${new Date(session.rowStart).toISOString()}#${session.identity}`;
        const row = rows.get(name);
        const isKnown = (row?.version ?? 0) === knownVersion;
        const merged = row && !isKnown ? mergeSessions(row.session, session) : session;
        rows.set(name, {
          session: JSON.parse(JSON.stringify(merged)),
          version: (row?.version ?? 0) + 1,
        });
      },
      mergeDetection: async () => undefined,
      putIndexRows: async () => undefined,
    },
    gateways: makeMemoryGateways(),
    locate: async (list) => new Map(list.map((address) => [address, located(address)])),
    settings: async () => ({ domains: { netbios: { CORP: 'corp.example' } } }),
    hash,
    isOutage: () => false,
    now: () => receivedAt,
  };
}

const counts = { events: 0, refused: 0, threw: 0, lost: 0, unreadable: 0 };
const faults = new Map<string, number>();

/** What the wire refuses is no fault; what it lets pass must be folded. */
function overTheWire(events: readonly AccountingEvent[]): readonly AccountingEvent[] {
  const together = batchOf(events);
  if (together.length === events.length) return together;
  const passed = events.filter((event) => batchOf([event]).length === 1);
  counts.refused += events.length - passed.length;
  return batchOf(passed);
}

function batchOf(events: readonly AccountingEvent[]): readonly AccountingEvent[] {
  if (events.length === 0) return [];
  const body = encodeBatch({
    version: 1,
    relayId: 'fuzz',
    epoch: 1,
    sequence: 1,
    firstPosition: 1,
    lastPosition: events.length,
    events,
    setAside: [],
  });
  const decoded = decodeBatch(body);
  return decoded.ok ? decoded.batch.events : [];
}

async function foldBatch(ports: ProcessPorts, number: number): Promise<void> {
  const made = Array.from({ length: batchEvents }, () =>
    below(4) === 0 ? decodedEvent() : eventOf(),
  );
  const odd = overTheWire(made.filter((event) => event !== undefined));
  const all = [...odd, goodEvent(number)].map((event) => boundEvent(event, receivedAt, hash));
  counts.events += odd.length;
  for (const { event, outcome, error } of await processEvents(ports, all)) {
    if (error !== undefined) {
      counts.threw += 1;
      const text = error instanceof Error ? `${error.name}: ${error.message}` : 'no error';
      faults.set(text, (faults.get(text) ?? 0) + 1);
    }
    if (event.session.id === `good-${number}` && outcome === 'retried') counts.lost += 1;
  }
}

function readAll(users: ReadonlyMap<string, User>): void {
  for (const [key, { bytes }] of users) {
    try {
      if (bytes) unpackProfile(key, bytes);
    } catch {
      counts.unreadable += 1;
    }
  }
}

const began = performance.now();
let users = new Map<string, User>();
let ports = makePorts(users);
for (let number = 0; counts.events < wanted; number += 1) {
  if (number % batchesPerStore === 0) {
    readAll(users);
    users = new Map();
    ports = makePorts(users);
  }
  await foldBatch(ports, number);
}
readAll(users);
const seconds = (performance.now() - began) / 1000;
console.log(`${counts.events} events folded in ${seconds.toFixed(0)} s, seed ${seed}`);
console.log(`${counts.refused} refused by the wire`);
console.log(`${counts.threw} could not be written, ${counts.lost} good neighbours lost`);
console.log(`${counts.unreadable} profiles unreadable`);
for (const [text, often] of faults) console.log(`  ${often} times ${text}`);
if (counts.threw + counts.lost + counts.unreadable > 0) process.exitCode = 1;
