// The evaluation's world keeps its promises: equal seeds give equal worlds, people are in one
// place at a time, attackers do what their class says, records suffer as described.

import { AddressBook } from '../../../bench/eval/address-book.ts';
import { detailRecords } from '../../../bench/eval/detail-file.ts';
import { measure } from '../../../bench/eval/measure.ts';
import { truthOf } from '../../../bench/eval/metrics.ts';
import { dayMs } from '../../../bench/eval/parameters.ts';
import { play } from '../../../bench/eval/play.ts';
import { reportOf } from '../../../bench/eval/report.ts';
import { makeWorld, type World, type WorldRecord } from '../../../bench/eval/world.ts';
import { distanceKm } from '../../../domain/location.ts';
import { userKey } from '../../../domain/user-name.ts';
import { openInstalledLocator } from '../../../geo/open-locator.ts';

const locator = openInstalledLocator();
const book = new AddressBook(locator, 150);
const small = { name: 'full', seed: 7, people: 60, days: 40 } as const;
const world = makeWorld(small, book, locator);
const records = [...world.records()];

const attacksOf = (attack: string): World['campaigns'] =>
  world.campaigns.filter((campaign) => campaign.attack === attack);

describe('a world of the evaluation', () => {
  it('is the same for the same seed and another for another', () => {
    const again = makeWorld(small, book, locator);
    const other = makeWorld({ ...small, seed: 8 }, book, locator);

    expect(again.sessions).toEqual(world.sessions);
    expect([...again.records()].at(-1)).toEqual(records.at(-1));
    expect(other.sessions[0]).not.toEqual(world.sessions[0]);
  });

  it('hands its records over in order of arrival, each with the session it tells of', () => {
    const arrivals = records.map(({ event }) => event.receivedTime);

    expect(arrivals).toEqual([...arrivals].sort((a, b) => a - b));
    const strangers = records.filter(({ event, uid }) =>
      event.kind.startsWith('gateway')
        ? uid !== -1
        : world.sessions[uid]?.gateway !== event.gateway.id,
    );
    expect(strangers).toEqual([]);
  });

  it('writes one account in several spellings that the settings join', () => {
    const spellings = new Map<number, Set<string>>();
    const keys = new Map<number, Set<string>>();
    for (const { event, uid } of records) {
      const session = world.sessions[uid];
      if (session === undefined) continue;
      spellings.set(
        session.person,
        (spellings.get(session.person) ?? new Set()).add(event.user.raw),
      );
      const key = userKey(event.user, world.settings.domains);
      keys.set(session.person, (keys.get(session.person) ?? new Set()).add(key));
    }

    expect(Math.max(...[...spellings.values()].map((set) => set.size))).toBeGreaterThan(2);
    expect([...keys.values()].every((set) => set.size === 1)).toBe(true);
  });

  it('uses session ids again after a gateway restarted', () => {
    const starts = records.filter(({ event }) => event.kind === 'start');
    const uids = new Map<string, Set<number>>();
    for (const { event, uid } of starts) {
      const id = `${event.gateway.id}/${event.session.id}`;
      uids.set(id, (uids.get(id) ?? new Set()).add(uid));
    }

    expect([...uids.values()].some((set) => set.size > 1)).toBe(true);
  });

  it('loses some Starts and Stops, but few', () => {
    const uidsWith = (kind: string): number =>
      new Set(records.filter(({ event }) => event.kind === kind).map(({ uid }) => uid)).size;
    const share = (kind: string): number => uidsWith(kind) / world.sessions.length;

    expect(share('start')).toBeGreaterThan(0.97);
    expect(share('start')).toBeLessThan(1);
    expect(share('stop')).toBeGreaterThan(0.9);
    expect(share('stop')).toBeLessThan(0.99);
  });

  it('has nobody attacked twice and nobody attacked in the days of history', () => {
    const victims = world.campaigns.flatMap(({ people }) => people);

    expect(new Set(victims).size).toBe(victims.length);
    for (const { sessions } of world.campaigns) {
      expect(sessions[0]?.start).toBeGreaterThan(world.measuredFrom - dayMs);
    }
  });

  it('hijacks a session while the victim is connected', () => {
    const hijacks = [...attacksOf('hijack-far'), ...attacksOf('hijack-near')];

    expect(hijacks.length).toBeGreaterThan(0);
    for (const { people, sessions } of hijacks) {
      const first = sessions[0]!;
      const own = world.sessions.filter(
        (session) => session.person === people[0] && session.campaign === undefined,
      );
      expect(own.some(({ start, end }) => start < first.start && end > first.start)).toBe(true);
    }
  });

  it('sprays from one network that nobody used before', () => {
    for (const { sessions } of attacksOf('spray')) {
      const asns = sessions.map(({ address }) => {
        const location = locator.locate(address);
        return location.kind === 'special' ? 0 : location.network.asn;
      });
      expect(new Set(asns).size).toBe(1);
      expect(sessions.length).toBeGreaterThan(2);
    }
  });

  it('attacks the same city from where the database puts the victim, near enough', () => {
    for (const { people, sessions } of attacksOf('same-city')) {
      const homes = world.persons[people[0]!]!.homes;
      for (const { address } of sessions) {
        const location = locator.locate(address);
        if (location.kind !== 'located') continue;
        const km = Math.min(...homes.map(({ at }) => distanceKm(at, location)));
        // Coordinates are rounded and a block holds more than its sample.
        expect(km).toBeLessThan(300);
      }
    }
  });

  it('reports no device at all in the world without devices', () => {
    const bare = makeWorld({ ...small, name: 'no-device' }, book, locator);

    expect(bare.sessions.some(({ device }) => device)).toBe(false);
  });

  it('reads as a FreeRADIUS detail file with one paragraph a record', () => {
    const texts = [...detailRecords(world)];
    const start = records.findIndex(({ event }: WorldRecord) => event.kind === 'start');

    expect(texts.length).toBe(records.length);
    expect(texts[start]).toMatch(
      /^\w{3} Aug [ \d]\d \d\d:\d\d:\d\d 2026\n\tAcct-Status-Type = Start\n/,
    );
    expect(texts[start]).toContain(
      `\tUser-Name = "${records[start]!.event.user.raw.replace('\\', '\\\\')}"`,
    );
  });

  it('plays through the product and all peers, and reads as tables', async () => {
    const tiny = makeWorld({ ...small, people: 25 }, book, locator);

    const { played, records: playedRecords } = await play(tiny, { withOurs: true });
    const report = reportOf([measure(truthOf(tiny), played)]);

    expect(playedRecords).toBe([...tiny.records()].length);
    expect(played.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['Wherefrom', 'Freeman et al.', 'BuffaLogs', 'Okta pair']),
    );
    expect(report).toMatch(/^\| Wherefrom \| [.\d]+ \|/m);
    expect(report).toMatch(/^\| Freeman et al\. \| 5 \| [.\d]+ \|$/m);
  });
});
