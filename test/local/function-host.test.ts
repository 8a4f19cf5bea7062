// The event source mapping keeps Lambda's contract with a queue.

import type { SQSEvent } from 'aws-lambda';
import fc from 'fast-check';
import { readBatchResponse } from '../../local/batch-response.ts';
import { systemClock } from '../../local/clock.ts';
import {
  type Chaos,
  FunctionHost,
  type FunctionHostOptions,
  type InvocationReport,
} from '../../local/function-host.ts';
import { makeLocalFunction } from '../../local/local-function.ts';
import { LocalQueue } from '../../local/queue/queue.ts';
import { runs } from '../support/property-runs.ts';
import { until } from '../support/until.ts';
import { manualClock } from './manual-clock.ts';
import { tempDir } from './temp-dir.ts';

const path = tempDir();
const ends: (() => Promise<void>)[] = [];
let files = 0;

type Handler = (event: SQSEvent) => Promise<unknown>;

async function startHost(
  handler: Handler,
  options: Partial<FunctionHostOptions> & { readonly timeoutMs?: number } = {},
) {
  const { timeoutMs = 60_000 } = options;
  const manual = manualClock();
  const clock = options.clock ?? manual;
  files += 1;
  const queue = await LocalQueue.open({ path: path(`${files}.log`), clock, maxReceiveCount: 5 });
  const reports: InvocationReport[] = [];
  const start = () =>
    new FunctionHost({
      ...options,
      queue,
      clock,
      function: makeLocalFunction({ name: 'process', handler, timeoutMs, clock }),
      onInvocation: (report) => reports.push(report),
    });
  return { queue, clock: manual, reports, start };
}

function running(host: FunctionHost, queue: LocalQueue): FunctionHost {
  ends.push(async () => {
    await host.stop();
    await queue.close();
  });
  return host;
}

const bodiesOf = (event: SQSEvent) => event.Records.map((record) => record.body);

afterAll(async () => {
  for (const end of ends) await end();
});

