// The shipper before a real HTTP server: what it does with each answer of the cloud.

import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { manualClock } from '../../local/manual-clock.ts';
import type { ShippingBench } from '../../support/journal-cloud.ts';
import {
  acceptAll,
  checkSeal,
  makeShippingBench,
  unawaitedGateway,
} from '../../support/journal-cloud.ts';
import { appendAll, sampleRecord } from '../../support/journal-samples.ts';
import { until } from '../../support/until.ts';

let bench: ShippingBench;

/** A record that arrived just now. */
const fresh = (number: number) => ({ ...sampleRecord(number), receivedTime: Date.now() });
const unawaited = (number: number) => ({ ...fresh(number), gatewayId: unawaitedGateway });
const numbers = (count: number, from = 1) => Array.from({ length: count }, (_, at) => from + at);

async function append(count: number, from = 1): Promise<void> {
  await appendAll(bench.journal, numbers(count, from).map(fresh));
}

/** Waits until the shipper says that something is wrong. */
const trouble = () =>
  until(() => bench.shipper().status().trouble !== undefined, 'the shipper is in trouble', 8_000);

beforeEach(async () => {
  bench = await makeShippingBench();
});

afterEach(() => bench.close());

describe('shipping', () => {
  it('brings every record to the cloud once, in sealed batches', async () => {
    await bench.start();
    await append(3);
    await bench.shippedTo(3);
    await append(700, 4);
    await bench.shippedTo(703);

    expect(bench.cloud.positions()).toEqual(numbers(703));
    const [first] = bench.cloud.requests;
    expect(first?.headers.connection).toBe('keep-alive');
    expect(first && (await checkSeal(first, bench.cloud.url))).toMatchObject({ ok: true });
    expect(bench.cloud.requests.length).toBeLessThan(6);
  });

  it('sends what waits after the flush time, and a full batch without waiting for it', async () => {
    const clock = manualClock(Date.now());
    await bench.start({ flushAfterMs: 60_000 }, clock);
    await append(499);
    await append(1, 500);
    await bench.shippedTo(500);
    // All at once, in as many bodies as the size target wants.
    const full = bench.cloud.requests.length;
    expect(full).toBeLessThan(3);

    await append(2, 501);
    await clock.advance(59_999);
    await append(2, 503);
    await clock.advance(1);
    await bench.shippedTo(504);

    expect(bench.cloud.requests).toHaveLength(full + 1);
  });

  it('lets what nobody waits for wait ten times as long, or go along with a Start', async () => {
    const clock = manualClock(Date.now());
    await bench.start({ flushAfterMs: 2_000 }, clock);
    await appendAll(bench.journal, [1, 2].map(unawaited));
    await clock.advance(19_999);
    expect(bench.cloud.requests).toEqual([]);
    await clock.advance(1);
    await bench.shippedTo(2);

    await appendAll(bench.journal, [3, 4].map(unawaited));
    await clock.advance(9_000);
    await append(1, 5);
    await clock.advance(1_999);
    expect(bench.cloud.requests).toHaveLength(1);
    await clock.advance(1);
    await bench.shippedTo(5);

    expect(bench.cloud.requests).toHaveLength(2);
    expect(bench.cloud.positions()).toEqual(numbers(5));
  });

  it('goes on where it stopped after a restart, in a new epoch', async () => {
    await bench.start();
    await append(10);
    await bench.shippedTo(10);
    await bench.shipper().stop();
    await append(10, 11);

    await bench.start();
    await bench.shippedTo(20);

    expect(bench.cloud.positions()).toEqual(numbers(20));
    expect(bench.cloud.requests.map(({ batch }) => batch.epoch)).toEqual([1, 2]);
  });

  it.each([
    ['429', { status: 429 }],
    ['500', { status: 500 }],
    ['503', { status: 503, code: 'unavailable' }],
    ['404', { status: 404 }],
    ['a redirect', { status: 302, headers: { location: 'https://elsewhere.example/' } }],
    ['a plain 200', { status: 200 }],
  ])('tries the same batch again after %s and loses nothing', async (_name, answer) => {
    bench.cloud.answer = (_request, index) => (index < 3 ? answer : acceptAll());
    await append(20);
    await bench.start();
    await bench.shippedTo(20);

    const ids = bench.cloud.requests.map(({ headers }) => headers['wherefrom-batch']);
    expect(new Set(ids)).toEqual(new Set(['relay-1.1.1']));
    expect(bench.cloud.positions()).toEqual(numbers(20));
    expect(bench.logs.join('\n')).toMatch(/shipping-failed.*\n.*shipping-again/);
  });

  it('tries again when the connection is cut or the answer does not come', async () => {
    bench.cloud.answer = (_request, index) => (index < 2 ? 'cut' : acceptAll());
    await append(5);
    await bench.start();
    await bench.shippedTo(5);

    expect(bench.cloud.positions()).toEqual(numbers(5));
  });

  it('waits at least as long as Retry-After says', async () => {
    bench.cloud.answer = (_request, index) =>
      index === 0 ? { status: 503, headers: { 'retry-after': '1' } } : acceptAll();
    await append(5);
    const clock = manualClock(Date.now());
    const started = clock.now();
    await bench.start({}, clock);
    await trouble();
    await clock.advance(999);
    const before = bench.cloud.requests.length;
    await clock.advance(10);
    await bench.shippedTo(5);

    expect(before).toBe(1);
    expect(bench.shipper().status().lastAcceptedTime).toBeGreaterThanOrEqual(started + 1000);
  });

  it('sends one request at a time while the cloud is out of order', async () => {
    bench.cloud.answer = () => ({ status: 503 });
    await append(2000);
    const clock = manualClock(Date.now());
    await bench.start({ retryMs: 20, retryMsMax: 20 }, clock);
    const sent = (): number => bench.cloud.requests.length;
    for (let tries = 1; tries <= 5; tries += 1) {
      await until(() => bench.shipper().status().failures >= tries, `failure ${tries} is known`);
      const before = sent();
      await clock.advance(20);
      await until(() => sent() > before, `try ${tries} is made`);
    }
    const during = sent();
    bench.cloud.answer = acceptAll;
    await until(() => bench.shipper().status().failures >= 6, 'the last failure is known');
    await clock.advance(20);
    await bench.shippedTo(2000);

    // Four under way when it failed, at most, then one a pause.
    expect(during).toBeLessThanOrEqual(4 + 5);
    expect(bench.cloud.positions()).toEqual(numbers(2000));
  });

  it('keeps everything and says why when its key is refused', async () => {
    bench.cloud.answer = () => ({
      status: 401,
      code: 'unknown-key',
      headers: { date: new Date(Date.now() + 900_000).toUTCString() },
    });
    await append(5);
    await bench.start();
    await trouble();

    expect(bench.shipper().status()).toMatchObject({ shippedPosition: 0, waiting: 5 });
    expect(bench.shipper().status().trouble).toMatch(
      /refuses this relay's seal \(401 unknown-key\): this machine's clock is \d+ s behind/,
    );
    bench.cloud.answer = acceptAll;
    await bench.shippedTo(5);
    expect(bench.shipper().status().trouble).toBeUndefined();
  });

  it('begins a new epoch when the batch id is known with another content', async () => {
    const known = 6;
    bench.cloud.answer = ({ batch }) => (batch.epoch <= known ? { status: 409 } : acceptAll());
    await append(1200);
    await bench.start();
    await bench.shippedTo(1200);

    const ids = bench.cloud.accepted.map(({ headers }) => headers['wherefrom-batch']);
    expect(new Set(ids).size).toBe(ids.length);
    expect(bench.cloud.accepted.every(({ batch }) => batch.epoch > known)).toBe(true);
    expect(bench.cloud.positions()).toEqual(numbers(1200));
  });

  it.each([413, 422])(
    'sets one record aside that is refused with %i and ships the others',
    async (status) => {
      const poison = 137;
      bench.cloud.answer = ({ batch }) => {
        const isIn = batch.firstPosition <= poison && poison <= batch.lastPosition;
        const isDeadLetter = batch.setAside.some(({ position }) => position === poison);
        return isIn && !isDeadLetter ? { status } : acceptAll();
      };
      await append(500);
      await bench.start();
      await bench.shippedTo(500);

      expect(bench.cloud.positions()).toEqual(numbers(500));
      expect(bench.cloud.accepted.flatMap(({ batch }) => batch.setAside)).toEqual([
        { position: poison, reason: `refused-${status}` },
      ]);
      expect(bench.shipper().status().setAsideTotal).toBe(1);
      expect(deadLetterLines()).toEqual([
        expect.objectContaining({
          position: poison,
          reason: `refused-${status}`,
          payload: sampleRecord(poison).payload.toString('base64'),
        }),
      ]);
    },
  );

  it('sets nothing more aside when even a batch without events is refused', async () => {
    bench.cloud.answer = () => ({ status: 422 });
    await append(4);
    await bench.start();
    await trouble();

    expect(bench.shipper().status()).toMatchObject({ shippedPosition: 0, setAsideTotal: 0 });
    expect(bench.shipper().status().trouble).toMatch(/refuses even a batch without events/);
    expect(deadLetterLines()).toHaveLength(1);
    bench.cloud.answer = acceptAll;
    await bench.shippedTo(4);
    expect(bench.cloud.positions()).toEqual(numbers(4));
  });

  it('keeps records for a cloud that is older than the relay', async () => {
    bench.cloud.answer = () => ({ status: 422, code: 'unsupported-version' });
    await append(4);
    await bench.start();
    await trouble();

    expect(bench.shipper().status().trouble).toMatch(/upgrade the cloud/);
    expect(deadLetterLines()).toHaveLength(0);
  });

  it('marks events as late that waited in the relay', async () => {
    await appendAll(bench.journal, [{ ...fresh(1), receivedTime: Date.now() - 20_000 }, fresh(2)]);
    await bench.start({ lateAfterMs: 10_000 });
    await bench.shippedTo(2);

    const [request] = bench.cloud.accepted;
    expect(request?.batch.events.map(({ flags }) => flags)).toEqual([['late'], []]);
  });

  it('sends fresh records beside a long backlog', async () => {
    await append(3000);
    bench.cloud.answer = () => ({ status: 503 });
    await bench.start({ freshAfter: 1000, inFlightMax: 2, batchRecordsMax: 100 });
    await append(5, 3001);
    bench.cloud.answer = acceptAll;
    await bench.shippedTo(3005);

    const order = bench.cloud.accepted.map(({ batch }) => batch.lastPosition);
    expect(order.indexOf(3005)).toBeLessThan(order.length / 2);
    expect(bench.cloud.positions()).toEqual(numbers(3005));
  });

  it('ships around damage, sets lost positions aside, keeps a copy of the octets', async () => {
    await append(100);
    const [segment = ''] = readdirSync(bench.directory).filter((name) => /journal$/.test(name));
    const path = join(bench.directory, segment);
    const bytes = readFileSync(path);
    bytes.fill(0xee, 1000, 1300);
    writeFileSync(path, bytes);
    await bench.start();
    await bench.shippedTo(100);

    const deadLetters = bench.cloud.accepted.flatMap(({ batch }) => batch.setAside);
    expect(deadLetters.length).toBeGreaterThan(2);
    expect(deadLetters.length).toBeLessThan(8);
    expect(new Set(deadLetters.map(({ reason }) => reason))).toEqual(new Set(['damaged']));
    expect(bench.cloud.positions()).toEqual(numbers(100));
    const copies = readdirSync(join(bench.directory, 'quarantine'));
    expect(copies).toHaveLength(1);
    const copy = readFileSync(join(bench.directory, 'quarantine', copies[0] ?? ''));
    expect(copy.includes(Buffer.alloc(300, 0xee))).toBe(true);
  });

  it('sets records aside whose segment is gone and goes on behind them', async () => {
    await append(10);
    await bench.start();
    await bench.shippedTo(10);
    await bench.shipper().stop();
    await append(290, 11);
    await append(100, 301);
    const [oldest = ''] = readdirSync(bench.directory).sort();
    rmSync(join(bench.directory, oldest));
    await bench.start();
    await bench.shippedTo(400);

    expect(bench.shipper().status().setAsideTotal).toBe(290);
    expect(bench.cloud.positions()).toEqual(numbers(400));
  });

  it('ships from the oldest record on when its cursor was lost', async () => {
    await append(300);
    await append(100, 301);
    const [oldest = ''] = readdirSync(bench.directory).sort();
    rmSync(join(bench.directory, oldest));
    await bench.start();
    await bench.shippedTo(400);

    expect(bench.shipper().status().setAsideTotal).toBe(0);
    expect(bench.cloud.positions()).toEqual(numbers(100, 301));
  });

  it('stops in time without an answer, and sends the batch after the next start', async () => {
    bench.cloud.answer = () => 'hang';
    await append(5);
    const clock = manualClock(Date.now());
    await bench.start({ stopWithinMs: 50 }, clock);
    await until(() => bench.cloud.requests.length > 0, 'the batch is sent');
    const stopped = bench.shipper().stop();
    await clock.advance(50);
    await stopped;

    bench.cloud.answer = acceptAll;
    await bench.start();
    await bench.shippedTo(5);
    expect(bench.cloud.positions()).toEqual(numbers(5));
  });
});

function deadLetterLines(): readonly unknown[] {
  const folder = join(bench.directory, 'aside');
  try {
    return readdirSync(folder).flatMap((name) =>
      readFileSync(join(folder, name), 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line): unknown => JSON.parse(line)),
    );
  } catch {
    return [];
  }
}
