// npm run bench:detect: how many accounting events one core judges and folds, with and without
// the packing of profiles, and how large profiles become. Time is CPU time of this process, so that
// what else the machine does hardly shows. No I/O: state is in memory, locations are in a map.

import type { AccountingEvent } from '../domain/accounting-event.ts';
import type { Location, NetworkType } from '../domain/location.ts';
import { emptyPopulation } from '../domain/population/population.ts';
import type { FoldContext, UserEvent } from '../domain/process/fold-plan.ts';
import { foldUser } from '../domain/process/fold-user.ts';
import type { Profile } from '../domain/profile/profile.ts';
import { packProfile } from '../domain/profile/profile-pack.ts';
import { unpackProfile } from '../domain/profile/profile-unpack.ts';
import type { Session } from '../domain/session/session.ts';
import { sha256Hash } from '../lambdas/shared/hash.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const begin = Date.parse('2026-06-01T00:00:00Z');
const horizonMs = 27 * hourMs;

/** A small seeded generator (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Line = { readonly address: string; readonly location: Location };

function lineOf(asn: number, type: NetworkType, city: string, lat: number, host: number): Line {
  const network = { asn, organization: `Telecom of ${city} and around`, type };
  return {
    address: `${80 + (asn % 40)}.${(host >> 12) & 255}.${(host >> 4) & 255}.${1 + (host & 15)}`,
    location: {
      kind: 'located',
      country: 'FR',
      region: 'Auvergne-Rhone-Alpes',
      city,
      lat,
      lon: 4.8,
      radiusKm: 200,
      confidence: 'city',
      network,
    },
  };
}

/** Two sessions a workday: mostly the home line of the week, a telephone, now and then a trip. */
function personEvents(index: number, days: number): UserEvent[] {
  const random = seeded(index);
  const events: UserEvent[] = [];
  const account = `person.${index}`;
  const device = { key: `uid:${sha256Hash(account)}`, kind: 'uid' as const, os: 'win 10.0.26100' };
  for (let day = 0; day < days; day += 1) {
    if (day % 7 >= 5) continue;
    for (let turn = 0; turn < 2; turn += 1) {
      const dice = random();
      const line =
        dice < 0.85
          ? lineOf(3215 + (index % 9), 'access', 'Lyon', 45.8, index * 64 + Math.floor(day / 21))
          : dice < 0.97
            ? lineOf(15557, 'mobile', 'Paris', 48.9, Math.floor(random() * 65_536))
            : lineOf(1136, 'access', `Town ${Math.floor(random() * 30)}`, 43 + random() * 7, day);
      const start = begin + day * dayMs + (7 + 5 * turn) * hourMs + Math.floor(random() * hourMs);
      const seconds = 3600 + Math.floor(random() * 9000);
      const id = `${day.toString(16)}${turn}`;
      const event = (kind: 'start' | 'stop', at: number): UserEvent => ({
        event: {
          eventId: sha256Hash(`${account}/${id}/${kind}`),
          kind,
          time: at,
          receivedTime: at,
          gateway: { id: `vpn-${index % 3}`, address: '192.0.2.1', vendor: 'cisco-asa' },
          session: {
            id,
            ...(kind === 'stop' ? { seconds, octetsIn: '9000', octetsOut: '70' } : {}),
          },
          user: { raw: account, account, form: 'plain' },
          clientAddress: line.address,
          assignedAddresses: ['10.1.2.3'],
          device,
          vendorAttributes: {},
          flags: [],
        } satisfies AccountingEvent,
        location: line.location,
      });
      events.push(event('start', start), event('stop', start + seconds * 1000));
    }
  }
  return events;
}

type State = { profile: Profile | undefined; sessions: Session[] };

/** Folds one event as an invocation of its own would. */
function fold(state: State, event: UserEvent, context: FoldContext): void {
  const since = event.event.time - horizonMs;
  const sessions = state.sessions.filter(
    (session, at, all) => session.rowStart >= since || at >= all.length - 4,
  );
  const plan = foldUser(
    { userKey: event.event.user.account, kind: 'person' },
    {
      ...(state.profile ? { profile: state.profile } : {}),
      version: 1,
      sessions: sessions.map((session) => ({ session, version: 1 })),
    },
    [event],
    context,
  );
  if (plan.profile) {
    state.profile = { ...plan.profile, pending: { detections: [], indexRows: [] } };
  }
  for (const { session } of plan.sessions) {
    const at = sessions.findIndex(
      (known) => known.rowStart === session.rowStart && known.identity === session.identity,
    );
    if (at < 0) sessions.push(session);
    else sessions[at] = session;
  }
  state.sessions = sessions;
}

function measure(
  people: readonly (readonly UserEvent[])[],
  isPacked: boolean,
): { eventsPerSecond: number; sizes: number[] } {
  const context: FoldContext = { population: emptyPopulation, settings: {}, hash: sha256Hash };
  const states = people.map((): State => ({ profile: undefined, sessions: [] }));
  const stored = new Array<Uint8Array | undefined>(people.length);
  const longest = Math.max(...people.map((events) => events.length));
  let events = 0;
  const before = process.cpuUsage();
  for (let at = 0; at < longest; at += 1) {
    for (const [index, list] of people.entries()) {
      const event = list[at];
      const state = states[index];
      if (!event || !state) continue;
      const bytes = stored[index];
      if (isPacked && bytes) state.profile = unpackProfile(event.event.user.account, bytes);
      const known = state.profile;
      fold(state, event, context);
      if (isPacked && state.profile && state.profile !== known) {
        stored[index] = packProfile(state.profile);
      }
      events += 1;
    }
  }
  const spent = process.cpuUsage(before);
  const sizes = states.flatMap(({ profile }) => (profile ? [packProfile(profile).length] : []));
  return { eventsPerSecond: events / ((spent.user + spent.system) / 1e6), sizes };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}

const people = Array.from({ length: 400 }, (_, index) => personEvents(index, 90));
measure(people.slice(0, 100), true);
const plain = measure(people, false);
const packed = measure(people, true);
const long = measure([personEvents(7, 3500)], true);
const whole = (value: number): string => Math.round(value).toLocaleString('en');
console.log(
  `judge and fold, in memory:          ${whole(plain.eventsPerSecond)} events/s of one core`,
);
console.log(
  `with unpacking and packing:         ${whole(packed.eventsPerSecond)} events/s of one core`,
);
console.log(
  `packed profile, median of ${people.length}:      ${whole(median(packed.sizes))} bytes`,
);
console.log(`packed profile, largest:            ${whole(Math.max(...packed.sizes))} bytes`);
console.log(`packed profile after 10,000 events: ${whole(Math.max(...long.sizes))} bytes`);
