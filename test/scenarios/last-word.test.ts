// Sessions that have not ended with a Stop: what the API tells of them, and what the judge makes of
// them, by how often their gateway sends interims and how long it has been silent.

import fc from 'fast-check';
import type { AccountingEvent } from '../../domain/accounting-event.ts';
import { processEvents } from '../../domain/process/process-events.ts';
import { trafficOf } from '../../domain/session/session-state.ts';
import { startTestCloud, type TestCloud } from '../support/cloud-in-test.ts';
import { eventOf, hourMs, minuteMs, morning } from '../support/events.ts';
import { dayMs, london, makeOrganization, ordinaryDays, tokyo } from '../support/life.ts';
import { runs } from '../support/property-runs.ts';

const lyon = '86.208.1.1';

describe('a session without Stop in the API', () => {
  const ranMs = 157 * minuteMs;
  const periods = [0, 1, 5, 15, 60];
  const silences = [0.5, 1, 3, 8, 20, 24.5];
  let cloud: TestCloud;

  beforeAll(async () => {
    cloud = await startTestCloud(morning);
    for (const minutes of periods) {
      const user = `every${minutes}`;
      const session = { user, sessionId: user, address: london, gateway: `vpn-${minutes}` };
      await deliver([eventOf(session)]);
      const interims = Array.from({ length: interimsOf(minutes) }, (_, at) => {
        const seconds = (at + 1) * minutes * 60;
        const time = morning + seconds * 1000;
        return eventOf({ ...session, kind: 'interim', at: time, seconds, octetsIn: `${seconds}0` });
      });
      // Most of them some at a time, the last ones alone.
      const alone = interims.splice(-4);
      while (interims.length > 0) await deliver(interims.splice(0, 7));
      for (const event of alone) await deliver([event]);
    }
  });
  afterAll(() => cloud.stop());

  const interimsOf = (minutes: number) =>
    minutes === 0 ? 0 : Math.floor(ranMs / minutes / minuteMs);

  async function deliver(events: readonly ReturnType<typeof eventOf>[]): Promise<void> {
    const time = events.at(-1)?.time ?? morning;
    cloud.setNow(time);
    await cloud.deliverAt(time, events);
  }

  describe.each(periods)('with an interim every %i min', (minutes) => {
    it.each(silences)('tells the last one %d h later', async (silenceHours) => {
      const last = morning + interimsOf(minutes) * minutes * minuteMs;
      const now = last + silenceHours * hourMs;
      cloud.setNow(now);

      const activities = await cloud.get('GET /v1/users/{user}/activities', {
        params: { user: `every${minutes}` },
      });
      const profile = await cloud.get('GET /v1/users/{user}', {
        params: { user: `every${minutes}` },
      });

      const patience = minutes === 0 ? 24 * hourMs : 3 * minutes * minuteMs;
      const isOpen = silenceHours * hourMs <= patience;
      const seconds = minutes === 0 && isOpen ? (now - morning) / 1000 : (last - morning) / 1000;
      expect(activities.body.items).toEqual([
        expect.objectContaining({
          state: isOpen ? 'open' : 'silent',
          lastSeen: new Date(last).toISOString(),
          lastSeenBy: minutes === 0 ? 'start' : 'interim',
          durationSeconds: seconds,
          lastAddress: london,
          ...(minutes === 0 ? {} : { octetsIn: `${(last - morning) / 1000}0` }),
        }),
      ]);
      expect(profile.body.activities).toEqual(activities.body.items);
      expect(profile.body.openSessions).toEqual(isOpen ? activities.body.items : []);
    });
  });
});

