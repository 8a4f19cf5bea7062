// Every stored detection gets its row of the queue, once under each form of rows (decision 0040):
// an upgrade finds detections that no list would show. Newest months first; how far it is stands in
// the state of the sweep, page by page.

import type { UnixMs } from '../../domain/accounting-event.ts';

/** Raised when rows of the queue are made otherwise: the next runs write all of them anew. */
export const listRules = 2;

/** Where the pass over the detections is; absent parts: at the beginning. */
export type Listing = {
  readonly rules: number;
  /** The month that is being listed, as `202611`; absent: all are. */
  readonly month?: string;
  /** Id of the last detection that was listed. */
  readonly after?: string;
};

export type ListDeps = {
  /** Writes the rows of one page of a month's detections. */
  readonly listDetections: (
    month: string,
    after: string | undefined,
  ) => Promise<{ readonly listed: number; readonly last?: string }>;
  /** How long detections are kept, days. */
  readonly detectionDays: number;
};

const dayMs = 86_400_000;

/**
 * Goes on with the pass.
 * @param listing as the run before left it; undefined: none did
 * @param write called after each page
 * @returns how many detections were listed
 */
export async function listAll(
  { listDetections, detectionDays }: ListDeps,
  listing: Listing | undefined,
  run: {
    readonly now: UnixMs;
    readonly isTimeUp: () => boolean;
    readonly write: (listing: Listing) => Promise<void>;
  },
): Promise<number> {
  const isBegun = listing?.rules === listRules;
  let at: Listing = isBegun ? listing : { rules: listRules, month: monthOf(run.now + dayMs) };
  const oldest = monthOf(run.now - detectionDays * dayMs);
  let listed = 0;
  while (at.month !== undefined && !run.isTimeUp()) {
    const { month } = at;
    const page = await listDetections(month, at.after);
    listed += page.listed;
    const before = monthBefore(month);
    if (page.last !== undefined) at = { rules: listRules, month, after: page.last };
    else at = before < oldest ? { rules: listRules } : { rules: listRules, month: before };
    await run.write(at);
  }
  return listed;
}

/** `202611` */
const monthOf = (time: UnixMs): string => new Date(time).toISOString().slice(0, 7).replace('-', '');

function monthBefore(month: string): string {
  const first = Date.UTC(Number(month.slice(0, 4)), Number(month.slice(4)) - 1);
  return monthOf(first - dayMs);
}
