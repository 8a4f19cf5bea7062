// What every method under test looks like: online, in the order records arrive, one score a
// session.

import type { Device } from '../../domain/accounting-event.ts';
import type { Evidence } from '../../domain/detect/context/term.ts';
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

/** What the product said of one record. */
export type Verdict = {
  readonly score: number;
  /** The score with what an open detection holds, where that differs: what orders sessions. */
  readonly whole: number;
  /** What the score is the sum of, in nats. */
  readonly evidence: readonly Evidence[];
};

/** What one method said of one session. */
export type SessionScore = {
  /** When its first record came. */
  readonly first: number;
  /** As `first`, with what an open detection holds. */
  readonly whole?: number;
  /** With later records that scored higher. */
  readonly best: number;
  /** The verdict of the best score, where the method explains itself. */
  readonly verdict?: Verdict;
  /** The alert raised at the product's own settings, the gravest of the session. */
  readonly alert?: Alert;
  /** The detection that the product folded the session into. */
  readonly detection?: string;
};

/** An alert of the product. `isLearning`: before the gate of 30 days and 5 connections. */
export type Alert = {
  readonly severity: 'low' | 'medium' | 'high';
  readonly isLearning: boolean;
};

const severityRank = { low: 1, medium: 2, high: 3 } as const;

/** The graver of two alerts. */
export function graver(a: Alert | undefined, b: Alert | undefined): Alert | undefined {
  if (!a || !b) return a ?? b;
  return severityRank[a.severity] >= severityRank[b.severity] ? a : b;
}
