// The journal on a real disk: what is acknowledged is read back, across restarts and segments.

import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Journal } from '../../../relay/journal/journal.ts';
import { makeReader } from '../../../relay/journal/reader.ts';
import { appendAll, readAll, sampleRecord } from '../../support/journal-samples.ts';
import { until } from '../../support/until.ts';

let parent: string;
let directory: string;
let now = 1_790_000_000_000;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'journal-'));
  directory = join(parent, 'journal');
});

afterEach(() => rmSync(parent, { recursive: true, force: true }));

const openJournal = (options = {}) =>
  Journal.open({ directory, now: () => now, tickMs: 0, ...options });

describe('the journal', () => {
  it('gives back every field of a record as it came', async () => {
    const journal = await openJournal();
    const records = [
      sampleRecord(1),
      { ...sampleRecord(2), source: { address: '2001:db8::7:0:1', port: 0 }, isRepeated: true },
      { ...sampleRecord(3), type: 'imported' as const, source: { address: '::', port: 65_535 } },
      { ...sampleRecord(4), gatewayId: `zürich/${'2001:db8::1'}`, payload: Buffer.alloc(0) },
      { ...sampleRecord(5), payload: Buffer.alloc(65_535, 9) },
    ];

    const positions = await appendAll(journal, records);
    await journal.close();

    expect(positions).toEqual([1, 2, 3, 4, 5]);
    expect(await readAll({ directory })).toEqual(
      records.map((record, index) => ({ ...record, position: index + 1 })),
    );
  });

  it('goes on numbering after a restart and over segments', async () => {
    for (let start = 0; start < 3; start += 1) {
      const journal = await openJournal({ segmentBytesMax: 300 });
      for (let index = 1; index <= 5; index += 1) {
        await appendAll(journal, [sampleRecord(start * 5 + index)]);
      }
      await journal.close();
    }

    const records = await readAll({ directory });

    expect(records.map(({ position }) => position)).toEqual(
      Array.from({ length: 15 }, (_, index) => index + 1),
    );
    expect(records.map(({ payload }) => payload)).toEqual(
      Array.from({ length: 15 }, (_, index) => sampleRecord(index + 1).payload),
    );
    expect(readdirSync(directory).length).toBeGreaterThan(3);
  });

  it('keeps its files from other users', async () => {
    const journal = await openJournal();
    await appendAll(journal, [sampleRecord(1)]);
    await journal.close();

    expect(statSync(directory).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(directory).filter((each) => each !== 'lock')) {
      expect(statSync(join(directory, name)).mode & 0o777).toBe(0o600);
    }
  });

  it('writes everything that arrives during a commit with the next one', async () => {
    const journal = await openJournal();
    const answers: number[] = [];
    for (let index = 0; index < 500; index += 1) {
      journal.append(sampleRecord(index), (error, position) => {
        if (!error) answers.push(position);
      });
      if (index % 100 === 0) await new Promise(setImmediate);
    }
    await journal.close();

    expect(answers).toEqual(Array.from({ length: 500 }, (_, index) => index + 1));
    expect(journal.stats().commits).toBeLessThan(20);
  });

  it('refuses records its layout cannot hold and takes the next one', async () => {
    const journal = await openJournal();
    const impossible = [
      { ...sampleRecord(1), source: { address: 'gateway.example', port: 1 } },
      { ...sampleRecord(1), source: { address: '192.0.2.1', port: 70_000 } },
      { ...sampleRecord(1), gatewayId: 'g'.repeat(256) },
      { ...sampleRecord(1), payload: Buffer.alloc(65_536) },
      { ...sampleRecord(1), receivedTime: Number.NaN },
    ];

    for (const record of impossible) {
      await expect(appendAll(journal, [record])).rejects.toThrow('JOURNAL_RECORD_INVALID');
    }

    expect(await appendAll(journal, [sampleRecord(2)])).toEqual([1]);
    await journal.close();
    await expect(appendAll(journal, [sampleRecord(3)])).rejects.toThrow('JOURNAL_CLOSED');
  });

  it('deletes segments that were shipped long enough ago, and never the others', async () => {
    const journal = await openJournal({ segmentBytesMax: 150, keepShippedMs: 1000 });
    for (let index = 1; index <= 6; index += 1) await appendAll(journal, [sampleRecord(index)]);
    const all = journal.stats().segments;

    journal.shippedTo(3);
    await journal.tick();
    expect(journal.stats().segments).toBe(all);
    now += 1001;
    await journal.tick();

    const left = await readAll({ directory }, 1);
    expect(left.map(({ position }) => position)).toContain(4);
    expect(journal.stats().firstPosition).toBeGreaterThan(1);
    expect(journal.stats().firstPosition).toBeLessThanOrEqual(4);
    await journal.close();
  });

  it('ends an old segment without traffic, so that what was shipped can go', async () => {
    const journal = await openJournal({ segmentAgeMsMax: 1000, keepShippedMs: 0 });
    await appendAll(journal, [sampleRecord(1), sampleRecord(2)]);

    journal.shippedTo(2);
    now += 1000;
    const isGone = async (): Promise<boolean> => {
      await journal.tick();
      return journal.stats().firstPosition === 3;
    };
    await until(isGone, 'the shipped segment is gone');

    expect(await appendAll(journal, [sampleRecord(3)])).toEqual([3]);
    await journal.close();
  });

  it('does not use positions again that the cursor says were shipped', async () => {
    const journal = await openJournal({ shippedPosition: 41 });

    expect(await appendAll(journal, [sampleRecord(1)])).toEqual([42]);
    await journal.close();
  });

  it('belongs to one process at a time, and to the next when that one has ended', async () => {
    const journal = await openJournal();

    await expect(openJournal()).rejects.toThrow(/JOURNAL_LOCKED: another relay uses /);
    expect(await appendAll(journal, [sampleRecord(1)])).toEqual([1]);
    await journal.close();
    const next = await openJournal();
    expect(await appendAll(next, [sampleRecord(2)])).toEqual([2]);
    await next.close();
  });

  it('can be locked however long its path is', async () => {
    directory = join(directory, 'd'.repeat(120));
    const journal = await openJournal();

    await expect(openJournal()).rejects.toThrow('JOURNAL_LOCKED');
    await journal.close();
  });

  it('lets a reader without the writer take the end of the file as the end', async () => {
    const journal = await openJournal();
    await appendAll(journal, [sampleRecord(1), sampleRecord(2)]);
    const reader = makeReader({ directory });

    const first = await reader.readFrom(1, 1, 1 << 20);
    const second = await reader.readFrom(2, 10, 1 << 20);
    const third = await reader.readFrom(3, 10, 1 << 20);
    await appendAll(journal, [sampleRecord(3)]);
    const fourth = await reader.readFrom(3, 10, 1 << 20);

    expect([first, second, third, fourth].map(({ entries }) => entries.length)).toEqual([
      1, 1, 0, 1,
    ]);
    await reader.close();
    await journal.close();
  });
});
