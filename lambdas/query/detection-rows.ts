// Rows of a range of time, newest first: what lists and counts of detections are made from. A walk
// ends after 10,600 rows, which cost less than 400 read units (decision 0040); who asks is told.

import type { UnixMs } from '../../domain/accounting-event.ts';
import type { DetectionRow } from '../shared/detection-row.ts';
import type { QueryStore } from './ports.ts';

export type Range = { readonly from: UnixMs; readonly to: UnixMs };

/**
 * Rows that one question looks at: 10,000 of a range, and room for those of the days beside it that
 * ids do not tell apart. At 300 octets 389 read units.
 */
const rowsMax = 10_600;
/** An id names the start of the first session seen; later folds may find an earlier one. */
const idSlackMs = 86_400_000;

export type RowsRead = {
  /** Of the range, newest first. */
  readonly rows: readonly DetectionRow[];
  /** The id to go on from; absent: the range was read to its end. */
  readonly last?: string;
};

/**
 * Reads rows of a range.
 * @param wanted ends the walk early, once it returns true for the rows of the range so far
 * @param after begins behind this id
 */
export async function readRange(
  store: Pick<QueryStore, 'detectionRows'>,
  { from, to }: Range,
  {
    after,
    pageRows = rowsMax,
    isEnough,
  }: {
    readonly after?: string | undefined;
    readonly pageRows?: number;
    readonly isEnough?: (found: readonly DetectionRow[]) => boolean;
  } = {},
): Promise<RowsRead> {
  const ids = { from: stampOf(from - idSlackMs), to: stampOf(to + idSlackMs) };
  const rows: DetectionRow[] = [];
  let read = 0;
  let last = after;
  let limit = pageRows;
  for (let month = (last ?? ids.to).slice(0, 6); month >= ids.from.slice(0, 6); ) {
    limit = Math.min(limit, rowsMax - read);
    const page = await rowsOf(store, month, ids, { limit, ...(last ? { after: last } : {}) });
    read += page.items.length;
    rows.push(...page.items.filter((row) => row.firstSeen >= from && row.firstSeen < to));
    last = page.last;
    if (last !== undefined && (read >= rowsMax || isEnough?.(rows))) return { rows, last };
    if (last === undefined) month = monthBefore(month);
    // What the first page did not find is looked for in larger ones.
    limit = rowsMax;
  }
  return { rows };
}

type RowStore = Pick<QueryStore, 'detectionRows'>;
type Reading = ReturnType<RowStore['detectionRows']>;
const underWay = new WeakMap<RowStore, Map<string, Reading>>();

/**
 * A page of rows. What is asked for while the same is being read is read once, where one process
 * answers many: the page of a detection asks the local run of its address, network, device and
 * place at a time. A Lambda instance has one request at a time. Nothing is kept for later.
 */
function rowsOf(store: RowStore, ...asked: Parameters<RowStore['detectionRows']>): Reading {
  const readings = underWay.get(store) ?? new Map<string, Reading>();
  underWay.set(store, readings);
  const key = JSON.stringify(asked);
  const known = readings.get(key);
  if (known) return known;
  const reading = store.detectionRows(...asked).finally(() => readings.delete(key));
  readings.set(key, reading);
  return reading;
}

/** Sorts before every id of a detection of this second or later. */
const stampOf = (time: UnixMs): string =>
  new Date(Math.max(0, time)).toISOString().replace(/[-:]|\.\d+/g, '');

function monthBefore(month: string): string {
  const year = Number(month.slice(0, 4));
  const number = Number(month.slice(4));
  return number > 1 ? `${year}${`${number - 1}`.padStart(2, '0')}` : `${year - 1}12`;
}
