// One consistent look at the balance: numbers of one moment, completed with a count of the files.
// Promise: what is shipped and deleted while the files are read is looked at again, not reported.

import type { UnixMs } from '../../domain/accounting-event.ts';
import { makeReader } from '../journal/reader.ts';
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
    const first = unshipped[0]?.first;
    const oldest = first === undefined ? [] : (await reader.readFrom(first, 1, 1)).entries;
    const waiting = isCounting ? undefined : await countWaiting(reader, unshipped);
    const rows = completeRows(snapshot, waiting);
    const oldestWaitingTime =
      oldest[0]?.kind === 'record' ? oldest[0].record.receivedTime : undefined;
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
