// What people decided about a case: all that is stored of one, because its members follow from
// their rows (case-groups.ts). A case that nobody has touched has no record.

import type { UnixMs } from '../../domain/accounting-event.ts';
import type { CaseSplit } from './case-groups.ts';

export type CaseRecord = {
  /** Of the case as it was called then; `caseOfId` says which one that is now. */
  readonly id: string;
  /** Counts up with each change. */
  readonly version: number;
  readonly at: UnixMs;
  /** Who looks after the case: the id of a signed-in user (`GET /v1/me`). */
  readonly owner?: string;
  /** When `owner` was last said, or taken away. */
  readonly ownerAt?: UnixMs;
  /** Present: the case is what was split off another one. */
  readonly split?: {
    readonly from: string;
    readonly at: UnixMs;
    readonly by: string;
    readonly detections: readonly string[];
    /** The split was taken back: its detections are grouped as all others are. */
    readonly isTakenBack?: true;
  };
};

/** Splits that hold. */
export const splitsOf = (records: readonly CaseRecord[]): readonly CaseSplit[] =>
  records.flatMap(({ id, split }) =>
    split && !split.isTakenBack ? [{ id, at: split.at, detections: split.detections }] : [],
  );
