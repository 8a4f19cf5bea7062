// What analysts write to each other about a detection or a case: a thread that only grows. It is
// personal text about users: it expires with what it is about, and an erasure of one of them takes
// it away.

import type { UnixMs } from '../../domain/accounting-event.ts';

export type Comment = {
  /** Sorts by time. */
  readonly id: string;
  readonly at: UnixMs;
  /** Id of the signed-in user (`GET /v1/me`). */
  readonly by: string;
  readonly text: string;
  /** Of a case: the detections that it had when this was written. */
  readonly about?: readonly string[];
};

export const commentCharactersMax = 4_000;
