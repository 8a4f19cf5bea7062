// From a score to a judgement: alert or not, how severe, and with which reasons. The threshold
// follows an alert budget (threshold.ts). Before the learning gate of Defender for Identity (30
// days since the first connection, 5 in the last 30 days) nothing personal alerts: hard evidence
// does, at Low. Of a user who is known for 30 days and only connects seldom hard evidence is as
// grave as of anybody: it needs no history. `strictGate` silences both.

import type { Severity } from '../detection.ts';
import type { Ground } from '../kept-judgement.ts';
import type { Building } from '../session/merge-values.ts';
import type { Session } from '../session/session.ts';
import type { DetectionSettings } from '../settings.ts';
import { type BesideInput, mostBeside, type Scored } from './beside.ts';
import type { Evidence, TermName } from './context/term.ts';
import { ofOthers } from './left.ts';
import type { Score } from './score.ts';
import { withoutOrganisation } from './terms/organisation.ts';
import { thresholdOf } from './threshold.ts';

export type Judgement = {
  /** Nats. */
  readonly score: number;
  /** 0 to 100; 50 is the threshold of the sensitivity `normal`. */
  readonly shown: number;
  /** Absent: no alert. */
  readonly severity?: Severity;
  /** Held back by the learning gate. */
  readonly isLearning: boolean;
  readonly threshold: number;
  readonly gate: Gate;
  /** What decided beside the score. */
  readonly ground: Ground;
  /** Heaviest first; mitigating evidence comes last. */
  readonly evidence: readonly Evidence[];
};

/** What does not depend on how the learning gate came to be shut. */
export type Decided = Omit<Judgement, 'gate' | 'ground'>;

/** The judgement of a session, for observers (replay, evaluation). */
export type SessionJudgement = {
  readonly userKey: string;
  readonly session: Session;
  readonly judgement: Judgement;
  /** The score of what no open detection holds, where the session shows values that one does. */
  readonly beyondHeld?: Pick<Score, 'score' | 'evidence'>;
};

/** The gate's facts at the time of the judged session, which is not counted. */
export type Gate = { readonly daysSinceFirst: number; readonly sessionsInMonth: number };

/** The learning gate: days since the first connection, and connections in the last 30 days. */
export const gateDays = 30;
export const gateSessions = 5;
/** Evidence that needs no history of the user. */
const hard: ReadonlySet<TermName> = new Set(['travel', 'burst', 'network-type']);
const hardWeightMin = 2;
const aboutLocation: ReadonlySet<TermName> = new Set(['place', 'network', 'prefix', 'colleagues']);
/**
 * Nats that make an alert High by themselves: above the threshold, and above that of a standard
 * organisation, or an organisation with low scores would have nothing but High ones.
 */
const highAbove = 4;
/** Travel that counts as a second user at work, with a device that is not known. */
const travelHigh = 1.5;
/** A term below this is no evidence of its own. */
const noteworthy = 0.5;

const shownMidpoint = 2.6;
const shownWidth = 2;

/** Decides about a score. */
export function judgementOf(scored: Score, gate: Gate, settings: DetectionSettings): Judgement {
  const ground = groundOf(gate, thresholdOf(settings));
  const { score, shown, severity, isLearning, threshold, evidence } = judgementOn(
    scored,
    ground,
    settings,
  );
  const judgement: Building<Judgement> = {
    score,
    shown,
    isLearning,
    threshold,
    gate,
    ground,
    evidence,
  };
  if (severity) judgement.severity = severity;
  return judgement;
}

/** What decides beside the score. @param threshold nats */
export function groundOf(gate: Gate, threshold: number): Ground {
  const isNew = gate.daysSinceFirst < gateDays;
  const isSeldom = !isNew && gate.sessionsInMonth < gateSessions;
  const isLearning = isNew || isSeldom;
  return isSeldom ? { threshold, isLearning, isSeldom } : { threshold, isLearning };
}

/** Decides about a score on a ground that stands. */
export function judgementOn(scored: Scored, ground: Ground, settings: DetectionSettings): Decided {
  const { score, evidence } = scored;
  const { threshold } = ground;
  const needsNoHistory = ground.isSeldom === true && settings.strictGate !== true && isHard(scored);
  const isLearning = ground.isLearning && !needsNoHistory;
  const severity = isLearning
    ? learningSeverity(scored, threshold, settings)
    : severityOf(scored, threshold);
  const shown = shownScore(score);
  const decided: Building<Decided> = { score, shown, isLearning, threshold, evidence };
  if (severity) decided.severity = severity;
  return decided;
}

/**
 * Whether other sessions may make a judgement an alert, or another one; before the learning gate
 * whether they may make it one that would be an alert after it: that much less it teaches.
 */
export const mayAlert = (beside: BesideInput, { threshold }: Ground): boolean =>
  mostBeside(beside) >= threshold;

/** 0 to 100, strictly rising with the score. */
export function shownScore(score: number): number {
  return 100 / (1 + Math.exp(-(score - shownMidpoint) / shownWidth));
}

function learningSeverity(
  scored: Scored,
  threshold: number,
  settings: DetectionSettings,
): Severity | undefined {
  if (settings.strictGate === true || scored.score < threshold) return undefined;
  return isHard(scored) ? 'low' : undefined;
}

/** Whether what needs no history of the user is enough to be told of. */
export function isHard({ evidence }: Pick<Scored, 'evidence'>): boolean {
  const weight = evidence
    .filter((one) => hard.has(one.term) && one.weight > 0)
    .reduce((sum, one) => sum + one.weight, 0);
  return weight >= hardWeightMin;
}

function severityOf(scored: Scored, threshold: number): Severity | undefined {
  const { score, evidence } = scored;
  if (score < threshold) return undefined;
  const weightOf = (term: TermName): number =>
    evidence.find((one) => one.term === term)?.weight ?? 0;
  const isNewDevice = evidence.some((one) => one.aspect === 'new-device' && one.weight > 0);
  const least = Math.min(score, withoutOrganisation(score, evidence));
  if (weightOf('burst') > 0 || least >= Math.max(threshold, shownMidpoint) + highAbove) {
    return 'high';
  }
  if (isNewDevice && weightOf('travel') >= travelHigh) return 'high';
  const grounds = evidence.filter((one) => one.weight >= noteworthy && !ofOthers.has(one.term));
  return grounds.length === 1 && grounds.every((one) => aboutLocation.has(one.term))
    ? 'low'
    : 'medium';
}
