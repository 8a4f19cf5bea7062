// The cursor and the epoch: what they say after a crash is never more than what was true.

import fc from 'fast-check';
import { openCursor } from '../../../relay/journal/cursor.ts';
import { Journal } from '../../../relay/journal/journal.ts';
import { raiseEpoch } from '../../../relay/ship/epoch.ts';
import { MemoryDisk } from '../../support/journal-memory-disk.ts';
import { appendAll, sampleRecord } from '../../support/journal-samples.ts';

const directory = '/journal';
const openOn = (disk: MemoryDisk) => openCursor({ directory, disk: disk.attach() });

describe('the cursor', () => {
  it('rises over spans shipped in any order, and remembers those ahead of it', async () => {
    const disk = new MemoryDisk();
    const cursor = await openOn(disk);

    cursor.shipped({ first: 11, last: 20 }, 0);
    cursor.shipped({ first: 31, last: 40 }, 2);
    expect(cursor).toMatchObject({ position: 0, setAside: 2 });
    cursor.shipped({ first: 1, last: 10 }, 1);
    await cursor.saved();

    const again = await openOn(disk);
    expect(again).toMatchObject({ position: 20, durablePosition: 20, setAside: 3 });
    expect(again.ahead).toEqual([{ first: 31, last: 40 }]);
    again.shipped({ first: 21, last: 30 }, 0);
    expect(again).toMatchObject({ position: 40, ahead: [] });
  });

  it('knows after a crash at most what was shipped, and all that was saved', async () => {
    const span = fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 9 }));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(span, fc.boolean()), { maxLength: 15 }),
        fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
        async (steps, randomness) => {
          const disk = new MemoryDisk();
          const cursor = await openOn(disk);
          const shipped = new Set<number>();
          let saved = new Set<number>();
          for (const [[first, more], isAwaited] of steps) {
            for (let at = first; at <= first + more; at += 1) shipped.add(at);
            cursor.shipped({ first, last: first + more }, 0);
            if (!isAwaited) continue;
            await cursor.saved();
            saved = new Set(shipped);
          }
          disk.crash(() => randomness.next().value ?? 0);

          const after = await openOn(disk);
          const known = new Set<number>();
          for (let at = 1; at <= after.position; at += 1) known.add(at);
          for (const { first, last } of after.ahead) {
            for (let at = first; at <= last; at += 1) known.add(at);
          }
          for (const position of known) expect(shipped.has(position)).toBe(true);
          for (const position of saved) expect(known.has(position)).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('tells of a failed write and saves everything with the next one', async () => {
    const disk = new MemoryDisk();
    const errors: unknown[] = [];
    const onError = (error: unknown) => errors.push(error);
    const cursor = await openCursor({ directory, disk: disk.attach(), onError });
    disk.failure = () => new Error('ENOSPC');
    cursor.shipped({ first: 1, last: 5 }, 0);
    await expect(cursor.saved()).rejects.toThrow('ENOSPC');
    expect(cursor).toMatchObject({ position: 5, durablePosition: 0 });

    disk.failure = () => undefined;
    cursor.shipped({ first: 6, last: 6 }, 0);
    await cursor.saved();

    expect(errors).toHaveLength(1);
    expect((await openOn(disk)).position).toBe(6);
  });

  it('begins before the oldest record when it was lost', async () => {
    const disk = new MemoryDisk();
    const journal = await Journal.open({
      directory,
      disk: disk.attach(),
      now: () => 0,
      tickMs: 0,
      shippedPosition: 99,
    });
    await appendAll(journal, [sampleRecord(1)]);

    expect((await openOn(disk)).position).toBe(99);
    await journal.close();
  });

  it('begins anew, and says so, when its file is damaged at any octet', async () => {
    const disk = new MemoryDisk();
    const cursor = await openOn(disk);
    cursor.shipped({ first: 1, last: 5 }, 0);
    await cursor.saved();
    const bytes = disk.contents(`${directory}/cursor`);

    for (let at = 0; at < bytes.length - 1; at += 1) {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] ?? 0) ^ 1;
      disk.put(`${directory}/cursor`, damaged);
      const errors: unknown[] = [];
      const onError = (error: unknown) => errors.push(error);
      const again = await openCursor({ directory, disk: disk.attach(), onError });
      expect(again.position).toBe(0);
      expect(errors).toEqual([expect.objectContaining({ code: 'JOURNAL_STATE_DAMAGED' })]);
    }
  });
});

describe('the epoch', () => {
  it('rises with every start, whatever crash came between', async () => {
    const disk = new MemoryDisk();
    const seen: number[] = [];
    for (let start = 0; start < 20; start += 1) {
      seen.push(await raiseEpoch(directory, { disk: disk.attach() }));
      disk.crash(() => (start * 0.37) % 1);
    }

    expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b));
    expect(seen).toHaveLength(20);
  });
});
