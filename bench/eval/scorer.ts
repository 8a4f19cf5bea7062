// What every method under test looks like: online, in the order records arrive, one score a
// session.

import type { Device } from '../../domain/accounting-event.ts';
import type { Location } from '../../domain/location.ts';

/** A session at its first record, as a log of logins would show it to a peer. */
export type Login = {
  /** Number of the person: spellings are unified already, which flatters the peers. */
  readonly person: number;
  readonly start: number;
  readonly address: string;
  readonly location: Location;
  readonly device: Device | undefined;
};

/**
 * Judges logins one by one and learns from each after judging it.
 * A score is comparable within one scorer only; `-Infinity` never alerts. Rules answer 1 or 0.
 */
export type Scorer = {
  readonly name: string;
  /** Rules have no threshold: they come with an alert rate of their own. */
  readonly isRule: boolean;
  readonly score: (login: Login) => number;
};

/** What one method said of one session. */
export type SessionScore = {
  /** When its first record came. */
  readonly first: number;
  /** With later records that scored higher. */
  readonly best: number;
};