describe('the function host', () => {
  it('delivers records as Lambda shapes them and deletes what succeeded', async () => {
    const events: SQSEvent[] = [];
    const { queue, clock, start } = await startHost(async (event) => {
      events.push(event);
    });
    const { messageId, md5OfBody } = await queue.send({ body: 'a', attributes: { relay: 'r1' } });

    await running(start(), queue).idle();

    expect(events).toEqual([
      {
        Records: [
          {
            messageId,
            md5OfBody,
            receiptHandle: expect.any(String),
            body: 'a',
            attributes: {
              ApproximateReceiveCount: '1',
              SentTimestamp: String(clock.now()),
              SenderId: expect.any(String),
              ApproximateFirstReceiveTimestamp: String(clock.now()),
            },
            messageAttributes: {
              relay: {
                stringValue: 'r1',
                dataType: 'String',
                stringListValues: [],
                binaryListValues: [],
              },
            },
            eventSource: 'aws:sqs',
            eventSourceARN: expect.stringMatching(/^arn:aws:sqs:/),
            awsRegion: expect.any(String),
          },
        ],
      },
    ]);
    expect(queue.counts()).toEqual({ visible: 0, inFlight: 0, dead: 0 });
  });

  it('takes at most ten messages at once and runs several batches side by side', async () => {
    const sizes: number[] = [];
    let open = 0;
    let openMax = 0;
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { queue, start } = await startHost(
      async (event) => {
        sizes.push(event.Records.length);
        open += 1;
        openMax = Math.max(openMax, open);
        await gate;
        open -= 1;
      },
      { concurrency: 2 },
    );
    await Promise.all(Array.from({ length: 25 }, (_, n) => queue.send({ body: `${n}` })));

    const host = running(start(), queue);
    await until(() => open === 2, 'two invocations are under way', 5_000);
    release();
    await host.idle();

    expect(sizes.sort((a, b) => b - a)).toEqual([10, 10, 5]);
    expect(openMax).toBe(2);
  });

  it('brings back exactly the messages that the answer names', async () => {
    const seen: string[][] = [];
    const { queue, clock, reports, start } = await startHost(async (event) => {
      seen.push(bodiesOf(event));
      const failed = event.Records.filter((record) => record.body === 'b' && seen.length === 1);
      return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
    });
    for (const body of ['a', 'b', 'c']) await queue.send({ body });

    const host = running(start(), queue);
    await until(() => queue.counts().inFlight === 1, 'a message is in flight', 5_000);
    await clock.advance(1_000);
    await host.idle();

    expect(seen).toEqual([['a', 'b', 'c'], ['b']]);
    expect(reports.map((report) => report.outcome)).toEqual(['partial', 'done']);
  });

  it.each([
    ['throws', 'failed'],
    ['takes longer than its time limit', 'timed-out'],
    ['names a message it was not given', 'malformed-answer'],
  ])('deletes nothing when the function %s', async (fault, outcome) => {
    let calls = 0;
    const { queue, clock, reports, start } = await startHost(
      async () => {
        calls += 1;
        if (calls > 1) return null;
        if (fault === 'throws') throw new Error('boom');
        if (fault.startsWith('names')) return { batchItemFailures: [{ itemIdentifier: 'x' }] };
        return new Promise(() => {});
      },
      { timeoutMs: 3_000 },
    );
    for (const body of ['a', 'b']) await queue.send({ body });

    const host = running(start(), queue);
    await until(() => calls === 1, 'the function is called', 5_000);
    if (outcome === 'timed-out') await clock.advance(3_000);
    await until(() => reports.length === 1, 'an invocation is reported', 5_000);
    expect(queue.counts()).toEqual({ visible: 0, inFlight: 2, dead: 0 });
    await clock.advance(1_000);
    await host.idle();

    expect(reports).toMatchObject([
      { outcome, messages: 2, failed: 2 },
      { outcome: 'done', messages: 2, failed: 0 },
    ]);
  });

  it('lets a failing message wait twice as long each time until it is a dead letter', async () => {
    const times: number[] = [];
    const { queue, clock, reports, start } = await startHost(
      async () => {
        times.push(clock.now());
        throw new Error('always');
      },
      { backoff: { startMs: 1_000, maxMs: 4_000 } },
    );
    await queue.send({ body: 'poison' });

    const host = running(start(), queue);
    const idle = host.idle();
    for (let call = 1; call <= 5; call += 1) {
      await host.settled();
      expect(reports).toHaveLength(call);
      await clock.advance([1_000, 2_000, 4_000, 4_000, 4_000][call - 1] ?? 0);
    }
    await idle;

    const gaps = times.slice(1).map((time, i) => time - (times[i] ?? 0));
    expect(gaps).toEqual([1_000, 2_000, 4_000, 4_000]);
    expect(queue.counts()).toEqual({ visible: 0, inFlight: 0, dead: 1 });
  });

  it('passes nothing but JSON, in both directions', async () => {
    let isSame = true;
    const answer = { batchItemFailures: new Map() };
    const inner = makeLocalFunction<{ at: unknown }>({
      name: 'f',
      timeoutMs: 1_000,
      clock: systemClock,
      handler: async (event) => {
        isSame = event.at instanceof Date;
        return answer;
      },
    });

    const result = await inner({ at: new Date(0) });

    expect(isSame).toBe(false);
    expect(result).toEqual({ batchItemFailures: {} });
    expect(result).not.toBe(answer);
  });

  it('tells a function its name and the time that is left', async () => {
    const clock = manualClock();
    const inner = makeLocalFunction<null>({
      name: 'locate',
      timeoutMs: 1_000,
      clock,
      handler: async (_event, context) => {
        await clock.advance(400);
        return [context.functionName, context.getRemainingTimeInMillis()];
      },
    });

    expect(await inner(null)).toEqual(['locate', 600]);
  });

  it('stops after the running invocation and leaves the rest for the next start', async () => {
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const done: string[] = [];
    let calls = 0;
    const { queue, start } = await startHost(
      async (event) => {
        calls += 1;
        await gate;
        done.push(...bodiesOf(event));
      },
      { concurrency: 2, batchSize: 1 },
    );
    for (const body of ['a', 'b', 'c']) await queue.send({ body });

    const host = start();
    await until(() => calls === 2, 'the function is called 2 times', 5_000);
    const stopped = host.stop();
    release();
    await stopped;

    expect(done).toEqual(['a', 'b']);
    expect(queue.counts()).toEqual({ visible: 1, inFlight: 0, dead: 0 });
    await queue.close();
  });

  it('says when the queue has failed instead of polling on', async () => {
    const { queue, start } = await startHost(async () => null);
    await queue.send({ body: 'a' });
    await queue.close();

    const host = start();
    await host.stop();

    await expect(host.failed).rejects.toMatchObject({ code: 'QUEUE_CLOSED' });
  });

  it('does every message at least once under duplicates, reordering and crashes', async () => {
    let seed = 7;
    const random = () => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return seed / 2 ** 31;
    };
    const chaos: Chaos = {
      arrange: (batch) => {
        const shuffled = [...batch].sort(() => random() - 0.5);
        return random() < 0.3 ? [shuffled, [...shuffled].reverse()] : [shuffled];
      },
      dies: () => random() < 0.2,
    };
    const deliveries = new Map<string, number>();
    const { queue, reports, start } = await startHost(
      async (event) => {
        for (const body of bodiesOf(event)) deliveries.set(body, (deliveries.get(body) ?? 0) + 1);
      },
      { clock: systemClock, chaos, backoff: { startMs: 1, maxMs: 1 } },
    );
    const bodies = Array.from({ length: 200 }, (_, n) => `${n}`);
    await Promise.all(bodies.map((body) => queue.send({ body })));

    await running(start(), queue).idle();

    const dead = queue.deadLetters().map((letter) => letter.body);
    expect(new Set([...deliveries.keys(), ...dead])).toEqual(new Set(bodies));
    expect([...deliveries.values()].some((count) => count > 1)).toBe(true);
    expect(reports.some((report) => report.outcome === 'failed')).toBe(true);
  });
});

