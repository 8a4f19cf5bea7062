// Judgements that rested on what was not so: a Stop that came late, a Start out of order, a gateway
// that restarted. In the end a detection says what the facts say, whatever came first.

import fc from 'fast-check';
import type { AccountingEvent } from '../../domain/accounting-event.ts';
import { mergeDetections } from '../../domain/detect/alert.ts';
import { type Detection, isWithdrawn } from '../../domain/detection.ts';
import { processEvents } from '../../domain/process/process-events.ts';
import { eventOf, hourMs, minuteMs, morning } from '../support/events.ts';
import { dayMs, london, makeOrganization, ordinaryDays, tokyo } from '../support/life.ts';

const nextTown = '2.125.160.216';
const lyon = '86.208.1.1';
const begin = morning + dayMs;
const change = begin + 60 * minuteMs;

type Options = Parameters<typeof eventOf>[0];

/** A session from home without device, then another one from elsewhere an hour later. */
const homeStart = (options: Options = {}) =>
  eventOf({ sessionId: 'home', address: london, at: begin, ...options });
const homeStop = (at: number, options: Options = {}) =>
  homeStart({ kind: 'stop', at, seconds: (at - begin) / 1000, ...options });
const nextStart = (address: string, options: Options = {}) =>
  eventOf({ sessionId: 'next', address, at: change, ...options });

/** What stands in the end, and all that was published. */
async function outcomeOf(events: readonly AccountingEvent[], days = {}) {
  const organization = await settled(days);
  const said: Detection[] = [];
  const { mergeDetection } = organization.ports.users;
  const users = {
    ...organization.ports.users,
    mergeDetection: async (detection: Detection) => {
      said.push(detection);
      await mergeDetection(detection);
    },
  };
  for (const event of events) await processEvents({ ...organization.ports, users }, [event]);
  const stored = [...organization.store.detections.values()];
  return { organization, said, stored, standing: stored.filter((one) => !isWithdrawn(one)) };
}

async function settled(days: Options) {
  const organization = makeOrganization();
  await organization.play(ordinaryDays(40, { ...days, minutes: 90 } as never));
  return organization;
}

/** What readers see of a detection; what is learned may drift with the order, by a point or two. */
const seen = ({ id, severity, score }: Detection) => ({
  id,
  severity,
  tens: Math.round(score / 10),
});

describe('a line that changed, with a Stop after the next Start', () => {
  it.each([4, 60, 300])(
    'is lowered or withdrawn when the Stop says so, %i s later',
    async (late) => {
      const stop = homeStop(change + late * 1000);
      const inTime = await outcomeOf([homeStart(), nextStart(nextTown), stop]);
      const stopFirst = await outcomeOf([homeStart(), stop, nextStart(nextTown)]);

      const [first, ...later] = inTime.said;
      expect(first?.reasons.map(({ term }) => term)).toContain('overlap');
      expect(new Set(later.map(({ id, revision = 0 }) => `${id} ${revision}`))).toEqual(
        new Set([`${first?.id} 0`, `${first?.id} 1`]),
      );
      const [corrected] = inTime.stored;
      expect(corrected?.reasons.map(({ term }) => term)).not.toContain('overlap');
      expect(corrected?.correction?.reason).toContain('The session through asa-lyon since');
      expect(corrected?.correction?.reason).toContain('No longer: Another session of this user');
      expect(inTime.standing.map(seen)).toEqual(stopFirst.standing.map(seen));
    },
  );

  it('is sure when the Stop comes later than a lost line explains', async () => {
    const stop = homeStop(change + 20 * minuteMs);
    const { said, standing } = await outcomeOf([homeStart(), nextStart(nextTown), stop]);

    // Before, the gateway's sessions without Stop said how likely it was open.
    expect(said[0]?.severity).toBe('medium');
    expect(standing).toMatchObject([
      { id: said[0]?.id, severity: 'high', correction: { change: 'raised' } },
    ]);
    expect(standing[0]?.score).toBeGreaterThan(said[0]?.score ?? 100);
  });
});

