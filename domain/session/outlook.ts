// The outlook of a session without Stop: how likely it went on after its last word. What is known
// of it is what was heard; what its gateway usually does says how much silence means. Learned from
// the user's own sessions there (decision 0021). Derived for judging and reading, never stored.

import type { UnixMs } from '../accounting-event.ts';
import { silentAfterInterimPeriods } from '../limits.ts';
import { type Building, least } from './merge-values.ts';
import { isEndedBy, type Restarts, restartOf } from './restart.ts';
import { type Session, sessionDraft } from './session.ts';
import { defaultRules, type SessionRules } from './session-rules.ts';
import { heardUntil, interimPeriodMs, stopTime } from './session-state.ts';

export type Outlook = {
  /** Its latest record. */
  readonly lastWord: UnixMs;
  /** What its gateway sends interims at, ms; absent: it sends none. */
  readonly periodMs?: number;
  /** Its gateway's service restarted then: it did not go on. */
  readonly restart?: UnixMs;
  /** Share of the user's sessions on that gateway that have ended with a Stop. */
  readonly stopShare: number;
  /** How long those last in the middle, ms. */
  readonly usualMs: number;
  /** Without interims it is open for at most so long, by the settings, ms. */
  readonly openMsMax: number;
};

/** A session without Stop as it is judged by others: with its outlook. */
export type KnownSession = Session & { readonly outlook?: Outlook };

const hourMs = 3_600_000;
/** Before a gateway is known to the user: four Stops of five came, after four hours. */
const priorSessions = 5;
const priorStops = 4;
const usualMsDefault = 4 * hourMs;
const usualMsRange = [hourMs / 2, 12 * hourMs] as const;
/** The next interim is not overdue before one and a half periods: gateways do not keep time. */
const periodsOverdue = 1.5;

/**
 * How likely a session without Stop was still going on at a time after its last word, 0 to 1.
 * With interims: 1 until the next one is overdue, then half for each half period more, 0 after
 * three. Without: the share of Stops that come at all, halved for each usual length.
 */
export function chanceOpen(outlook: Outlook, time: UnixMs): number {
  const { lastWord, periodMs, restart, stopShare, usualMs, openMsMax } = outlook;
  if (restart !== undefined && time >= restart) return 0;
  const silence = Math.max(0, time - lastWord);
  if (periodMs === undefined) {
    if (silence > openMsMax) return 0;
    return stopShare * 0.5 ** (silence / usualMs);
  }
  const periods = silence / periodMs;
  if (periods > silentAfterInterimPeriods) return 0;
  return periods <= periodsOverdue ? 1 : 0.25 ** (periods - periodsOverdue);
}

/**
 * The sessions of one user, those without Stop with their outlook.
 * @param judged beside which they stand: what gateways do is learned from those that began before
 * it, so that a judgement made again, when it and others have ended, rests on the same ones
 */
export function withOutlooks(
  sessions: readonly Session[],
  restartsOf: (gatewayId: string) => Restarts | undefined,
  rules: SessionRules = defaultRules,
  judged?: Session,
): readonly KnownSession[] {
  if (sessions.every(({ stoppedAt }) => stoppedAt !== undefined)) return sessions;
  const byGateway = new Map<string, Session[]>();
  for (const session of sessions) {
    const known = byGateway.get(session.gatewayId) ?? [];
    byGateway.set(session.gatewayId, known);
    if (isTelling(session, judged)) known.push(session);
  }
  const habits = new Map([...byGateway].map(([id, there]) => [id, habitsOf(there)]));
  return sessions.map((session) => {
    const known = habits.get(session.gatewayId);
    if (session.stoppedAt !== undefined || !known) return session;
    const others = known.sessions - (isTelling(session, judged) ? 1 : 0);
    const outlook = outlookOf(session, { ...known, others }, restartsOf(session.gatewayId), rules);
    const seen: Building<KnownSession> = sessionDraft(session);
    seen.outlook = outlook;
    return seen;
  });
}

/** Whether a session says what its gateway does, when that one is judged. */
const isTelling = (session: Session, judged: Session | undefined): boolean =>
  judged === undefined || session.startedAt < judged.startedAt;

/** What a user's sessions on one gateway show of it, once for all of them. */
type Habits = {
  readonly sessions: number;
  readonly stops: number;
  readonly periodMs: number | undefined;
  readonly usualMs: number;
};

function habitsOf(there: readonly Session[]): Habits {
  const stops = there.filter((one) => one.stoppedAt !== undefined);
  return {
    sessions: there.length,
    stops: stops.length,
    periodMs: usualPeriodMs(there),
    usualMs: usualMs(stops),
  };
}

/** The outlook of a session by itself, where nothing else is known of its gateway. */
export const outlookAlone = (session: Session): Outlook =>
  outlookOf(session, { ...habitsOf([session]), others: 0 }, undefined, defaultRules);

/** @param habits of the user's sessions on the same gateway, and how many `others` they are of */
function outlookOf(
  session: Session,
  habits: Omit<Habits, 'sessions'> & { readonly others: number },
  restarts: Restarts | undefined,
  { openMsMax }: SessionRules,
): Outlook {
  const lastWord = heardUntil(session);
  const period = interimPeriodMs(session) ?? habits.periodMs;
  // Where its gateway lets a user have one session at a time the next ends it, as a restart does.
  const restart = least(restartOf(session, restarts), session.replacedAt);
  // The session itself says nothing of how often Stops go missing: it may be open.
  const outlook: Building<Outlook> = {
    lastWord,
    stopShare: (habits.stops + priorStops) / (habits.others + priorSessions),
    usualMs: habits.usualMs,
    openMsMax,
  };
  if (period !== undefined) outlook.periodMs = period;
  if (isEndedBy(restart, lastWord)) outlook.restart = restart;
  return outlook;
}

/** Sessions that show what a gateway does before it is believed. */
const sessionsTelling = 2;

/**
 * The longest period that a user's sessions on a gateway show; undefined where they are few, or one
 * went on for longer than two periods without an interim: the gateway sends none to all.
 */
export function usualPeriodMs(there: readonly Session[]): number | undefined {
  const periods = there.flatMap((session) => interimPeriodMs(session) ?? []);
  if (periods.length < sessionsTelling) return undefined;
  const longest = periods.reduce((a, b) => Math.max(a, b));
  const isMute = ({ lastInterim, startedAt, lastSeen }: Session): boolean =>
    lastInterim === undefined && lastSeen - startedAt > 2 * longest;
  return there.some(isMute) ? undefined : longest;
}

/**
 * The middle length of sessions with a Stop and of one as it is expected anywhere, ms; of two the
 * longer one. The sessions of a day are few: one short one does not say that the next is short.
 */
function usualMs(stops: readonly Session[]): number {
  const seen = stops.map((one) => stopTime(one) - one.startedAt);
  const lengths = [...seen, usualMsDefault].sort((a, b) => a - b);
  const middle = lengths[Math.floor(lengths.length / 2)] ?? usualMsDefault;
  const [least, most] = usualMsRange;
  return Math.min(most, Math.max(least, middle));
}