describe('a batch that is settled', () => {
  /** A call that waits until it is let go; `fail` lets it go with an error. */
  function gates() {
    const waiting: { readonly open: () => void; readonly fail: () => void }[] = [];
    const call = () =>
      new Promise<void>((open, reject) => {
        waiting.push({ open, fail: () => reject(new Error('EIO')) });
      });
    return { waiting, call };
  }

  async function startGated() {
    const sync = gates();
    const seen: string[][] = [];
    const started = await startHost(async (event) => void seen.push(bodiesOf(event)), {
      batchSize: 1,
      beforeDelete: sync.call,
    });
    for (const body of ['a', 'b', 'c', 'd']) await started.queue.send({ body });
    return { ...started, seen, syncs: sync.waiting };
  }

  it('lets one more invocation begin, in order, and is deleted when it is durable', async () => {
    const { queue, start, seen, syncs } = await startGated();
    const host = running(start(), queue);
    let isIdle = false;
    let isSettled = false;
    const idle = host.idle().then(() => (isIdle = true));
    const settled = host.settled().then(() => (isSettled = true));

    await until(() => seen.length === 2, 'the second is invoked', 5_000);
    await queue.flushed();
    await new Promise((resolve) => setImmediate(resolve));
    expect(seen).toEqual([['a'], ['b']]);
    expect(syncs).toHaveLength(1);
    expect(queue.counts()).toEqual({ visible: 2, inFlight: 2, dead: 0 });
    expect([isIdle, isSettled]).toEqual([false, false]);

    for (let at = 0; at < 4; at += 1) {
      await until(() => syncs.length > at, `sync ${at} is asked for`, 5_000);
      syncs[at]?.open();
    }
    await Promise.all([idle, settled]);
    expect(seen).toEqual([['a'], ['b'], ['c'], ['d']]);
    expect(queue.counts()).toEqual({ visible: 0, inFlight: 0, dead: 0 });
  });

  it('is awaited by whoever stops the host', async () => {
    const { queue, start, seen, syncs } = await startGated();
    const host = start();
    await until(() => seen.length === 2, 'the second is invoked', 5_000);

    let isStopped = false;
    const stopped = host.stop().then(() => (isStopped = true));
    syncs[0]?.open();
    await until(() => syncs.length === 2, 'the second is to be durable', 5_000);
    await queue.flushed();
    expect(isStopped).toBe(false);
    syncs[1]?.open();
    await stopped;

    expect(seen).toEqual([['a'], ['b']]);
    expect(queue.counts()).toEqual({ visible: 2, inFlight: 0, dead: 0 });
    await queue.close();
  });

  it('ends the host when it could not be made durable: all comes again to the next', async () => {
    const { queue, start, seen, syncs, clock } = await startGated();
    const first = start();
    const idle = first.idle();
    await until(() => seen.length === 2, 'the second is invoked', 5_000);

    syncs[0]?.fail();
    await expect(idle).rejects.toThrow('EIO');
    await first.stop();
    expect(seen).toEqual([['a'], ['b']]);
    expect(queue.counts()).toMatchObject({ visible: 2, inFlight: 2 });
    const known = syncs.length;
    await clock.advance(1_000);
    const host = running(start(), queue);
    for (let at = known; at < known + 4; at += 1) {
      await until(() => syncs.length > at, `sync ${at} is asked for`, 5_000);
      syncs[at]?.open();
    }
    await host.idle();

    expect(
      seen
        .slice(2)
        .map(([body]) => body)
        .sort(),
    ).toEqual(['a', 'b', 'c', 'd']);
  });

  it('is durable whenever it is gone, whatever syncs fail and invocations die', async () => {
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.nat(9)), fc.integer({ min: 1, max: 3 }), holdsUnder),
      { numRuns: runs(60) },
    );
  });

  /** A disk that syncs one after the other; a failed one forgets all that none has reached. */
  async function holdsUnder(dice: Iterator<number>, concurrency: number): Promise<void> {
    const roll = (): number => dice.next().value ?? 9;
    const durable = new Set<string>();
    let written: string[] = [];
    const turns = async (count: number): Promise<void> => {
      for (let at = 0; at < count; at += 1) await new Promise((resolve) => setImmediate(resolve));
    };
    const sync = async (): Promise<void> => {
      const reached = written;
      written = [];
      await turns(roll() % 4);
      if (roll() < 3) {
        written = [];
        throw new Error('EIO');
      }
      for (const body of reached) durable.add(body);
    };
    let syncing = Promise.resolve();
    const { queue, start } = await startHost(
      async (event) => {
        for (const body of bodiesOf(event)) {
          written.push(body);
          await turns(roll() % 3);
        }
      },
      {
        clock: systemClock,
        concurrency,
        batchSize: 2,
        backoff: { startMs: 0, maxMs: 0 },
        chaos: { dies: () => roll() === 0 },
        beforeDelete: () => {
          syncing = syncing.catch(() => undefined).then(sync);
          return syncing;
        },
      },
    );
    const bodies = Array.from({ length: 12 }, (_, n) => `${n}`);
    await Promise.all(bodies.map((body) => queue.send({ body })));
    // Whoever starts again after a failure finds the disk as it was made durable.
    for (let isDone = false; !isDone; ) {
      const host = start();
      isDone = await host.idle().then(
        () => true,
        () => false,
      );
      await host.stop();
    }

    const dead = queue.deadLetters().map(({ body }) => body);
    expect(bodies.filter((body) => !durable.has(body) && !dead.includes(body))).toEqual([]);
    await queue.close();
  }
});

