// The relay's promise as arithmetic: acked = shipped + waiting + dead letters, per gateway.
// Promise: the four numbers come from four places: what was answered (the receiver), what the cloud
// has accepted (its batches), what the cursor does not cover yet (positions in the journal's
// files), and the dead letters. At start all are read from the files, nothing is carried over.

import type { UnixMs } from '../../domain/accounting-event.ts';
import { type Covered, positionsIn, unshippedSpans } from '../journal/covered.ts';
import type { PositionSpan } from '../journal/cursor.ts';
import { configuredName } from '../radius/gateway.ts';
import type { ShipItem } from '../ship/load.ts';
import type { Found } from './balance-count.ts';

export type BalanceRow = {
  readonly acked: number;
  readonly shipped: number;
  readonly waiting: number;
  readonly setAside: number;
  /** acked less the other three: 0, or records whose octets on disk can no longer be read. */
  readonly difference: number;
};

/** All numbers of one moment. */
export type BalanceSnapshot = {
  /** True until the files have been counted after a start; the numbers mean nothing before. */
  readonly isCounting: boolean;
  /** Arrival of the oldest record that counts. */
  readonly since?: UnixMs;
  readonly total: BalanceRow;
  /** Per configured name, without `waiting`; `''`: the gateway cannot be read. */
  readonly rows: ReadonlyMap<string, Omit<BalanceRow, 'waiting' | 'difference'>>;
  /** Positions that wait, for a count per gateway. */
  readonly unshipped: readonly PositionSpan[];
  readonly durablePosition: number;
};

export type BalanceDeps = {
  /** Packets answered as recorded since the start, by configured name. */
  readonly acknowledged: () => Iterable<readonly [name: string, count: number]>;
  readonly cursor: Covered;
  readonly durablePosition: () => number;
};

type Counts = Map<string, number>;

export class Balance {
  readonly #deps: BalanceDeps;
  readonly #shipped: Counts = new Map();
  readonly #setAside: Counts = new Map();
  readonly #imported: Counts = new Map();
  #found: Found | undefined;

  constructor(deps: BalanceDeps) {
    this.#deps = deps;
  }

  /** What the files said at start; ends the counting. */
  found(found: Found): void {
    this.#found = found;
  }

  /** The cloud has accepted these, and the cursor covers them from this turn on. */
  accepted(items: readonly ShipItem[]): void {
    for (const item of items) {
      if ('record' in item) add(this.#shipped, item.record.gatewayId, 1);
      else add(this.#setAside, item.gatewayId ?? '', 1);
    }
  }

  /** A dead letter is in the journal again, from this turn on. */
  requeued(gatewayId: string): void {
    add(this.#setAside, gatewayId, -1);
  }

  /** A record of history is in the journal, from this turn on. */
  imported(gatewayId: string): void {
    add(this.#imported, gatewayId, 1);
  }

  snapshot(): BalanceSnapshot {
    const { acknowledged, cursor, durablePosition } = this.#deps;
    const acked: Counts = new Map(acknowledged());
    const names = new Set([
      ...acked.keys(),
      ...this.#imported.keys(),
      ...this.#shipped.keys(),
      ...this.#setAside.keys(),
      ...(this.#found?.rows.keys() ?? []),
    ]);
    const rows = new Map(
      [...names].map((name) => {
        const found = this.#found?.rows.get(name);
        const row = {
          acked: (acked.get(name) ?? 0) + (this.#imported.get(name) ?? 0) + (found?.acked ?? 0),
          shipped: (this.#shipped.get(name) ?? 0) + (found?.shipped ?? 0),
          setAside: (this.#setAside.get(name) ?? 0) + (found?.setAside ?? 0),
        };
        return [name, row] as const;
      }),
    );
    const last = durablePosition();
    const unshipped = unshippedSpans(cursor, last);
    const isCounting = this.#found === undefined;
    const since = this.#found?.since;
    return {
      isCounting,
      ...(since !== undefined && { since }),
      total: totalOf([...rows.values()], positionsIn(unshipped), isCounting),
      rows,
      unshipped,
      durablePosition: last,
    };
  }
}

function add(counts: Counts, gatewayId: string, by: number): void {
  const name = configuredName(gatewayId);
  counts.set(name, (counts.get(name) ?? 0) + by);
}

function totalOf(
  rows: readonly Omit<BalanceRow, 'waiting' | 'difference'>[],
  waiting: number,
  isCounting: boolean,
): BalanceRow {
  const sum = (key: 'acked' | 'shipped' | 'setAside'): number =>
    rows.reduce((total, row) => total + row[key], 0);
  const [acked, shipped, setAside] = [sum('acked'), sum('shipped'), sum('setAside')];
  const difference = isCounting ? 0 : acked - shipped - waiting - setAside;
  return { acked, shipped, waiting, setAside, difference };
}

/**
 * The rows with what waits for each gateway. `waiting`: counted from the files; undefined when
 * there were too many, and then each row is completed so that it holds, and only the total is a
 * check.
 */
export function completeRows(
  snapshot: BalanceSnapshot,
  waiting: ReadonlyMap<string, number> | undefined,
): ReadonlyMap<string, BalanceRow> {
  const names = new Set([...snapshot.rows.keys(), ...(waiting?.keys() ?? [])]);
  return new Map(
    [...names].map((name) => {
      const row = snapshot.rows.get(name) ?? { acked: 0, shipped: 0, setAside: 0 };
      const left = row.acked - row.shipped - row.setAside;
      const counted = waiting ? (waiting.get(name) ?? 0) : left;
      return [name, { ...row, waiting: counted, difference: left - counted }] as const;
    }),
  );
}

/**
 * Whether the promise holds. Octets that rot on disk take their gateway's name along: such a record
 * is missing from its gateway's row and stands in the nameless one, and the total still holds.
 */
export function isBalanced(total: BalanceRow, rows: ReadonlyMap<string, BalanceRow>): boolean {
  const isRowSound = ([name, { difference }]: [string, BalanceRow]): boolean =>
    name === '' ? difference <= 0 : difference >= 0;
  return total.difference === 0 && [...rows].every(isRowSound);
}
