// Sessions of gateways that send no interims: the last word is the Start, the API says so, they
// last until now, and they end by written rules (docs/records.md): a Stop, a restart, the user's
// next session where the gateway lets one have one at a time, the longest time that is configured.

import { startTestCloud, type TestCloud } from '../support/cloud-in-test.ts';
import { eventOf, hourMs, minuteMs, morning, sessionEvents } from '../support/events.ts';
import { dayMs } from '../support/life.ts';
import { putSettings } from '../support/stored-settings.ts';

const address = '81.2.69.142';
const gateway = 'rras';

/** Where a session stands in the API, and in the list of who is connected. */
async function standing(cloud: TestCloud, user: string, sessionId: string) {
  const { body } = await cloud.get('GET /v1/users/{user}/activities', { params: { user } });
  const session = body.items.find((one: { sessionId: string }) => one.sessionId === sessionId);
  const { state, endedAt, lastSeen, lastSeenBy, durationSeconds } = session;
  const open = await cloud.get('GET /v1/sessions/open', { query: { user } });
  const ids = open.body.items.map((one: { sessionId: string }) => one.sessionId);
  return {
    state,
    endedAt,
    lastSeen,
    lastSeenBy,
    durationSeconds,
    isListed: ids.includes(sessionId),
  };
}

const iso = (time: number): string => new Date(time).toISOString();

describe('a session whose gateway sends no interims', () => {
  let cloud: TestCloud;
  beforeEach(async () => {
    cloud = await startTestCloud(morning);
  });
  afterEach(() => cloud.stop());

  const start = (sessionId: string, at = morning, user = 'alice') =>
    eventOf({ user, gateway, sessionId, address, at });
  async function deliver(at: number, ...events: readonly ReturnType<typeof eventOf>[]) {
    cloud.setNow(at);
    await cloud.deliverAt(at, events);
  }

  it('was last heard of at its Start, and lasts until now', async () => {
    await deliver(morning, start('one'));
    for (const hours of [0.5, 3, 23]) {
      cloud.setNow(morning + hours * hourMs);

      expect(await standing(cloud, 'alice', 'one')).toEqual({
        state: 'open',
        lastSeen: iso(morning),
        lastSeenBy: 'start',
        durationSeconds: hours * 3600,
        isListed: true,
      });
    }
  });

  it('ends with its Stop', async () => {
    await deliver(morning, start('one'));
    const at = morning + 2 * hourMs;
    await deliver(
      at,
      eventOf({ kind: 'stop', gateway, sessionId: 'one', address, at, seconds: 7200 }),
    );

    expect(await standing(cloud, 'alice', 'one')).toMatchObject({
      state: 'ended',
      endedAt: iso(at),
      durationSeconds: 7200,
      isListed: false,
    });
  });

  it('ends when its gateway restarts', async () => {
    await deliver(morning, start('one'));
    const at = morning + hourMs;
    await deliver(at, eventOf({ kind: 'gateway-off', form: 'none', user: '', gateway, at }));

    expect(await standing(cloud, 'alice', 'one')).toMatchObject({
      state: 'gateway-restarted',
      endedAt: iso(at),
      isListed: false,
    });
  });

  it.each([
    [undefined, 24],
    [10, 10],
    [48, 48],
  ])('ends after the longest time: settings %p, %d h', async (configured, hours) => {
    if (configured !== undefined) {
      await putSettings(cloud, { sessions: { maxHoursWithoutInterims: configured } });
    }
    await deliver(morning, start('one'));

    cloud.setNow(morning + hours * hourMs - minuteMs);
    expect(await standing(cloud, 'alice', 'one')).toMatchObject({ state: 'open', isListed: true });
    cloud.setNow(morning + hours * hourMs + minuteMs);
    expect(await standing(cloud, 'alice', 'one')).toMatchObject({
      state: 'silent',
      endedAt: iso(morning),
      durationSeconds: 0,
      isListed: false,
    });
  });

  it('ends where another of its id begins', async () => {
    await deliver(morning, start('one'));
    await deliver(morning + hourMs, start('one', morning + hourMs));
    const { body } = await cloud.get('GET /v1/users/{user}/activities', {
      params: { user: 'alice' },
    });

    expect(body.items.map((one: { state: string }) => one.state)).toEqual(['open', 'replaced']);
    const open = await cloud.get('GET /v1/sessions/open');
    expect(open.body.items).toHaveLength(1);
  });

  describe('beside the next one of its user', () => {
    /** Sixty pairs of sessions with Stops, of six users: one after the other, or side by side. */
    async function learn(gapMinutes: number): Promise<void> {
      const events = Array.from({ length: 66 }, (_, at) => {
        const user = `other-${at % 6}`;
        const begin = morning - 12 * dayMs + Math.floor(at / 6) * (90 + gapMinutes) * minuteMs;
        const session = { user, gateway, sessionId: `${user} ${at}`, address };
        return sessionEvents({ ...session, at: begin, minutes: 90 });
      }).flat();
      const sorted = events.toSorted((a, b) => a.time - b.time);
      while (sorted.length > 0) await deliver(morning - dayMs, ...sorted.splice(0, 22));
    }

    it('has ended where sessions have shown to come one at a time', async () => {
      await learn(20);
      await deliver(morning, start('one'));
      const next = morning + 3 * hourMs;
      await deliver(next, start('two', next));

      expect(await standing(cloud, 'alice', 'one')).toMatchObject({
        state: 'replaced',
        endedAt: iso(next),
        durationSeconds: 3 * 3600,
        isListed: false,
      });
      expect(await standing(cloud, 'alice', 'two')).toMatchObject({ isListed: true });
    }, 60_000);

    it('has ended as well when its own Start comes later than the next', async () => {
      await learn(20);
      const next = morning + 3 * hourMs;
      await deliver(next, start('two', next));
      await deliver(next + minuteMs, start('one'));

      expect(await standing(cloud, 'alice', 'one')).toMatchObject({
        state: 'replaced',
        endedAt: iso(next),
      });
    }, 60_000);

    it('goes on where two have been seen side by side', async () => {
      await learn(-60);
      await deliver(morning, start('one'));
      await deliver(morning + 3 * hourMs, start('two', morning + 3 * hourMs));

      expect(await standing(cloud, 'alice', 'one')).toMatchObject({
        state: 'open',
        isListed: true,
      });
    }, 60_000);

    it('goes on where nothing is known of the gateway, or it is on another one', async () => {
      await deliver(morning, start('one'));
      const next = morning + 3 * hourMs;
      await deliver(next, start('two', next));
      await deliver(next, eventOf({ gateway: 'other', sessionId: 'three', address, at: next }));

      expect(await standing(cloud, 'alice', 'one')).toMatchObject({
        state: 'open',
        isListed: true,
      });
    });

    it('is open after all when it is heard of again', async () => {
      await learn(20);
      await deliver(morning, start('one'));
      const next = morning + 3 * hourMs;
      await deliver(next, start('two', next));
      const at = next + hourMs;
      const heard = eventOf({
        kind: 'interim',
        gateway,
        sessionId: 'one',
        address,
        at,
        seconds: 14_400,
      });
      await deliver(at, heard);

      expect(await standing(cloud, 'alice', 'one')).toMatchObject({
        state: 'open',
        lastSeen: iso(at),
        isListed: true,
      });
    }, 60_000);
  });
});
