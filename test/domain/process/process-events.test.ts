import { emptyPopulation } from '../../../domain/population/population.ts';
import { processEvents } from '../../../domain/process/process-events.ts';
import type { Session } from '../../../domain/session/session.ts';
import { heardUntil, sessionState } from '../../../domain/session/session-state.ts';
import {
  eventOf,
  hash,
  hourMs,
  locate,
  minuteMs,
  morning,
  sessionEvents,
  settings,
} from '../../support/events.ts';
import { type MemoryStore, makeMemoryStore } from '../../support/memory-store.ts';

const portsOf = (store: MemoryStore) => ({
  users: store.users,
  gateways: store.gateways,
  locate,
  settings,
  hash,
});

const london = '81.2.69.142';
const tokyo = '126.0.0.1';

function sessionsOf(store: MemoryStore, user: string) {
  return [...(store.sessions.get(user)?.values() ?? [])].map((row) => row.session);
}

/** Rows that users are found by; what is said again after a crash brings its reference along. */
const rowsOf = ({ indexRows }: Pick<MemoryStore, 'indexRows'>): readonly string[] =>
  [...indexRows.values()].map((row) => JSON.stringify({ ...row, isReferenced: undefined })).sort();

describe('processEvents', () => {
  it('makes one located session and one profile of a Start and a Stop', async () => {
    const store = makeMemoryStore();
    const events = sessionEvents({ address: london, minutes: 30, device: 'LT-0412' });

    const done = await processEvents(portsOf(store), events);

    expect(done.map((entry) => entry.outcome).sort()).toEqual(['folded', 'merged']);
    const profile = store.profileOf('alice');
    expect(profile?.sessions).toBe(1);
    expect([...(profile?.places.keys() ?? [])]).toEqual(['GB/London/London']);
    expect(profile?.addresses.get(london)?.count).toBe(1);
    expect(profile?.devices.get('host:LT-0412')?.count).toBe(1);
    const [session] = sessionsOf(store, 'alice');
    expect(sessionState(session as Session, morning + hourMs, undefined)).toEqual({
      state: 'ended',
      endedAt: morning + 30 * minuteMs,
    });
  });

  it('counts a retransmission once', async () => {
    const store = makeMemoryStore();
    const start = eventOf({ address: london });

    await processEvents(portsOf(store), [start]);
    const done = await processEvents(portsOf(store), [{ ...start, time: start.time + 3000 }]);

    expect(done[0]?.outcome).not.toBe('folded');
    expect(store.profileOf('alice')?.sessions).toBe(1);
    expect(sessionsOf(store, 'alice')).toHaveLength(1);
  });

  it('takes a reused session id on another day for another session', async () => {
    const store = makeMemoryStore();

    await processEvents(portsOf(store), sessionEvents({ address: london, minutes: 30 }));
    const nextDay = morning + 24 * hourMs;
    await processEvents(
      portsOf(store),
      sessionEvents({ address: london, minutes: 30, at: nextDay }),
    );

    expect(store.profileOf('alice')?.sessions).toBe(2);
    expect(sessionsOf(store, 'alice')).toHaveLength(2);
  });

  it('ends the open session by the late Stop of a killed client, at its session time', async () => {
    const store = makeMemoryStore();
    const start = eventOf({ address: london });
    const lateStop = eventOf({ kind: 'stop', at: morning + 294_000, seconds: 15, address: london });

    await processEvents(portsOf(store), [start]);
    await processEvents(portsOf(store), [lateStop]);

    const sessions = sessionsOf(store, 'alice');
    expect(sessions).toHaveLength(1);
    expect(sessionState(sessions[0] as Session, morning + hourMs, undefined).endedAt).toBe(
      morning + 15_000,
    );
  });

  it('keeps few of many interims, the same few in any order, and knows how long', async () => {
    const events = sessionEvents({ address: london, minutes: 450, interims: 29 }).slice(0, -1);
    const forward = makeMemoryStore();
    const atStart: number[] = [];
    for (const event of events) {
      await processEvents(portsOf(forward), [event]);
      atStart.push(forward.writes);
    }
    const written = forward.writes - (atStart[0] ?? 0);
    const backward = makeMemoryStore();
    for (const event of [...events].reverse()) await processEvents(portsOf(backward), [event]);

    // After the Start one row write for each two hours of the clock that 7 hours of interims lie
    // in.
    expect(written).toBeGreaterThanOrEqual(4);
    expect(written).toBeLessThanOrEqual(5);
    const [session] = sessionsOf(forward, 'alice');
    expect(sessionsOf(backward, 'alice').map(({ rowStart: _, ...facts }) => facts)).toEqual(
      sessionsOf(forward, 'alice').map(({ rowStart: _, ...facts }) => facts),
    );
    const stateAt = (time: number) => sessionState(session as Session, time, undefined).state;
    // The last kept interim may stand for any until its two hours are over; then three periods.
    const until = heardUntil(session as Session) + 45 * minuteMs;
    expect(until - morning).toBeGreaterThanOrEqual(7.25 * hourMs);
    expect(until - morning).toBeLessThanOrEqual(10 * hourMs);
    expect([stateAt(until), stateAt(until + 1000)]).toEqual(['open', 'silent']);
  });

  it('records a restart of the gateway as a watermark that only rises', async () => {
    const store = makeMemoryStore();
    const on = (at: number) => eventOf({ kind: 'gateway-on', at, form: 'none' });

    await processEvents(portsOf(store), [on(morning + 2000)]);
    const done = await processEvents(portsOf(store), [on(morning)]);

    expect(done[0]?.outcome).toBe('gateway-restart');
    expect(store.watermarks.get('asa-lyon')).toEqual([{ time: morning + 2000 }]);
  });

  it('keeps Wi-Fi, nameless and odd records out of profiles, each under its own name', async () => {
    const store = makeMemoryStore();

    const done = await processEvents(portsOf(store), [
      eventOf({ user: 'wifi', flags: ['not-vpn'] }),
      eventOf({ user: '', form: 'none' }),
      eventOf({ user: 'odd', kind: 'other' }),
    ]);

    expect(done.map((entry) => entry.outcome).sort()).toEqual(['no-session', 'no-user', 'not-vpn']);
    expect(store.profiles.size).toBe(0);
  });

  it('writes nothing and retries when locations cannot be had', async () => {
    const store = makeMemoryStore();
    const broken = { ...portsOf(store), locate: () => Promise.reject(new Error('down')) };

    const done = await processEvents(broken, [eventOf({ address: london })]);

    expect(done[0]?.outcome).toBe('retried');
    expect(store.writes).toBe(0);
  });

  it('reports impossible travel from London to Tokyo while the first session is open', async () => {
    const store = makeMemoryStore();
    const home = sessionEvents({ address: london, minutes: 120, interims: 3 });
    const thief = eventOf({ address: tokyo, sessionId: 's2', at: morning + 50 * minuteMs });

    await processEvents(portsOf(store), [...home, thief]);

    const [detection, ...more] = store.detections.values();
    expect(more).toHaveLength(0);
    expect(detection).toMatchObject({ userKey: 'alice', severity: 'low', clientAddress: tokyo });
    const reason = detection?.reasons.find(({ term }) => term === 'travel');
    const { distanceKm, uncertaintyKm, effectiveKm } = reason?.numbers ?? {};
    expect(effectiveKm).toBe((distanceKm ?? 0) - (uncertaintyKm ?? 0));
    expect(reason?.text).toContain(`${effectiveKm} km apart`);
    expect(reason?.text).toContain('London, GB');
  });

  it('stays quiet when two networks differ by less than their uncertainty', async () => {
    const store = makeMemoryStore();
    const home = sessionEvents({ address: london, minutes: 120, interims: 3 });
    const phone = eventOf({
      address: '2.125.160.216',
      sessionId: 's2',
      at: morning + 50 * minuteMs,
    });

    await processEvents(portsOf(store), [...home, phone]);

    expect(store.detections.size).toBe(0);
  });

  it('folds a second odd session from the same place into the first detection', async () => {
    const store = makeMemoryStore();
    const home = sessionEvents({ address: london, minutes: 180, interims: 3 });
    const first = eventOf({ address: tokyo, sessionId: 's2', at: morning + 50 * minuteMs });
    const second = eventOf({ address: tokyo, sessionId: 's3', at: morning + 90 * minuteMs });

    await processEvents(portsOf(store), [...home, first]);
    await processEvents(portsOf(store), [second]);

    expect([...store.detections.values()].map((d) => d.sessions.length)).toEqual([2]);
  });

  it('ends with a straggler in what the order of its records gives', async () => {
    const store = makeMemoryStore();
    const inOrder = makeMemoryStore();
    const home = sessionEvents({
      address: london,
      minutes: 60,
      interims: 2,
      at: morning + 2 * hourMs,
    });
    const straggler = sessionEvents({ address: tokyo, sessionId: 's2', minutes: 60, interims: 2 });

    await processEvents(portsOf(store), home);
    await processEvents(portsOf(store), straggler);
    await processEvents(portsOf(inOrder), [...straggler, ...home]);

    expect([...store.detections.values()].map((d) => d.clientAddress)).toEqual([london]);
    expect([...store.detections.keys()]).toEqual([...inOrder.detections.keys()]);
  });

  it('loses and doubles nothing when it crashes before any of its writes', async () => {
    const home = sessionEvents({ address: london, minutes: 120, interims: 3, device: 'LT-1' });
    const thief = eventOf({ address: tokyo, sessionId: 's2', at: morning + 50 * minuteMs });
    const events = [...home, thief];
    const calm = makeMemoryStore();
    await processEvents(portsOf(calm), events);
    expect(calm.writes).toBeGreaterThan(5);

    for (let crashAt = 1; crashAt <= calm.writes; crashAt += 1) {
      const store = makeMemoryStore();
      store.failAtWrite = crashAt;
      const crashed = await processEvents(portsOf(store), events);
      expect(crashed.every((entry) => entry.outcome === 'retried')).toBe(true);
      // What failed comes again, and the queue says that it does.
      await processEvents(portsOf(store), events, new Set(events));

      expect([...store.detections]).toEqual([...calm.detections]);
      expect([...new Set(rowsOf(store))]).toEqual([...new Set(rowsOf(calm))]);
      expect(sessionsOf(store, 'alice')).toEqual(sessionsOf(calm, 'alice'));
      expect(store.profileOf('alice')).toEqual(calm.profileOf('alice'));
    }
  });

  it('is done with events whose part in the population was not written, and says so', async () => {
    const store = makeMemoryStore();
    const fault = new Error('the population cannot be written');
    const lost: unknown[] = [];
    const ports = {
      ...portsOf(store),
      population: {
        view: async () => emptyPopulation,
        add: () => Promise.reject(fault),
        markMalicious: async () => undefined,
      },
      onPopulationLost: (error: unknown) => lost.push(error),
    };

    const done = await processEvents(ports, sessionEvents({ address: london, minutes: 30 }));

    expect(done.map(({ outcome }) => outcome).sort()).toEqual(['folded', 'merged']);
    expect(store.profileOf('alice')?.sessions).toBe(1);
    expect(lost).toEqual([fault]);
  });
});
