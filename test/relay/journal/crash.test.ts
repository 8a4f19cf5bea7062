// The journal against cuts, bad octets, failing disks and crashes, on a disk in memory that forgets
// what was not synced. Two promises are checked everywhere: every acknowledged record is read back
// as it was, and nothing is read back that was not appended.

import { crc32 } from 'node:zlib';
import { Journal } from '../../../relay/journal/journal.ts';
import { headerBytes, segmentPosition } from '../../../relay/journal/segment.ts';
import { MemoryDisk, seeded } from '../../support/journal-memory-disk.ts';
import { appendAll, readEverything, sampleRecord } from '../../support/journal-samples.ts';

const directory = '/journal';
const options = { directory, now: () => 1_790_000_000_000, tickMs: 0, freeBytesMin: 0, salt: 7 };
const openOn = (disk: MemoryDisk, more = {}) =>
  Journal.open({ ...options, disk: disk.attach(), ...more });

/** Three segments of three records each. */
async function threeSegments(): Promise<MemoryDisk> {
  const disk = new MemoryDisk();
  const journal = await openOn(disk, { segmentBytesMax: 260 });
  for (let number = 1; number <= 9; number += 1) await appendAll(journal, [sampleRecord(number)]);
  await journal.close();
  return disk;
}

const segmentsOf = (disk: MemoryDisk) =>
  disk.paths().filter((path) => segmentPosition(path.slice(directory.length + 1)) !== undefined);

/** A copy to damage, as if it had been on disk for long. */
function copyOf(disk: MemoryDisk, change: (path: string, bytes: Buffer) => Buffer): MemoryDisk {
  const copy = new MemoryDisk();
  for (const path of segmentsOf(disk))
    copy.put(path, change(path, Buffer.from(disk.contents(path))));
  return copy;
}

/** Opens, closes, and reads what the relay would read. */
async function reopenAndRead(disk: MemoryDisk) {
  const journal = await openOn(disk);
  const { durablePosition } = journal;
  const found = await readEverything({
    directory,
    disk: disk.attach(),
    durablePosition: () => durablePosition,
  });
  return { ...found, journal };
}

const isAsAppended = (record: { position: number; payload: Buffer }) =>
  record.payload.equals(sampleRecord(record.position).payload);

describe('a journal of three segments', () => {
  it('loses only what is behind the cut, wherever a segment is cut', async () => {
    const whole = await threeSegments();
    const paths = segmentsOf(whole);
    expect(paths).toHaveLength(3);

    for (const [index, path] of paths.entries()) {
      const { length } = whole.contents(path);
      for (let bytes = 0; bytes < length; bytes += 1) {
        const disk = copyOf(whole, (each, data) =>
          each === path ? data.subarray(0, bytes) : data,
        );
        const { journal, records, damaged } = await reopenAndRead(disk);

        const kept = intactBefore(whole.contents(path), bytes);
        const expected = [1, 2, 3, 4, 5, 6, 7, 8, 9].filter(
          (position) => Math.ceil(position / 3) - 1 !== index || (position - 1) % 3 < kept,
        );
        expect(records.map(({ position }) => position)).toEqual(expected);
        expect(records.every(isAsAppended)).toBe(true);
        // Positions behind a cut in the middle are accounted for, so that no hole is left.
        if (index < 2) expect(damaged).toHaveLength(3 - kept);
        const next = index === 2 ? 7 + kept : 10;
        expect(await appendAll(journal, [sampleRecord(next)])).toEqual([next]);
        await journal.close();
      }
    }
  });

  it('loses at most the one record that a bad octet is in, wherever it is', async () => {
    const whole = await threeSegments();

    for (const path of segmentsOf(whole)) {
      const { length } = whole.contents(path);
      for (let at = 0; at < length; at += 1) {
        const disk = copyOf(whole, (each, data) => {
          if (each === path) data[at] = (data[at] ?? 0) ^ 0x5a;
          return data;
        });
        // A version number from the future with a right checksum cannot come from one bad octet.
        const { journal, records, damaged } = await reopenAndRead(disk);
        await journal.close();

        expect(records.every(isAsAppended)).toBe(true);
        if (at < headerBytes) expect(records).toHaveLength(9);
        else expect(records.length).toBe(8);
        const isAtEnd = path === segmentsOf(whole).at(-1) && damaged.length === 0;
        expect(records.length + damaged.length).toBe(isAtEnd && at >= headerBytes ? 8 : 9);
      }
    }
  });

  it('keeps copies of what it cut off or skipped', async () => {
    const whole = await threeSegments();
    const last = segmentsOf(whole).at(-1);
    const disk = copyOf(whole, (path, data) => {
      if (path !== last) return data;
      data[headerBytes + 20] = 0xff;
      return Buffer.concat([data, Buffer.from('half a record')]);
    });
    const { journal } = await reopenAndRead(disk);

    expect(journal.stats()).toMatchObject({ tornBytes: 13, damaged: 1 });
    expect(disk.paths().filter((path) => path.includes('quarantine'))).toEqual([
      expect.stringMatching(/quarantine\/0+7\.journal-\d+\.torn$/),
      expect.stringMatching(/quarantine\/0+7\.journal-64\.damaged$/),
    ]);
    await journal.close();
  });

  it('reads around a sector that the disk cannot give back', async () => {
    const disk = new MemoryDisk();
    const journal = await openOn(disk);
    const numbers = Array.from({ length: 200 }, (_, at) => at + 1);
    await appendAll(journal, numbers.map(sampleRecord));
    await journal.close();
    const bad = 4096 + 2000;
    disk.isBad = (offset, length) => offset <= bad && bad < offset + length;
    const { journal: again, records, damaged } = await reopenAndRead(disk);

    // One block of 4,096 octets, and the records that begin before it and end after it.
    expect(damaged.length).toBeGreaterThan(30);
    expect(damaged.length).toBeLessThan(60);
    expect(records.length + damaged.length).toBe(200);
    expect(records.every(isAsAppended)).toBe(true);
    await again.close();
  });

  it('moves a segment without a readable header out of the way', async () => {
    const whole = await threeSegments();
    const [, middle] = segmentsOf(whole);
    const disk = copyOf(whole, (path, data) => (path === middle ? data.fill(0, 0, 64) : data));
    const { journal, records, damaged } = await reopenAndRead(disk);

    expect(records.map(({ position }) => position)).toEqual([1, 2, 3, 7, 8, 9]);
    expect(damaged).toEqual([4, 5, 6]);
    expect(disk.paths()).toContain(`${directory}/quarantine/0000000000000004.journal.unreadable`);
    await journal.close();
  });

  it('is refused, untouched, by a program that is older than its format', async () => {
    const whole = await threeSegments();
    const [, middle] = segmentsOf(whole);
    const disk = copyOf(whole, (path, data) => {
      if (path !== middle) return data;
      data.writeUInt16BE(2, 8);
      data.writeUInt32BE(crc32(data.subarray(0, 28)), 28);
      return data;
    });
    const before = disk.paths();

    await expect(openOn(disk)).rejects.toThrow(/JOURNAL_NEWER: 0+4\.journal has format version 2/);
    expect(disk.paths()).toEqual(before);
  });
});

