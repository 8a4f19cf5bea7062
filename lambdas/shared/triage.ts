// What analysts decided about a detection: state, classification, note, and who decided when. It is
// stored in a row of its own beside the detection, because the pipeline merges detections at any
// time and a decision must survive that.

import type { UnixMs } from '../../domain/accounting-event.ts';
import { type Detection, isWithdrawn } from '../../domain/detection.ts';

export const triageStatuses = ['new', 'in-progress', 'resolved'] as const;
export type TriageStatus = (typeof triageStatuses)[number];

/** What a detection reads as: `withdrawn` is what the records say, the others what analysts do. */
export const detectionStatuses = [...triageStatuses, 'withdrawn'] as const;
export type DetectionStatus = (typeof detectionStatuses)[number];

export const classifications = ['benign', 'malicious'] as const;
export type Classification = (typeof classifications)[number];

/** One change, as the audit trail keeps it. */
export type TriageChange = {
  readonly at: UnixMs;
  /** The signed-in analyst: e-mail or subject of the token; `local` in the local run. */
  readonly by: string;
  readonly status: TriageStatus;
  readonly classification?: Classification;
  readonly note?: string;
  /** Who looks after it: the id of a signed-in user (`GET /v1/me`). */
  readonly owner?: string;
  /** Benign only: until when the place, network or device counts as usual. */
  readonly benignUntil?: UnixMs;
};

/** The present state is the newest change; older ones are its history, newest first. */
export type Triage = TriageChange & {
  /** Counts up with each change. */
  readonly version: number;
  readonly history: readonly TriageChange[];
};

/**
 * How a detection reads. One that would not be raised any more is withdrawn, unless an analyst has
 * classified it: then the analyst's word stands, and the correction is a note on it.
 */
export function statusOf(detection: Detection, triage: Triage | undefined): DetectionStatus {
  if (isWithdrawn(detection) && !triage?.classification) return 'withdrawn';
  return triage?.status ?? 'new';
}

/** Changes kept of one detection. */
export const triageHistoryMax = 20;

/** The state after one more change. */
export function changed(before: Triage | undefined, change: TriageChange): Triage {
  const history = before ? [changeOf(before), ...before.history].slice(0, triageHistoryMax) : [];
  return { ...change, version: (before?.version ?? 0) + 1, history };
}

function changeOf({ version: _, history: __, ...change }: Triage): TriageChange {
  return change;
}
