// The local queue after a crash: the file is cut at every byte, zeroed, rewritten and refused.

import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { LocalQueue } from '../../../local/queue/queue.ts';
import { encodeRecord, logMagic } from '../../../local/queue/record.ts';
import { manualClock } from '../manual-clock.ts';
import { tempDir } from '../temp-dir.ts';

const path = tempDir();
const clock = manualClock();
const now = { max: 10, visibilityTimeoutMs: 30_000 };

const openQueue = (name: string, compactFromBytes = 1 << 20) =>
  LocalQueue.open({ path: path(name), clock, maxReceiveCount: 3, limits: { compactFromBytes } });

/** Watches fdatasync of every file handle of this process. */
async function spyOnSync() {
  const probe = await open(path('probe'), 'w');
  const handles = Object.getPrototypeOf(probe) as { datasync: () => Promise<void> };
  await probe.close();
  return jest.spyOn(handles, 'datasync');
}

async function drain(queue: LocalQueue): Promise<string[]> {
  const bodies: string[] = [];
  for (;;) {
    const batch = await queue.receive(now);
    if (batch.length === 0) return bodies;
    bodies.push(...batch.map((message) => message.body));
    await queue.deleteBatch(batch);
  }
}

describe('the local queue after a crash', () => {
  // Each cut is some ten syncs of a disk that others use, too: four tests, a quarter of cuts each.
  it.each([0, 1, 2, 3])(
    'keeps every acknowledged message wherever the file is cut: %i',
    async (first) => {
      const queue = await openQueue(`whole-${first}.log`);
      const ends: { readonly body: string; readonly bytes: number }[] = [];
      for (const body of ['one', 'twö', 'three']) {
        await queue.send({ body, attributes: { relay: 'relay-1' } });
        ends.push({ body, bytes: statSync(path(`whole-${first}.log`)).size });
      }
      await queue.close();
      const bytes = readFileSync(path(`whole-${first}.log`));

      for (let cut = first; cut <= bytes.length; cut += 4) {
        writeFileSync(path('cut.log'), bytes.subarray(0, cut));
        const reopened = await openQueue('cut.log');
        const acknowledged = ends.filter((end) => end.bytes <= cut).map((end) => end.body);
        await reopened.send({ body: 'after' });
        await reopened.close();

        const again = await openQueue('cut.log');
        expect(await drain(again)).toEqual([...acknowledged, 'after']);
        await again.close();
      }
    },
  );

  it('keeps deletions, deaths and counts, and shows what was in flight at once', async () => {
    const queue = await openQueue('states.log');
    await queue.send({ body: 'dead' });
    for (let delivery = 1; delivery <= 3; delivery += 1) {
      await queue.receive({ ...now, visibilityTimeoutMs: 0 });
    }
    await queue.send({ body: 'deleted' });
    await queue.deleteBatch(await queue.receive(now));
    await queue.send({ body: 'in flight' });
    await queue.receive(now);
    expect(queue.counts()).toEqual({ visible: 0, inFlight: 1, dead: 1 });
    await queue.close();

    const reopened = await openQueue('states.log');
    const received = await reopened.receive(now);

    expect(received).toMatchObject([{ body: 'in flight', receiveCount: 2 }]);
    expect(reopened.deadLetters()).toMatchObject([{ body: 'dead', receiveCount: 3 }]);
    expect(await reopened.redrive()).toBe(1);
    await reopened.close();

    const afterRedrive = await openQueue('states.log');
    expect(await drain(afterRedrive)).toEqual(['in flight', 'dead']);
    await afterRedrive.close();
  });

  it('counts deliveries across restarts, so that a message that kills us dies', async () => {
    const first = await openQueue('killer.log');
    await first.send({ body: 'killer' });
    await first.close();
    for (let run = 1; run <= 3; run += 1) {
      const queue = await openQueue('killer.log');
      expect(await queue.receive(now)).toMatchObject([{ receiveCount: run }]);
      await queue.close();
    }

    const last = await openQueue('killer.log');

    expect(await last.receive(now)).toEqual([]);
    expect(last.counts().dead).toBe(1);
    await last.close();
  });

  it('cuts the zeros that a power cut leaves behind, and a record with one wrong bit', async () => {
    const queue = await openQueue('zeros.log');
    await queue.send({ body: 'kept' });
    await queue.close();
    const bytes = readFileSync(path('zeros.log'));
    const damaged = encodeRecord({ type: 'deleted', id: 'x' });
    damaged[10] = (damaged[10] ?? 0) ^ 1;

    for (const tail of [
      Buffer.alloc(4096),
      damaged,
      Buffer.from([255, 255, 255, 255, 0, 0, 0, 0]),
    ]) {
      writeFileSync(path('zeros.log'), Buffer.concat([bytes, tail]));
      const reopened = await openQueue('zeros.log');
      expect(reopened.counts().visible).toBe(1);
      await reopened.close();
      expect(statSync(path('zeros.log')).size).toBe(bytes.length);
    }
  });

  it('refuses a file that is not a queue log instead of emptying it', async () => {
    writeFileSync(path('other.log'), 'precious');

    await expect(openQueue('other.log')).rejects.toMatchObject({ code: 'QUEUE_NOT_A_LOG' });

    expect(readFileSync(path('other.log'), 'utf8')).toBe('precious');
  });

  it('stays small while thousands of messages pass, and loses none to compaction', async () => {
    const queue = await openQueue('compacted.log', 10_000);
    await queue.send({ body: 'stays' });
    const [stays] = await queue.receive(now);
    const body = 'x'.repeat(500);
    for (let round = 0; round < 40; round += 1) {
      await Promise.all(Array.from({ length: 10 }, () => queue.send({ body })));
      await queue.deleteBatch(await queue.receive(now));
    }
    await queue.send({ body: 'last' });
    expect(statSync(path('compacted.log')).size).toBeLessThan(30_000);
    expect(stays && queue.changeVisibility(stays, 0)).toBe('changed');
    await queue.close();

    const reopened = await openQueue('compacted.log');
    const received = await reopened.receive(now);

    expect(received.map((message) => [message.body, message.receiveCount])).toEqual([
      ['stays', 2],
      ['last', 1],
    ]);
    await reopened.close();
  });

  it('takes messages while it rewrites the file and finds them all afterwards', async () => {
    const queue = await openQueue('busy.log', 2_000);
    const passing = 'x'.repeat(50_000);
    const bodies: string[] = [];
    for (let round = 0; round < 20; round += 1) {
      const sends = [queue.send({ body: passing })];
      for (let n = 0; n < 5; n += 1) {
        bodies.push(`message ${round}.${n}`);
        sends.push(queue.send({ body: `message ${round}.${n}` }));
      }
      await Promise.all(sends);
      const [big] = (await queue.receive(now)).filter((message) => message.body === passing);
      if (big) await queue.deleteBatch([big]);
    }
    await queue.close();
    expect(statSync(path('busy.log')).size).toBeLessThan(10 * passing.length);

    const reopened = await openQueue('busy.log');
    expect(await drain(reopened)).toEqual(bodies);
    await reopened.close();
  });

  it('ignores the unfinished file of a compaction that was cut short', async () => {
    const queue = await openQueue('half.log');
    await queue.send({ body: 'kept' });
    await queue.close();
    appendFileSync(path('half.log.new'), Buffer.concat([logMagic, Buffer.from('half')]));

    const reopened = await openQueue('half.log');

    expect(await drain(reopened)).toEqual(['kept']);
    await reopened.close();
  });

  it('acknowledges 1,000 parallel sends with few syncs, and none without one', async () => {
    const queue = await openQueue('group.log');
    const sync = await spyOnSync();

    await queue.send({ body: 'alone' });
    expect(sync).toHaveBeenCalledTimes(1);
    await Promise.all(Array.from({ length: 1_000 }, (_, n) => queue.send({ body: `${n}` })));

    expect(sync.mock.calls.length).toBeLessThan(10);
    sync.mockRestore();
    expect(queue.counts().visible).toBe(1_001);
    await queue.close();
  });

  it('refuses everything after a failed sync until it is opened again', async () => {
    const queue = await openQueue('failing.log');
    await queue.send({ body: 'kept' });
    const sync = (await spyOnSync()).mockRejectedValueOnce(new Error('EIO'));

    await expect(queue.send({ body: 'lost' })).rejects.toMatchObject({
      code: 'QUEUE_DISK_FAILED',
      isRetryable: true,
    });
    await expect(queue.send({ body: 'refused' })).rejects.toMatchObject({
      code: 'QUEUE_DISK_FAILED',
    });
    sync.mockRestore();
    await queue.close();

    const reopened = await openQueue('failing.log');
    expect(await drain(reopened)).toContain('kept');
    await reopened.close();
  });
});
