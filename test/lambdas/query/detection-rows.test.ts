// Rows of a range are read once for who asks at the same time, and anew for who asks later.

import { readRange } from '../../../lambdas/query/detection-rows.ts';
import type { QueryStore } from '../../../lambdas/query/ports.ts';
import { hourMs, morning } from '../../support/events.ts';

const range = { from: morning - hourMs, to: morning };

/** A store that counts how often it is read, and may fail. */
function countingStore(fails = 0) {
  let reads = 0;
  const detectionRows: QueryStore['detectionRows'] = async () => {
    reads += 1;
    await Promise.resolve();
    if (reads <= fails) throw new Error('busy');
    return { items: [] };
  };
  return { detectionRows, reads: () => reads };
}

it('reads once for all who ask at the same time, and again for who asks later', async () => {
  const store = countingStore();
  await Promise.all([readRange(store, range), readRange(store, range), readRange(store, range)]);
  expect(store.reads()).toBe(1);
  await readRange(store, range);
  expect(store.reads()).toBe(2);
});

it('reads other ranges and other stores by themselves', async () => {
  const [one, other] = [countingStore(), countingStore()];
  const later = { from: range.from, to: range.to + 24 * hourMs };
  await Promise.all([readRange(one, range), readRange(one, later), readRange(other, range)]);
  expect([one.reads(), other.reads()]).toEqual([2, 1]);
});

it('tells everybody of a failure, and keeps none', async () => {
  const store = countingStore(1);
  const both = [readRange(store, range), readRange(store, range)];
  const told = await Promise.allSettled(both);
  expect(told.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await readRange(store, range)).toEqual({ rows: [] });
});
