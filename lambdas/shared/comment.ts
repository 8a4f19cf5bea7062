// What analysts write to each other about a detection: a thread that only grows. It is personal
// text about a user: it expires with its detection, and an erasure of the user takes it away.

import type { UnixMs } from '../../domain/accounting-event.ts';

export type Comment = {
  /** Sorts by time. */
  readonly id: string;
  readonly at: UnixMs;
  /** Id of the signed-in user (`GET /v1/me`). */
  readonly by: string;
  readonly text: string;
};

export const commentCharactersMax = 4_000;
