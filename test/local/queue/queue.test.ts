// The local queue keeps SQS's promises while the process lives.

import type { QueueLimits } from '../../../local/queue/limits.ts';
import { LocalQueue } from '../../../local/queue/queue.ts';
import { manualClock } from '../manual-clock.ts';
import { tempDir } from '../temp-dir.ts';

const path = tempDir();
const queues: LocalQueue[] = [];
let files = 0;

async function openQueue(limits: Partial<QueueLimits> = {}, maxReceiveCount = 3) {
  const clock = manualClock();
  files += 1;
  const file = path(`${files}.log`);
  const queue = await LocalQueue.open({ path: file, clock, maxReceiveCount, limits });
  queues.push(queue);
  return { queue, clock, file };
}

const now = { max: 10, visibilityTimeoutMs: 30_000 };
const bodies = (messages: readonly { readonly body: string }[]) => messages.map((m) => m.body);

afterAll(async () => {
  for (const queue of queues) await queue.close();
});

describe('the local queue', () => {
  it('delivers what was sent, with attributes, times and the MD5 that SQS reports', async () => {
    const { queue, clock } = await openQueue();

    const sent = await queue.send({ body: 'hello', attributes: { relay: 'relay-1' } });
    const [message] = await queue.receive(now);

    expect(sent.md5OfBody).toBe('5d41402abc4b2a76b9719d911017c592');
    expect(message).toMatchObject({
      messageId: sent.messageId,
      body: 'hello',
      attributes: { relay: 'relay-1' },
      receiveCount: 1,
      sentTime: clock.now(),
      firstReceivedTime: clock.now(),
    });
  });

  it('hides a received message for its visibility timeout, then delivers it again', async () => {
    const { queue, clock } = await openQueue();
    await queue.send({ body: 'a' });
    await queue.receive(now);

    await clock.advance(29_999);
    expect(await queue.receive(now)).toEqual([]);
    expect(queue.counts()).toEqual({ visible: 0, inFlight: 1, dead: 0 });

    await clock.advance(1);
    expect(await queue.receive(now)).toMatchObject([{ body: 'a', receiveCount: 2 }]);
  });

  it('forgets a deleted message for good', async () => {
    const { queue, clock } = await openQueue();
    await queue.send({ body: 'a' });
    const received = await queue.receive(now);

    const result = await queue.deleteBatch(received);
    await clock.advance(60_000);

    expect(result.deleted).toEqual(received.map((message) => message.messageId));
    expect(await queue.receive(now)).toEqual([]);
  });

  it('does not delete by a receipt that a later delivery has replaced', async () => {
    const { queue, clock } = await openQueue();
    await queue.send({ body: 'a' });
    const first = await queue.receive(now);
    await clock.advance(30_000);
    await queue.receive(now);

    expect(await queue.deleteBatch(first)).toMatchObject({
      deleted: [],
      failed: [expect.any(String)],
    });
    expect(queue.counts().inFlight).toBe(1);
  });

  it('makes a message visible at once when its visibility is changed to zero', async () => {
    const { queue } = await openQueue();
    await queue.send({ body: 'a' });
    const [message] = await queue.receive(now);

    expect(message && queue.changeVisibility(message, 0)).toBe('changed');
    expect(bodies(await queue.receive(now))).toEqual(['a']);
    expect(message && queue.changeVisibility(message, 0)).toBe('stale-receipt');
  });

  it('buries a message after its last delivery and redrives it as a new one', async () => {
    const { queue, clock } = await openQueue();
    await queue.send({ body: 'poison' });
    for (let delivery = 1; delivery <= 3; delivery += 1) {
      expect(await queue.receive(now)).toMatchObject([{ receiveCount: delivery }]);
      await clock.advance(30_000);
    }
    expect(await queue.receive(now)).toEqual([]);
    expect(queue.counts()).toEqual({ visible: 0, inFlight: 0, dead: 1 });
    const [letter] = queue.deadLetters();
    expect(letter).toMatchObject({ body: 'poison', receiveCount: 3 });

    expect(await queue.redrive()).toBe(1);

    const [again] = await queue.receive(now);
    expect(again).toMatchObject({ body: 'poison', receiveCount: 1 });
    expect(again?.messageId).not.toBe(letter?.messageId);
    expect(queue.counts().dead).toBe(0);
  });

  it('drops messages and dead letters after fourteen days', async () => {
    const { queue, clock } = await openQueue({}, 1);
    await queue.send({ body: 'dies' });
    await queue.receive({ ...now, visibilityTimeoutMs: 0 });
    await queue.receive(now);
    await queue.send({ body: 'waits' });
    expect(queue.counts()).toEqual({ visible: 1, inFlight: 0, dead: 1 });

    await clock.advance(14 * 24 * 3600 * 1000);

    expect(queue.counts()).toEqual({ visible: 0, inFlight: 0, dead: 0 });
    await queue.whenEmpty();
  });

  it('wakes a long poll as soon as a message arrives', async () => {
    const { queue } = await openQueue();
    const poll = queue.receive({ ...now, waitMs: 20_000 });

    await queue.send({ body: 'a' });

    expect(bodies(await poll)).toEqual(['a']);
  });

  it('wakes a long poll when a visibility timeout ends, or ends it empty in time', async () => {
    const { queue, clock } = await openQueue();
    await queue.send({ body: 'a' });
    await queue.receive({ ...now, visibilityTimeoutMs: 5_000 });

    const first = queue.receive({ ...now, waitMs: 20_000 });
    await clock.advance(5_000);
    expect(bodies(await first)).toEqual(['a']);

    const second = queue.receive({ ...now, waitMs: 20_000 });
    await clock.advance(20_000);
    expect(await second).toEqual([]);
  });

  it('ends a long poll when it is told to stop', async () => {
    const { queue } = await openQueue();
    const stop = new AbortController();
    const poll = queue.receive({ ...now, waitMs: 20_000, signal: stop.signal });

    stop.abort();

    expect(await poll).toEqual([]);
  });

  it.each([
    ['an empty body', { body: '' }],
    ['a control character', { body: 'a\u0000b' }],
    ['half a surrogate pair', { body: 'a\uD800b' }],
    ['an empty attribute', { body: 'a', attributes: { relay: '' } }],
    ['an attribute name with a space', { body: 'a', attributes: { 'relay id': 'x' } }],
    [
      'eleven attributes',
      { body: 'a', attributes: Object.fromEntries([...'abcdefghijk'].map((c) => [c, c])) },
    ],
  ])('refuses %s, as SQS would', async (_what, message) => {
    const { queue } = await openQueue();

    await expect(queue.send(message)).rejects.toMatchObject({
      code: 'QUEUE_MESSAGE_INVALID',
      isRetryable: false,
    });
    expect(queue.counts().visible).toBe(0);
  });

  it('takes a message of 1 MiB and refuses one byte more', async () => {
    const { queue } = await openQueue();
    const body = 'é'.repeat(512 * 1024);

    await queue.send({ body });

    await expect(queue.send({ body: `${body}a` })).rejects.toMatchObject({
      code: 'QUEUE_MESSAGE_TOO_LONG',
    });
    expect(bodies(await queue.receive(now))).toEqual([body]);
  });

  it('refuses to grow beyond its bound and accepts again after a deletion', async () => {
    const { queue } = await openQueue({ bytesMax: 100 });
    await queue.send({ body: 'a'.repeat(60) });

    const refused = queue.send({ body: 'b'.repeat(60) });
    await expect(refused).rejects.toMatchObject({ code: 'QUEUE_FULL', isRetryable: true });

    await queue.deleteBatch(await queue.receive(now));
    await queue.send({ body: 'b'.repeat(60) });
  });

  it('counts sends that are still on their way to the disk against the bound', async () => {
    const { queue } = await openQueue({ bytesMax: 100 });

    const results = await Promise.allSettled(
      [1, 2, 3].map(() => queue.send({ body: 'a'.repeat(50) })),
    );

    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
  });

  it('refuses a delete of more than ten, of none, and of the same message twice', async () => {
    const { queue } = await openQueue();
    const receipt = (id: number) => ({ messageId: `${id}`, receiptHandle: `${id}.1` });
    const code = { code: 'QUEUE_BATCH_INVALID' };

    await expect(queue.deleteBatch([])).rejects.toMatchObject(code);
    await expect(queue.deleteBatch([receipt(1), receipt(1)])).rejects.toMatchObject(code);
    await expect(
      queue.deleteBatch(Array.from({ length: 11 }, (_, id) => receipt(id))),
    ).rejects.toMatchObject(code);
    await expect(queue.receive({ ...now, max: 11 })).rejects.toMatchObject(code);
  });

  it('says when it has become empty', async () => {
    const { queue } = await openQueue();
    await queue.send({ body: 'a' });
    let isEmpty = false;
    const empty = queue.whenEmpty().then(() => {
      isEmpty = true;
    });
    const received = await queue.receive(now);
    expect(isEmpty).toBe(false);

    await queue.deleteBatch(received);

    await empty;
  });
});
