// What is expected of a user: dated trips and standing exceptions, as people state them. The list
// is kept by hand beside the profile; the profile carries what the judge needs of it. Pure.

import type { UnixMs } from '../accounting-event.ts';
import { expectedMarksMax } from '../limits.ts';
import type { ExpectedMark } from './learned.ts';
import type { Profile } from './profile.ts';

/** One trip or exception. */
export type Expectation = ExpectedMark & {
  /** Names it in the API; says nothing of the user. */
  readonly id: string;
  /** Why, in words of whoever stated it. */
  readonly reason: string;
  /** Who stated it: an id, not a name. */
  readonly by: string;
  readonly at: UnixMs;
};

/** Past ones are listed so long, for whoever looks back at a quiet week. */
export const expectedPastMs = 90 * 24 * 3600 * 1000;

/** What is still to be kept of a list. */
export function keptExpectations(
  list: readonly Expectation[],
  now: UnixMs,
): readonly Expectation[] {
  return list.filter(({ until }) => until > now - expectedPastMs);
}

/** Those that are not over: these are bounded (`expectedMarksMax`). */
export function standingExpectations(
  list: readonly Expectation[],
  now: UnixMs,
): readonly Expectation[] {
  return list.filter(({ until }) => until > now);
}

/**
 * The profile with what is expected from now on, in place of what was before. Idempotent. Write it
 * with `UserStore.putProfile` and the version read, and read again when that answers `conflict`.
 */
export function withExpectations(
  profile: Profile,
  list: readonly Expectation[],
  now: UnixMs,
): Profile {
  const { expected: _, ...learned } = profile.learned;
  const expected = standingExpectations(list, now)
    .map(({ kind, key, from, until }): ExpectedMark => ({ kind, key, from, until }))
    .slice(0, expectedMarksMax);
  return { ...profile, learned: { ...learned, ...(expected.length > 0 && { expected }) } };
}
