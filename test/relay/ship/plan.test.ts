// Which records go next, and when after a failure: without network, without waiting.

import fc from 'fast-check';
import { pauseDefaults, ShipPause } from '../../../relay/ship/backoff.ts';
import { ShipPlan } from '../../../relay/ship/plan.ts';

describe('the plan of what to ship', () => {
  it('hands out every position once, in whatever order records come and batches end', () => {
    const step = fc.oneof(
      fc.record({ arrive: fc.integer({ min: 1, max: 500 }) }),
      fc.record({ take: fc.integer({ min: 1, max: 50 }), isFlushDue: fc.boolean() }),
      fc.constant({ done: true }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const plan = new ShipPlan({ position: 10, ahead: [{ first: 21, last: 30 }] }, 100);
        let durable = 10;
        const taken: number[] = [];
        const take = (count: number, isFlushDue: boolean) => {
          const span = plan.take({ durable, count, isFlushDue, freshMax: 2 });
          if (!span) return false;
          for (let at = span.first; at <= span.last; at += 1) taken.push(at);
          return true;
        };
        for (const each of steps) {
          if ('arrive' in each) durable += each.arrive;
          else if ('take' in each) take(each.take, each.isFlushDue);
          else plan.freshDone();
        }
        durable = Math.max(durable, 30);
        for (let rounds = 0; take(40, true) || rounds < 10; rounds += 1) plan.freshDone();

        const expected = Array.from({ length: durable - 10 }, (_, at) => 11 + at);
        expect(taken.sort((a, b) => a - b)).toEqual(
          expected.filter((position) => position < 21 || position > 30),
        );
        expect(plan.waiting(durable)).toBe(0);
      }),
    );
  });

  it('waits for a full batch of fresh records until the flush is due', () => {
    const plan = new ShipPlan({ position: 0, ahead: [] }, 1000);
    const take = (durable: number, isFlushDue: boolean) =>
      plan.take({ durable, count: 100, isFlushDue, freshMax: 2 });

    expect(take(99, false)).toBeUndefined();
    expect(take(99, true)).toEqual({ first: 1, last: 99, isFresh: true });
    expect(take(199, false)).toEqual({ first: 100, last: 199, isFresh: true });
  });

  it('sends the newest records beside a backlog, and the backlog in order', () => {
    const plan = new ShipPlan({ position: 0, ahead: [] }, 1000);
    const take = (durable: number) =>
      plan.take({ durable, count: 100, isFlushDue: true, freshMax: 1 });

    expect(take(5000)).toEqual({ first: 1, last: 100, isFresh: false });
    expect(take(5040)).toEqual({ first: 5001, last: 5040, isFresh: true });
    // One fresh batch is under way already: the other slots drain the backlog.
    expect(take(5050)).toEqual({ first: 101, last: 200, isFresh: false });
    plan.freshDone();
    expect(take(5050)).toEqual({ first: 5041, last: 5050, isFresh: true });
    expect(plan.waiting(5050)).toBe(4800);
  });
});

describe('the pause after failures', () => {
  const later = { kind: 'later', message: 'the cloud answered 503' } as const;
  const refused = { kind: 'key-refused', message: 'the key is refused' } as const;
  const makePause = (random: number) => {
    const waits: number[] = [];
    const wait = (ms: number) => {
      waits.push(ms);
      return Promise.resolve();
    };
    const pause = new ShipPause({ times: pauseDefaults, now: () => 0, random: () => random, wait });
    return { pause, waits };
  };

  it('doubles the bound of the random delay up to a minute, and to five for a refused key', () => {
    const { pause } = makePause(0.999999);
    const slot = {};
    const delays = Array.from({ length: 12 }, () => Math.round(pause.failed(slot, later)));
    const refusals = Array.from({ length: 3 }, () => Math.round(pause.failed(slot, refused)));

    expect(delays.slice(0, 4)).toEqual([500, 1000, 2000, 4000]);
    expect(delays.at(-1)).toBe(60_000);
    expect(refusals.at(-1)).toBe(300_000);
  });

  it('may try at once, but not before Retry-After and not with a refused key', () => {
    expect(makePause(0).pause.failed({}, later)).toBe(0);
    expect(makePause(0).pause.failed({}, { ...later, retryAfterMs: 5000 })).toBe(5000);
    expect(makePause(0).pause.failed({}, { ...later, retryAfterMs: 1e12 })).toBe(3_600_000);
    expect(makePause(0).pause.failed({}, refused)).toBe(7500);
  });

  it('counts batches that fail together once, lets one probe and then all', async () => {
    const { pause, waits } = makePause(0.5);
    const [first, second] = [{}, {}];
    pause.failed(first, later);
    pause.failed(second, later);
    expect(pause.failures).toBe(1);

    let isSecondFree = false;
    const second2 = pause.turn(second).then(() => {
      isSecondFree = true;
    });
    await pause.turn(first);
    expect(waits).toEqual([250]);
    expect(isSecondFree).toBe(false);
    expect(pause.succeeded()).toBe(true);
    await second2;
    expect(pause.message).toBeUndefined();
  });

  it('lets another probe when the first has trouble of its own', async () => {
    const { pause } = makePause(0.5);
    const [first, second] = [{}, {}];
    pause.failed(first, later);
    const turn = pause.turn(second);

    pause.yieldTurn(first);

    await expect(turn).resolves.toBeUndefined();
  });
});
