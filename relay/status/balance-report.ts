// One consistent look at the balance: numbers of one moment, completed with a count of the files.
// Promise: what is shipped and deleted while the files are read is looked at again, not reported.

import type { UnixMs } from '../../domain/accounting-event.ts';
import type { PositionSpan } from '../journal/cursor.ts';
import { type JournalReader, makeReader } from '../journal/reader.ts';
import {
  type Balance,
  type BalanceRow,
  type BalanceSnapshot,
  completeRows,
  isBalanced,
} from './balance.ts';
import { countWaiting } from './balance-count.ts';

export type BalanceReport = {
  readonly state: 'counting' | 'balanced' | 'unbalanced';
  readonly since?: UnixMs;
  readonly total: BalanceRow;
  /** By configured name; `''`: records whose gateway cannot be read any more. */
  readonly rows: ReadonlyMap<string, BalanceRow>;
  /** False: too many wait to count them per gateway, so only the total was checked. */
  readonly isCountedPerGateway: boolean;
  /** Arrival of the oldest record that waits. */
  readonly oldestWaitingTime?: UnixMs;
};

const attemptsMax = 3;
/** More imported records than ever wait (relay/import/import-service.ts). */
const lookedAtMax = 10_000;
const pageRecords = 256;
const pageBytes = 128 * 1024;

/** @throws what reading the journal throws */
export async function reportBalance(balance: Balance, directory: string): Promise<BalanceReport> {
  for (let attempt = 1; ; attempt += 1) {
    const snapshot = balance.snapshot();
    const report = await complete(snapshot, directory);
    const isExact = [...report.rows.values()].every(({ difference }) => difference === 0);
    if (isExact || attempt === attemptsMax) return report;
  }
}

async function complete(snapshot: BalanceSnapshot, directory: string): Promise<BalanceReport> {
  const { isCounting, since, total, unshipped, durablePosition } = snapshot;
  const reader = makeReader({ directory, durablePosition: () => durablePosition });
  try {
    const waiting = isCounting ? undefined : await countWaiting(reader, unshipped);
    const rows = completeRows(snapshot, waiting);
    const oldestWaitingTime = await oldestArrival(reader, unshipped[0], durablePosition);
    const counted = isBalanced(total, rows) ? 'balanced' : 'unbalanced';
    return {
      state: isCounting ? 'counting' : counted,
      ...(since !== undefined && { since }),
      total,
      rows,
      isCountedPerGateway: waiting !== undefined,
      ...(oldestWaitingTime !== undefined && { oldestWaitingTime }),
    };
  } finally {
    await reader.close();
  }
}

/** Arrival of the first live record from a span on: imported ones are old by nature. */
async function oldestArrival(
  reader: JournalReader,
  waiting: PositionSpan | undefined,
  durablePosition: number,
): Promise<UnixMs | undefined> {
  const from = waiting?.first ?? durablePosition + 1;
  const last = Math.min(durablePosition, from + lookedAtMax);
  for (let next = from; next <= last; ) {
    const { entries } = await reader.readFrom(next, pageRecords, pageBytes);
    for (const entry of entries) {
      if (entry.kind === 'record' && entry.record.type === 'datagram') {
        return entry.record.receivedTime;
      }
    }
    const end = entries.at(-1);
    if (!end) return undefined;
    next = end.position + 1;
  }
  return undefined;
}
