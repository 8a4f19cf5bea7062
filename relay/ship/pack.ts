// Makes a batch of loaded items that keeps the size target, and cuts one in half.
// It does not number batches: the caller does, once per body.

import { batchEncodedBytesTarget } from '../../domain/limits.ts';
import { type BatchName, type BatchOfTexts, batchVersion } from '../../wire/batch.ts';
import type { PositionSpan } from '../journal/cursor.ts';
import type { ShipItem } from './load.ts';

/** The items of one batch and its body as sent; the body stays the same over retries. */
export type PackedBatch = {
  readonly name: BatchName;
  readonly items: readonly ShipItem[];
  readonly body: string;
};

export type EncodeBatch = (batch: BatchOfTexts) => Promise<string>;

/** Aims below the target, so that the second try fits. */
const shrinkFactor = 0.9;

/** Packs the first of `items`, as many as fit; at least one. Items must be consecutive. */
export async function packItems(
  items: readonly ShipItem[],
  name: BatchName,
  encode: EncodeBatch,
): Promise<PackedBatch> {
  let some = items;
  for (;;) {
    const body = await encode(batchOf(some, name));
    if (body.length <= batchEncodedBytesTarget || some.length === 1) {
      return { name, items: some, body };
    }
    const share = (batchEncodedBytesTarget / body.length) * shrinkFactor;
    some = some.slice(0, Math.max(1, Math.floor(some.length * share)));
  }
}

/** The positions of items that are consecutive. */
export function spanOf(items: readonly ShipItem[]): PositionSpan {
  const first = items[0];
  const last = items.at(-1);
  if (!first || !last) throw new Error('a batch holds at least one record');
  return { first: first.position, last: last.position };
}

/** How many of the items became no event. */
export function setAsideCount(items: readonly ShipItem[]): number {
  return items.filter((item) => 'reason' in item).length;
}

function batchOf(items: readonly ShipItem[], name: BatchName): BatchOfTexts {
  const { first, last } = spanOf(items);
  return {
    version: batchVersion,
    ...name,
    firstPosition: first,
    lastPosition: last,
    events: items.flatMap((item) => ('json' in item ? [item.json] : [])),
    setAside: items.flatMap((item) =>
      'reason' in item ? [{ position: item.position, reason: item.reason }] : [],
    ),
  };
}
