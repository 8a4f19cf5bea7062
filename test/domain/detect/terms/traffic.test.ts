// A second look at a session when it has ended: did it move far more than the user's others?

import type { Detection } from '../../../../domain/detection.ts';
import { processEvents } from '../../../../domain/process/process-events.ts';
import { packProfile } from '../../../../domain/profile/profile-pack.ts';
import { unpackProfile } from '../../../../domain/profile/profile-unpack.ts';
import { usualTraffic, withTraffic } from '../../../../domain/profile/traffic.ts';
import type { Session } from '../../../../domain/session/session.ts';
import {
  type EventOptions,
  eventOf,
  hash,
  locate,
  minuteMs,
  morning,
  sessionEvents,
  settings,
} from '../../../support/events.ts';
import { dayMs, london } from '../../../support/life.ts';
import { makeMemoryStore } from '../../../support/memory-store.ts';

const boxford = '2.125.160.216';

/** Forty days of an hour and a half from home, some 40 to 70 MB to the user each. */
const usual = Array.from({ length: 40 }, (_, day) =>
  sessionEvents({
    address: london,
    device: 'LT-0412',
    minutes: 90,
    sessionId: `usual-${day}`,
    at: morning - (40 - day) * dayMs,
    octetsIn: `${5 + (day % 3)}000000`,
    octetsOut: `${40 + ((day * 7) % 30)}000000`,
  }),
).flat();

type Odd = Partial<EventOptions> & { readonly minutes?: number };

/** The detection of one more session, a little odd by itself, before and after its Stop. */
async function detectionsOf(
  { minutes = 60, ...stop }: Odd,
  before = usual,
): Promise<{ readonly atStart: Detection | undefined; readonly atStop: Detection | undefined }> {
  const store = makeMemoryStore();
  const { users, gateways } = store;
  const ports = { users, gateways, locate, settings, hash };
  const odd = { sessionId: 'odd', address: boxford, device: 'LT-0412', ...stop };
  const first = (): Detection | undefined => [...store.detections.values()][0];
  await processEvents(ports, [...before, eventOf({ ...odd, octetsIn: '', octetsOut: '' })]);
  const atStart = first();
  await processEvents(ports, [
    eventOf({ ...odd, kind: 'stop', at: morning + minutes * minuteMs, seconds: minutes * 60 }),
  ]);
  return { atStart, atStop: first() };
}

describe('the traffic of a session', () => {
  it('raises a detection when it is far above what is usual, and says by how much', async () => {
    const kali = { device: 'KALI', octetsOut: '9000000000' };
    const { atStart, atStop } = await detectionsOf(kali);

    const reason = atStop?.reasons.find(({ term }) => term === 'traffic');
    expect(atStart?.reasons.some(({ term }) => term === 'traffic')).toBe(false);
    expect(reason?.text).toMatch(
      /^Received 9\.0 GB, \d+ times what this user usually does in that time \(the middle of 12 /,
    );
    expect(reason?.weight).toBe(2);
    expect(atStop?.score).toBeGreaterThan(atStart?.score ?? 100);
    expect(atStop?.correction).toMatchObject({ change: 'raised' });
    expect(atStop?.correction?.reason).toContain('Now: Received 9.0 GB');
    expect(atStop?.id).toBe(atStart?.id);
  });

  it('is told of the upload where that is the odd one', async () => {
    const { atStop } = await detectionsOf({ device: 'KALI', octetsIn: '4000000000' });
    const reason = atStop?.reasons.find(({ term }) => term === 'traffic');
    expect(reason?.text).toMatch(/^Sent 4\.0 GB, /);
  });

  it.each([
    ['as usual', { octetsOut: '50000000' }],
    ['little', { octetsOut: '1000' }],
    ['as much in proportion, in a long session', { octetsOut: '400000000', minutes: 720 }],
    ['nothing that was told', {}],
  ])('says nothing of a session that moved %s', async (_, stop) => {
    const { atStart, atStop } = await detectionsOf({ device: 'KALI', ...stop });
    expect(atStop?.reasons.some(({ term }) => term === 'traffic')).toBe(false);
    expect(atStop?.score).toBe(atStart?.score);
  });

  it('says nothing of a user whose gateway tells no octets', async () => {
    const silent = usual.map(({ session, ...event }) => {
      const { octetsIn: _, octetsOut: __, ...rest } = session;
      return { ...event, session: rest };
    });
    const { atStop } = await detectionsOf({ device: 'KALI', octetsOut: '9000000000' }, silent);
    expect(atStop?.reasons.some(({ term }) => term === 'traffic')).toBe(false);
  });

  it("says nothing of a way in which the user's sessions moved nothing", async () => {
    const idle = usual.map((event) => ({
      ...event,
      session: { ...event.session, octetsIn: '0' },
    }));
    const odd = { device: 'KALI', octetsIn: '4000000000' };
    const { atStop } = await detectionsOf(odd, idle);
    expect(atStop?.reasons.some(({ term }) => term === 'traffic')).toBe(false);
    const both = await detectionsOf({ ...odd, octetsOut: '9000000000' }, idle);
    expect(both.atStop?.reasons.find(({ term }) => term === 'traffic')?.text).toMatch(/^Received/);
  });

  it('alone is no detection', async () => {
    const { atStop } = await detectionsOf({ address: london, octetsOut: '900000000000' });
    expect(atStop).toBeUndefined();
  });
});

describe('what is usual of traffic', () => {
  const session = (day: number, megabytes: number): Session =>
    ({
      startedAt: morning + day * dayMs,
      stoppedAt: morning + day * dayMs + 60 * minuteMs,
      octetsOut: `${megabytes}000000`,
    }) as Session;

  it('is the middle of the last sessions, in any order and however often they are told', () => {
    const all = Array.from({ length: 20 }, (_, day) => session(day, day === 15 ? 90_000 : 50));
    const forward = withTraffic([], all);
    const backward = all.toReversed().reduce((known, one) => withTraffic(known, [one]), forward);
    const later = morning + 30 * dayMs;

    expect(forward).toHaveLength(13);
    expect(backward).toEqual(forward);
    expect(all.reduce((known, one) => withTraffic(known, [one]), withTraffic([], []))).toEqual(
      forward,
    );
    // Of the way up nothing was told: nothing is usual of it.
    expect(usualTraffic(forward, later)).toEqual({
      down: { sessions: 12, middle: expect.any(Number), spread: 0 },
    });
    // A Stop of the last hour may be on its way in another order of records: it is not asked.
    const seven = withTraffic([], all.slice(0, 7));
    const eighth = session(8, 50);
    const soon = (eighth.stoppedAt ?? 0) + 59 * minuteMs;
    const eight = withTraffic(seven, [eighth]);
    expect(usualTraffic(eight, soon)).toBeUndefined();
    expect(usualTraffic(eight, soon + minuteMs)).toMatchObject({ down: { sessions: 8 } });
    // Of what came later nothing was known then.
    expect(usualTraffic(forward, morning + 12 * dayMs)).toBeUndefined();
  });

  it('costs five octets a session in the stored profile', async () => {
    const store = makeMemoryStore();
    const { users, gateways } = store;
    await processEvents({ users, gateways, locate, settings, hash }, usual);
    const profile = store.profileOf('alice');
    if (!profile?.traffic) throw new Error('nothing was learned of traffic');
    const { traffic, ...without } = profile;
    const bytes = packProfile(profile);

    expect(unpackProfile('alice', bytes).traffic).toEqual(traffic);
    expect(bytes.length - packProfile(without).length).toBeLessThanOrEqual(5 * 13 + 4);
  });
});