/** The two ways to a commit; room is reserved for a few records at a time. */
const ways = [{ isDirect: false }, { isDirect: true, reserveBytes: 200 }];

describe.each(ways)('a failing disk, %j', (way) => {
  const errors = { full: 'ENOSPC', broken: 'EIO' };

  /** Appends 12 groups, asks for care after each, and notes what was acknowledged. */
  async function run(disk: MemoryDisk): Promise<ReadonlyMap<number, number>> {
    const acknowledged = new Map<number, number>();
    let journal: Journal;
    try {
      journal = await openOn(disk, { segmentBytesMax: 400, ...way });
    } catch {
      return acknowledged;
    }
    for (let group = 0; group < 12; group += 1) {
      const numbers = [group * 3 + 1, group * 3 + 2, group * 3 + 3];
      await Promise.all(
        numbers.map((number) =>
          appendAll(journal, [sampleRecord(number)]).then(
            ([position = 0]) => acknowledged.set(position, number),
            () => undefined,
          ),
        ),
      );
      await journal.tick();
    }
    return acknowledged;
  }

  async function expectAll(disk: MemoryDisk, acknowledged: ReadonlyMap<number, number>) {
    disk.failure = () => undefined;
    const { journal, records, damaged } = await reopenAndRead(disk);
    const stored = new Map(records.map(({ position, payload }) => [position, payload.toString()]));
    for (const [position, number] of acknowledged) {
      expect(stored.get(position)).toBe(sampleRecord(number).payload.toString());
    }
    const possible = new Set(Array.from({ length: 36 }, (_, at) => text(at + 1)));
    for (const payload of stored.values()) expect(possible.has(payload)).toBe(true);
    // A hole in the last commit, which nobody acknowledged, cannot be told from damage.
    for (const position of damaged) expect(acknowledged.has(position)).toBe(false);
    await journal.close();
  }

  const text = (number: number) => sampleRecord(number).payload.toString();

  it.each(Object.entries(errors))(
    'that is %s at the n-th operation costs no acknowledged record, and appends go on, for every n',
    async (_name, code) => {
      const healthy = new MemoryDisk();
      expect((await run(healthy)).size).toBe(36);

      for (let n = 1; n <= healthy.operations; n += 1) {
        const disk = new MemoryDisk();
        disk.failure = (_operation, number) =>
          number === n ? Object.assign(new Error(code), { code }) : undefined;
        const acknowledged = await run(disk);
        // One failure silences at most its own group, unless the journal was not even opened.
        if (acknowledged.size > 0) expect(acknowledged.size).toBeGreaterThanOrEqual(33);
        disk.crash(seeded(n));
        await expectAll(disk, acknowledged);
      }
    },
  );

  it('from the n-th operation on costs no acknowledged record, for every n', async () => {
    const healthy = new MemoryDisk();
    await run(healthy);

    for (let n = 1; n <= healthy.operations; n += 1) {
      const disk = new MemoryDisk();
      disk.failure = (_operation, number) =>
        number >= n ? Object.assign(new Error('EIO'), { code: 'EIO' }) : undefined;
      const acknowledged = await run(disk);
      disk.crash(seeded(n));
      await expectAll(disk, acknowledged);
    }
  });

  it('is never synced again in the same file after a failed sync', async () => {
    const disk = new MemoryDisk();
    const journal = await openOn(disk, way);
    await appendAll(journal, [sampleRecord(1)]);
    const before = segmentsOf(disk);
    disk.failure = (operation) => (operation === 'sync' ? new Error('EIO') : undefined);

    await expect(appendAll(journal, [sampleRecord(2)])).rejects.toThrow('JOURNAL_DISK_FAILED');
    expect(journal.isWritable).toBe(false);
    disk.failure = () => undefined;
    await expect(appendAll(journal, [sampleRecord(3)])).rejects.toThrow('JOURNAL_DISK_FAILED');
    await journal.tick();

    expect(journal.isWritable).toBe(true);
    expect(await appendAll(journal, [sampleRecord(4)])).toEqual([2]);
    expect(segmentsOf(disk)).toHaveLength(before.length + 1);
    disk.crash(() => 0.99);
    const { records } = await readEverything({ directory, disk: disk.attach() });
    expect(records.map(({ position, payload }) => [position, payload.toString()])).toEqual([
      [1, text(1)],
      [2, text(4)],
    ]);
  });
});