describe('a batch answer', () => {
  const ids = ['a', 'b'];
  const read = (answer: unknown) => {
    const { failedIds, isMalformed } = readBatchResponse(answer, ids);
    return isMalformed ? 'malformed' : [...failedIds];
  };

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['an empty object', {}],
    ['a null list', { batchItemFailures: null }],
    ['an empty list', { batchItemFailures: [] }],
  ])('of %s means that all succeeded', (_what, answer) => {
    expect(read(answer)).toEqual([]);
  });

  it('with known identifiers means that these failed', () => {
    expect(read({ batchItemFailures: [{ itemIdentifier: 'b' }] })).toEqual(['b']);
  });

  it.each([
    ['a text', 'ok'],
    ['a list', []],
    ['a list that is none', { batchItemFailures: 'a' }],
    ['an empty identifier', { batchItemFailures: [{ itemIdentifier: '' }] }],
    ['a missing identifier', { batchItemFailures: [{ id: 'a' }] }],
    ['a null failure', { batchItemFailures: [null] }],
    [
      'one unknown identifier',
      { batchItemFailures: [{ itemIdentifier: 'a' }, { itemIdentifier: 'c' }] },
    ],
  ])('of %s means that all failed', (_what, answer) => {
    expect(read(answer)).toBe('malformed');
    expect([...readBatchResponse(answer, ids).failedIds]).toEqual(ids);
  });
});

describe('a batching window', () => {
  const window = () => ({ waitMs: 0, batchSizeMax: 40 });
  const quick = async () => ({ batchItemFailures: [] });

  async function sizesOf(handler: Handler, options: Partial<FunctionHostOptions>) {
    const sizes: number[] = [];
    const counted: Handler = async (event) => {
      sizes.push(event.Records.length);
      return handler(event);
    };
    const { queue, start, clock } = await startHost(counted, { ...options, timeoutMs: 600_000 });
    for (let at = 0; at < 75; at += 1) await queue.send({ body: `m${at}` });
    return { sizes, queue, start, clock };
  }

  it('lets batches grow while they are quick, in the order of the queue', async () => {
    const { sizes, queue, start } = await sizesOf(quick, { window });
    const host = running(start(), queue);
    await host.idle();

    expect(sizes).toEqual([10, 20, 40, 5]);
  });

  it('lets them shrink again when they are slow, and not below their size', async () => {
    const turned: { turn: () => Promise<void> } = { turn: async () => undefined };
    let calls = 0;
    const slow: Handler = async () => {
      calls += 1;
      if (calls >= 3) await turned.turn();
      return { batchItemFailures: [] };
    };
    const { sizes, queue, start, clock } = await sizesOf(slow, { window });
    turned.turn = () => clock.advance(19_000);
    for (let at = 0; at < 20; at += 1) await queue.send({ body: `more${at}` });
    await running(start(), queue).idle();

    expect(sizes).toEqual([10, 20, 40, 20, 5]);
  });

  it('is none: ten at a time', async () => {
    const { sizes, queue, start } = await sizesOf(quick, { window: () => undefined });
    await running(start(), queue).idle();

    expect(sizes).toEqual([10, 10, 10, 10, 10, 10, 10, 5]);
  });
});
