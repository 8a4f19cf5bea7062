// Which journal positions to send next. Fresh records do not wait behind a long backlog: when more
// than `freshAfter` records wait, the newest positions become a span of their own, and up to half
// of the batches in flight go there first. Order does not matter to facts (ARCHITECTURE, step 9).

import type { PositionSpan } from '../journal/cursor.ts';

/** Spans that may be open at a time; beyond it the backlog is sent in order. */
const gapsMax = 8;

type Gap = { first: number; last: number };

export class ShipPlan {
  readonly #gaps: Gap[] = [];
  readonly #freshAfter: number;
  #freshInFlight = 0;

  constructor(
    shipped: { readonly position: number; readonly ahead: readonly PositionSpan[] },
    freshAfter: number,
  ) {
    this.#freshAfter = freshAfter;
    let first = shipped.position + 1;
    for (const span of shipped.ahead) {
      if (span.first > first) this.#gaps.push({ first, last: span.first - 1 });
      first = span.last + 1;
    }
    this.#gaps.push({ first, last: Number.POSITIVE_INFINITY });
  }

  /** Where the newest records begin that no slot has taken. */
  get freshPosition(): number {
    return this.#open.first;
  }

  /** True when older records wait apart from the fresh ones. */
  get hasBacklog(): boolean {
    return this.#gaps.length > 1;
  }

  /** Records up to `durable` that no slot has taken. */
  waiting(durable: number): number {
    return this.#gaps.reduce(
      (sum, { first, last }) => sum + Math.max(0, Math.min(last, durable) - first + 1),
      0,
    );
  }

  /**
   * Takes up to `count` positions. `isFlushDue`: fewer fresh ones than `count` may go, too.
   * `freshMax`: batches of fresh records that may be in flight while there is a backlog.
   */
  take(options: {
    readonly durable: number;
    readonly count: number;
    readonly isFlushDue: boolean;
    readonly freshMax: number;
  }): (PositionSpan & { readonly isFresh: boolean }) | undefined {
    const { durable, count } = options;
    const open = this.#open;
    if (durable - open.first + 1 > this.#freshAfter && this.#gaps.length < gapsMax) {
      this.#gaps.splice(
        -1,
        1,
        { first: open.first, last: durable },
        { ...open, first: durable + 1 },
      );
    }
    const fresh = this.#open;
    const waiting = durable - fresh.first + 1;
    const isReady = waiting >= count || (waiting > 0 && options.isFlushDue);
    if (isReady && (!this.hasBacklog || this.#freshInFlight < options.freshMax)) {
      this.#freshInFlight += 1;
      return { ...cut(fresh, Math.min(count, waiting)), isFresh: true };
    }
    const oldest = this.#gaps[0];
    if (!oldest || oldest === fresh) return undefined;
    const span = cut(oldest, count);
    if (oldest.first > oldest.last) this.#gaps.shift();
    return { ...span, isFresh: false };
  }

  /** A fresh span that was taken is done. */
  freshDone(): void {
    this.#freshInFlight -= 1;
  }

  get #open(): Gap {
    const open = this.#gaps.at(-1);
    if (!open) throw new Error('the open gap never closes');
    return open;
  }
}

/** Takes up to `count` positions off the front of a gap. */
function cut(gap: Gap, count: number): PositionSpan {
  const { first } = gap;
  const last = Math.min(gap.last, first + count - 1);
  gap.first = last + 1;
  return { first, last };
}