describe('a session without Stop before the judge', () => {
  /** Weeks at work in London, then interims to 16:10 and no Stop; then another place. */
  async function afterwards(options: {
    readonly hours: number;
    readonly interimMinutes?: number;
    readonly address?: string;
    readonly restartAt?: number;
    readonly isStopped?: boolean;
  }) {
    const { hours, interimMinutes = 10, address = tokyo } = options;
    const organization = makeOrganization();
    await organization.play(ordinaryDays(40));
    const begin = morning + dayMs;
    const last = begin + 490 * minuteMs;
    const open = { sessionId: 'open', address: london, device: 'LT-0412' };
    const events = [eventOf({ ...open, at: begin })];
    for (let minute = interimMinutes; minute <= 490; minute += interimMinutes) {
      if (interimMinutes === 0) break;
      const at = begin + minute * minuteMs;
      events.push(eventOf({ ...open, kind: 'interim', at, seconds: minute * 60 }));
    }
    if (options.isStopped) {
      events.push(eventOf({ ...open, kind: 'stop', at: last, seconds: 490 * 60 }));
    }
    await organization.play(events);
    if (options.restartAt !== undefined) {
      const at = last + options.restartAt * minuteMs;
      await organization.play([eventOf({ kind: 'gateway-on', form: 'none', user: '', at })]);
    }
    const at = last + hours * hourMs;
    await organization.play([eventOf({ sessionId: 'after', address, at })]);
    const [detection] = [...organization.store.detections.values()];
    const travel = detection?.reasons.find(({ term }) => term === 'travel');
    const overlap = detection?.reasons.find(({ term }) => term === 'overlap');
    return { detection, travel, overlap };
  }

  it('overlaps while the next interim is not overdue', async () => {
    const { travel, overlap } = await afterwards({ hours: 1 / 6 });

    expect(travel?.text).toContain('Overlaps session open from London');
    expect(travel?.text).toContain('last word 2026-11-24T16:10Z, no Stop');
    expect(travel?.numbers).toMatchObject({ gapHours: 0, stillOpen: 1, sinceLastWordHours: 0.167 });
    expect(overlap?.text).toContain('last word 2026-11-24T16:10Z, no Stop');
  });

  it('is a journey from its last word once it has fallen silent', async () => {
    const { travel, overlap } = await afterwards({ hours: 2 });

    expect(travel?.text).toContain('120 min after the last word of session open from London');
    expect(travel?.text).toContain('(last word 2026-11-24T16:10Z, no Stop)');
    expect(travel?.numbers).toMatchObject({ gapHours: 2, stillOpen: 0 });
    expect(overlap).toBeUndefined();
  });

  it('is nothing to who has had the time to travel: seven hours to Lyon', async () => {
    const { detection, travel, overlap } = await afterwards({ hours: 7, address: lyon });
    const stopped = await afterwards({ hours: 7, address: lyon, isStopped: true });

    expect(travel?.weight ?? 0).toBeLessThan(0.1);
    expect(overlap).toBeUndefined();
    // As if the Stop had come with the last word.
    expect(detection?.score).toBe(stopped.detection?.score);
    expect(detection?.severity).toBe(stopped.detection?.severity);
  });

  it('has ended where its gateway restarted after its last word', async () => {
    const { travel, overlap } = await afterwards({ hours: 1 / 6, restartAt: 2 });

    expect(travel?.text).toContain('10 min after the last word of session open');
    expect(overlap).toBeUndefined();
  });

  it('fades between the first overdue interim and the third', async () => {
    const chances: unknown[] = [];
    for (const minutes of [14, 20, 25, 29, 31]) {
      const { travel } = await afterwards({ hours: minutes / 60 });
      chances.push(travel?.numbers['stillOpen']);
    }

    expect(chances).toEqual([1, 0.5, 0.25, 0.144, 0]);
  });

  it('overlaps weakly where its gateway sends no interims, less with every hour', async () => {
    const weights: number[] = [];
    for (const hours of [-6, 0, 16]) {
      const { overlap } = await afterwards({ hours, interimMinutes: 0 });
      if (overlap) expect(overlap.text).toContain('only its Start was heard, no Stop');
      weights.push(overlap?.weight ?? 0);
    }

    expect(weights[0]).toBeGreaterThan(weights[1] ?? 0);
    expect(weights[2]).toBe(0);
  });
});

describe('a Stop that shows less than the interims before it', () => {
  const common = { sessionId: 'odd', address: london };
  const interims = Array.from({ length: 6 }, (_, at) => {
    const seconds = (at + 1) * 600;
    const time = morning + seconds * 1000;
    return eventOf({ ...common, kind: 'interim', at: time, seconds, octetsIn: `${seconds}0` });
  });
  const stops = [undefined, '0', '7000', '35999'].map((octetsIn) =>
    eventOf({
      ...common,
      kind: 'stop',
      at: morning + 61 * minuteMs,
      seconds: 3660,
      ...(octetsIn === undefined ? {} : { octetsIn }),
    }),
  );

  /** What the session shows once all was processed, some events an invocation. */
  async function trafficAfter(events: readonly AccountingEvent[], size: number) {
    const { store, ports } = makeOrganization();
    for (let from = 0; from < events.length; from += size) {
      await processEvents(ports, events.slice(from, from + size));
    }
    const [row] = store.sessions.get('alice')?.values() ?? [];
    if (!row) throw new Error('there is no session');
    expect(row.session.stoppedAt).toBe(morning + 61 * minuteMs);
    return trafficOf(row.session).octetsIn;
  }

  it('takes nothing of them away, in the order of time', async () => {
    for (const stop of stops.slice(0, 2)) {
      for (const size of [1, 3, 8]) {
        const events = [eventOf({ ...common, at: morning }), ...interims, stop];
        expect(await trafficAfter(events, size)).toBe('36000');
      }
    }
  });

  it('takes nothing of them away when they come behind it, in any order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...stops),
        fc.shuffledSubarray(interims, { minLength: interims.length }),
        fc.constantFrom(1, 2, 6),
        async (stop, late, size) => {
          const events = [eventOf({ ...common, at: morning }), stop, ...late];
          expect(await trafficAfter(events, size)).toBe('36000');
        },
      ),
      { numRuns: runs(60) },
    );
  });
});

it('is the latest interim, in whatever order they come', async () => {
  const interims = Array.from({ length: 5 }, (_, at) => {
    const seconds = (at + 1) * 600;
    const time = morning + seconds * 1000;
    return eventOf({ kind: 'interim', address: london, at: time, seconds, octetsIn: `${seconds}` });
  });
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray(interims, { minLength: interims.length }),
      fc.constantFrom(1, 2, 5),
      async (shuffled, size) => {
        const { store, ports } = makeOrganization();
        await processEvents(ports, [eventOf({ address: london, at: morning })]);
        for (let from = 0; from < shuffled.length; from += size) {
          await processEvents(ports, shuffled.slice(from, from + size));
        }
        const rows = [...(store.sessions.get('alice')?.values() ?? [])];
        const [heard] = (await ports.words?.heard(rows.map(({ session }) => session))) ?? [];

        expect(heard?.lastSeen).toBe(morning + 3_000_000);
        expect(heard && trafficOf(heard).octetsIn).toBe('3000');
      },
    ),
    { numRuns: runs(60) },
  );
});
