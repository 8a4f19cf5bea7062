// How a session reads: open or how it ended, for how long, with how much traffic. Silence and
// restarts are derived when reading, never stored.

import type { UnixMs } from '../accounting-event.ts';
import {
  clockToleranceMs,
  interimPeriodMsDefault,
  interimPeriodMsMax,
  interimPeriodMsMin,
  silentAfterInterimPeriods,
  stopLatenessMsMax,
} from '../limits.ts';
import { spanEnd } from './interim-span.ts';
import { joinOctets, type KeptInterim, type Octets } from './kept-records.ts';
import { isLastWord } from './last-word.ts';
import { least } from './merge-values.ts';
import { isEndedBy, type Restarts, restartOf } from './restart.ts';
import type { Session } from './session.ts';
import { defaultRules, type SessionRules } from './session-rules.ts';

/** How a session reads now. */
export type SessionState = {
  readonly state: 'open' | 'ended' | 'silent' | 'gateway-restarted' | 'replaced';
  /** Absent while open. */
  readonly endedAt?: UnixMs | undefined;
};

/**
 * End of a session: its Stop, a later restart of its gateway's service, the Start of another in its
 * place, or silence: of three interim periods after its last word, and where its gateway sends no
 * interims the longest time that a session lasts. Where nobody has looked for that
 * (`withLastWord`), it may have been heard of to the end of the span of its row's interim.
 */
export function sessionState(
  session: Session,
  now: UnixMs,
  restarts: Restarts | undefined,
  rules: SessionRules = defaultRules,
): SessionState {
  if (session.stoppedAt !== undefined) return { state: 'ended', endedAt: stopTime(session) };
  const restart = restartOf(session, restarts);
  if (isEndedBy(restart, session.lastSeen)) {
    return { state: 'gateway-restarted', endedAt: restart };
  }
  const replaced = replacedAt(session);
  if (replaced !== undefined) return { state: 'replaced', endedAt: replaced };
  if (now > silentAfter(session, rules)) return { state: 'silent', endedAt: session.lastSeen };
  return { state: 'open' };
}

/** When another began in its place: of the same id, or of the same user (`replacedAt`). */
function replacedAt({ nextStart, replacedAt: next, lastInterim, lastSeen }: Session) {
  if (nextStart !== undefined && lastInterim) return lastSeen;
  return least(nextStart, next);
}

/** When a session without Stop reads as silent, if nothing more is heard of it. */
export function silentAfter(session: Session, rules: SessionRules = defaultRules): UnixMs {
  const period = interimPeriodMs(session);
  const patience = period === undefined ? rules.openMsMax : silentAfterInterimPeriods * period;
  return heardUntil(session) + patience;
}

/**
 * End by Stop, ms. Only for sessions that have one.
 * A killed client's Stop comes minutes late and repeats the seconds of its last word: the end is
 * start + Acct-Session-Time where that is at most an hour earlier than the Stop. Of 0 s, of seconds
 * that began again, and of any end before a word that was heard, nothing is believed.
 */
export function stopTime(session: Session): UnixMs {
  const { startedAt, stopSeconds = 0, lastInterim } = session;
  const stoppedAt = session.stoppedAt ?? session.lastSeen;
  const claimed = startedAt + stopSeconds * 1000;
  const isBelieved = stopSeconds > 0 && claimed >= stoppedAt - stopLatenessMsMax;
  if (!isBelieved || claimed >= stoppedAt) return stoppedAt;
  return Math.max(claimed, heardBefore(stoppedAt, stopSeconds, lastInterim) ?? startedAt);
}

/** A word before the Stop; ocserv sends an interim of the same seconds with each Stop. */
function heardBefore(
  stoppedAt: UnixMs,
  stopSeconds: number,
  interim: KeptInterim | undefined,
): UnixMs | undefined {
  if (!interim || interim.time > stoppedAt) return undefined;
  const isCompanion =
    interim.seconds === stopSeconds && stoppedAt - interim.time <= clockToleranceMs;
  return isCompanion ? undefined : interim.time;
}

/** What the gateway sends interims at, ms; undefined when it sent none. */
export function interimPeriodMs(session: Session): number | undefined {
  if (!session.lastInterim) return undefined;
  const period = (session.firstInterim ?? 0) - session.startedAt;
  if (period < interimPeriodMsMin) return interimPeriodMsDefault;
  return Math.min(interimPeriodMsMax, period);
}

/** When an open session was last heard of; without its last word, until when it may have been. */
export function heardUntil({ lastInterim, lastSeen, identity }: Session): UnixMs {
  if (!lastInterim || isLastWord(lastInterim)) return lastSeen;
  return Math.max(lastSeen, spanEnd(lastInterim.span, identity));
}

/** Traffic of a session as far as it is known: the most that its Stop or an interim told. */
export function trafficOf(session: Session): Octets {
  return joinOctets(session.lastInterim, session);
}