describe('a journey', () => {
  it('counts from the Stop when that comes late: Lyon five hours later', async () => {
    const at = change + 5 * hourMs;
    const events = [homeStart(), nextStart(lyon, { at }), homeStop(change)];
    const { said, stored } = await outcomeOf(events);
    const inOrder = await outcomeOf([events[0], events[2], events[1]] as AccountingEvent[]);

    expect(said.length).toBeGreaterThan(0);
    const after = stored.find(({ clientAddress }) => clientAddress === lyon);
    const asKnown = inOrder.stored.find(({ clientAddress }) => clientAddress === lyon);
    expect(after?.reasons.map(({ term }) => term)).not.toContain('overlap');
    expect(isWithdrawn(after as Detection) ? undefined : after?.score).toBe(asKnown?.score);
  });

  it('is withdrawn when the gateway turns out to have restarted between', async () => {
    const restart = eventOf({
      kind: 'gateway-on',
      form: 'none',
      user: '',
      at: change - 30 * minuteMs,
    });
    const interim = nextStart(nextTown, { kind: 'interim', at: change + 60_000, seconds: 60 });
    const late = await outcomeOf([homeStart(), nextStart(nextTown), restart, interim]);
    const inOrder = await outcomeOf([homeStart(), restart, nextStart(nextTown), interim]);

    expect(late.standing.map(seen)).toEqual(inOrder.standing.map(seen));
  });

  it('is found when the earlier Start comes after the later one', async () => {
    const events = [homeStart(), nextStart(tokyo)];
    const inOrder = await outcomeOf(events);
    const reversed = await outcomeOf([...events].reverse());

    expect(inOrder.standing.map(({ severity }) => severity)).toEqual(['high']);
    expect(reversed.standing.map(({ id, severity }) => [id, severity])).toEqual(
      inOrder.standing.map(({ id, severity }) => [id, severity]),
    );
  });
});

describe('any order of records within ten minutes', () => {
  const cases: readonly (readonly [string, readonly AccountingEvent[]])[] = [
    ['a line that changed', [homeStart(), homeStop(change - 5000), nextStart(nextTown)]],
    ['a lost line', [homeStart(), nextStart(nextTown), homeStop(change + 60_000)]],
    ['two places at once', [homeStart(), nextStart(tokyo), homeStop(change + 20 * minuteMs)]],
    [
      'a line that changed twice',
      [
        homeStart(),
        homeStop(change),
        nextStart(nextTown, { at: change + 2000 }),
        nextStart(nextTown, { kind: 'stop', at: change + 60_000, seconds: 58 }),
        eventOf({ sessionId: 'third', address: lyon, at: change + 90_000 }),
      ],
    ],
  ];

  it.each(cases)('ends in the same detections: %s', async (_name, events) => {
    const standingOf = async (order: readonly AccountingEvent[]) =>
      (await outcomeOf(order)).standing.map(({ id, severity }) => `${id} ${severity}`);
    const expected = await standingOf(events);
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([...events], { minLength: events.length }),
        async (order) => {
          expect(await standingOf(order)).toEqual(expected);
        },
      ),
      { numRuns: 60 },
    );
  });
});

it('is the same over two relays, whatever order their copies come in', async () => {
  const events = [homeStart(), nextStart(nextTown), homeStop(change + 60_000)];
  const copies = events.map((event) => ({ ...event, receivedTime: event.receivedTime + 4000 }));
  const one = (await outcomeOf(events)).standing.map(seen);
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray([...events, ...copies], { minLength: 2 * events.length }),
      async (order) => {
        expect((await outcomeOf(order)).standing.map(seen)).toEqual(one);
      },
    ),
    { numRuns: 20 },
  );
});

it('stays as it is when all of it is delivered again, in any order', async () => {
  const events = [homeStart(), nextStart(nextTown), homeStop(change + 60_000)];
  const { organization, said, stored } = await outcomeOf(events);
  for (const event of [...events, ...[...events].reverse()]) {
    await processEvents(organization.ports, [event], new Set([event]));
  }
  expect([...organization.store.detections.values()]).toEqual(stored);
  // Nor does an order of writes bring back what was corrected.
  fc.assert(
    fc.property(fc.shuffledSubarray([...said, ...said], { minLength: said.length }), (writes) => {
      const all = [...writes, ...said];
      expect(all.reduce(mergeDetections)).toEqual(stored[0]);
    }),
  );
});
