// The journal against stories: appends, failures, crashes, kills and restarts in any order, on a
// disk in memory that forgets what was not synced.

import fc from 'fast-check';
import { Journal } from '../../../relay/journal/journal.ts';
import { MemoryDisk, seeded } from '../../support/journal-memory-disk.ts';
import { appendAll, readEverything, sampleRecord } from '../../support/journal-samples.ts';
import { runs } from '../../support/property-runs.ts';

const directory = '/journal';
const options = { directory, now: () => 1_790_000_000_000, tickMs: 0, freeBytesMin: 0 };
const openOn = (disk: MemoryDisk, more = {}) =>
  Journal.open({ ...options, disk: disk.attach(), ...more });

type Step =
  | { readonly do: 'append'; readonly count: number; readonly isAwaited: boolean }
  | { readonly do: 'crash'; readonly seed: number }
  | { readonly do: 'kill' | 'restart' | 'tick' }
  | { readonly do: 'ship'; readonly share: number }
  | { readonly do: 'fail'; readonly after: number; readonly code: string };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('append' as const),
      count: fc.integer({ min: 1, max: 6 }),
      isAwaited: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('crash' as const), seed: fc.nat() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('kill' as const, 'restart' as const, 'tick' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('ship' as const),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('fail' as const),
      after: fc.integer({ min: 1, max: 8 }),
      code: fc.constantFrom('EIO', 'ENOSPC'),
    }),
  },
);

/** The two ways to a commit; room is reserved for a few records at a time. */
const ways = [{ isDirect: false }, { isDirect: true, reserveBytes: 150 }];

it.each(ways)('holds what it acknowledged through any story, crashes too, %j', async (way) => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const disk = new MemoryDisk();
      const acknowledged = new Map<number, string>();
      const attempted = new Set<string>();
      let shipped = 0;
      let number = 0;
      const open = () =>
        openOn(disk, {
          ...way,
          segmentBytesMax: 300,
          keepShippedMs: 0,
          shippedPosition: shipped,
          salt: number,
        });
      const check = async () => {
        disk.failure = () => undefined;
        const journal = await open();
        const durablePosition = () => journal.durablePosition;
        const { records, damaged } = await readEverything(
          { directory, disk: disk.attach(), durablePosition },
          shipped + 1,
        );
        const stored = new Map(records.map((each) => [each.position, each.payload.toString()]));
        for (const [position, text] of acknowledged) {
          if (position > shipped) expect(stored.get(position)).toBe(text);
        }
        for (const [position, text] of stored) {
          expect(attempted.has(text)).toBe(true);
          // What survives without having been acknowledged keeps its position from now on.
          acknowledged.set(position, text);
        }
        for (const position of damaged) expect(acknowledged.has(position)).toBe(false);
        return journal;
      };
      let journal = await open();
      for (const each of steps) {
        if (each.do === 'append') {
          const appended = Array.from({ length: each.count }, () => {
            number += 1;
            const record = sampleRecord(number);
            const text = record.payload.toString();
            attempted.add(text);
            return appendAll(journal, [record]).then(
              ([position = 0]) => acknowledged.set(position, text),
              () => undefined,
            );
          });
          if (each.isAwaited) await Promise.all(appended);
        } else if (each.do === 'tick') await journal.tick();
        else if (each.do === 'fail') {
          const at = disk.operations + each.after;
          const error = Object.assign(new Error(each.code), { code: each.code });
          disk.failure = (_operation, count) => (count === at ? error : undefined);
        } else if (each.do === 'ship') {
          shipped = Math.max(shipped, Math.floor(journal.durablePosition * each.share));
          journal.shippedTo(shipped);
        } else {
          if (each.do === 'crash') disk.crash(seeded(each.seed));
          else if (each.do === 'kill') disk.kill();
          else await journal.close();
          journal = await check();
        }
      }
      await journal.close();
      await (await check()).close();
    }),
    { numRuns: runs(250) },
  );
});