describe.each(ways)('a full journal, %j', (way) => {
  it('says so, stays silent, and goes on by itself when the disk has room again', async () => {
    const disk = new MemoryDisk();
    const states: [boolean, string][] = [];
    const onState = (isWritable: boolean, message: string) => states.push([isWritable, message]);
    const journal = await openOn(disk, { onState, ...way });
    await appendAll(journal, [sampleRecord(1)]);

    disk.failure = (operation) =>
      operation === 'write' ? Object.assign(new Error('full'), { code: 'ENOSPC' }) : undefined;
    await expect(appendAll(journal, [sampleRecord(2)])).rejects.toThrow('JOURNAL_FULL');
    await journal.tick();
    expect(journal.isWritable).toBe(false);
    expect(journal.stats().trouble).toMatch(/ENOSPC.*gateways get no answer/);
    disk.failure = () => undefined;
    await journal.tick();

    expect(await appendAll(journal, [sampleRecord(3)])).toEqual([2]);
    expect(states.map(([isWritable]) => isWritable)).toEqual([false, true]);
    await journal.close();
  });

  it('stops before the disk is full, and leaves the rest to others', async () => {
    const disk = new MemoryDisk();
    const journal = await openOn(disk, { freeBytesMin: 1000, ...way });
    disk.free = 1010;
    await journal.tick();

    await expect(appendAll(journal, [sampleRecord(1)])).rejects.toThrow(
      /^JOURNAL_FULL.*or make room on the disk$/,
    );
    disk.free = 1e12;
    await journal.tick();
    expect(await appendAll(journal, [sampleRecord(2)])).toEqual([1]);
    await journal.close();
  });

  it('opens on a full disk, so that what it holds can be shipped', async () => {
    const disk = await threeSegments();
    disk.failure = (operation) =>
      operation === 'sync' ? undefined : Object.assign(new Error('full'), { code: 'ENOSPC' });
    const journal = await openOn(disk);

    expect(journal.isWritable).toBe(false);
    const { records } = await readEverything({
      directory,
      disk: disk.attach(),
      durablePosition: () => 9,
    });
    expect(records).toHaveLength(9);
    await journal.close();
  });

  it('gives up shipped segments before it refuses a packet, and never unshipped ones', async () => {
    const disk = new MemoryDisk();
    const journal = await openOn(disk, { segmentBytesMax: 150, journalBytesMax: 2000 });
    let accepted = 0;
    const appendUntilFull = async () => {
      for (;;) {
        try {
          await appendAll(journal, [sampleRecord(accepted + 1)]);
          accepted += 1;
        } catch {
          return;
        }
      }
    };
    await appendUntilFull();
    const first = accepted;
    expect((await readEverything({ directory, disk: disk.attach() })).records).toHaveLength(first);

    journal.shippedTo(5);
    await journal.tick();
    await appendUntilFull();

    expect(accepted).toBeGreaterThan(first);
    const { records } = await readEverything({ directory, disk: disk.attach() });
    expect(records.map(({ position }) => position)).toEqual(
      expect.arrayContaining(Array.from({ length: accepted - 5 }, (_, at) => 6 + at)),
    );
    await journal.close();
  });
});

/** Intact records before a cut: as many as end at or before it. */
function intactBefore(segment: Buffer, cut: number): number {
  // One whole copy of the header is enough; without it no record can be checked.
  if (cut < headerBytes) return 0;
  let count = 0;
  for (let at = headerBytes; at < segment.length; count += 1) {
    at += segment.readUInt32BE(at + 4);
    if (at > cut) break;
  }
  return count;
}
