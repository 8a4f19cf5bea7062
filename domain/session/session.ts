// A session: what one gateway reports between Start and Stop of one user.
// Every field is a minimum, a maximum or a bounded set, so merging is commutative, associative and
// idempotent: duplicates, two relays and stragglers give the same session.
// Identity: (gateway, session id, user, start estimate within 120 s), ARCHITECTURE "Session".

import type { AccountingEvent, Device, UnixMs } from '../accounting-event.ts';
import {
  eventIdWindowMs,
  interimPeriodMsDefault,
  interimPeriodMsMax,
  interimPeriodMsMin,
  sessionSilentWithoutInterimsMs,
  sessionStartToleranceMs,
  silentAfterInterimPeriods,
  stopLatenessMsMax,
} from '../limits.ts';
import type { Location } from '../location.ts';
import { canonicalText } from '../plain-value.ts';
import { interimSpan, spanEnd } from './interim-span.ts';
import {
  greater,
  greatest,
  greatestOctets,
  least,
  mergeDevices,
  smallest,
  union,
} from './merge-values.ts';
import { mergeSightings, type Sighting } from './sighting.ts';

/** Names a stored session row: the start as first known (whole seconds) and the identity. */
export type SessionKey = { readonly rowStart: UnixMs; readonly identity: string };

export type Session = SessionKey & {
  readonly gatewayId: string;
  readonly sessionId: string;
  readonly multiId?: string;
  /** Time of the earliest Start; without one, the least start estimate of all events. */
  readonly startedAt: UnixMs;
  /** A Start was received (a session can be known by a later record alone). */
  readonly isStartSeen: boolean;
  /** The latest of start, kept interim and Stop. */
  readonly lastSeen: UnixMs;
  /** Time of the earliest interim that shows the gateway's interim period. */
  readonly firstInterim?: UnixMs;
  readonly lastInterim?: KeptInterim;
  /** Earliest Stop. */
  readonly stoppedAt?: UnixMs;
  /** Largest Acct-Session-Time of a Stop, seconds. */
  readonly stopSeconds?: number;
  readonly terminateCause?: string;
  /** Of Stops; decimal strings, exact to 64 bits. `trafficOf` adds what interims reported. */
  readonly octetsIn?: string;
  readonly octetsOut?: string;
  readonly assignedAddresses: readonly string[];
  readonly sightings: readonly Sighting[];
  readonly devices: readonly Device[];
  /** Eight characters of the event ids of Starts and Stops, for repeats that lost their time. */
  readonly marks: readonly string[];
};

/** An interim as a session keeps it: the first one of the latest span (`interim-span.ts`). */
export type KeptInterim = {
  readonly span: number;
  readonly time: UnixMs;
  readonly octetsIn?: string;
  readonly octetsOut?: string;
};

/** When the session of an event began: event time less Acct-Session-Time, whole seconds. */
export function startEstimate(event: AccountingEvent): UnixMs {
  const seconds = event.kind === 'start' ? 0 : (event.session.seconds ?? 0);
  return Math.floor((event.time - seconds * 1000) / 1000) * 1000;
}

/** The session as one event reports it. `location` is where `event.clientAddress` is. */
export function sessionOf(
  event: AccountingEvent,
  identity: string,
  location: Location | undefined,
): Session {
  const estimate = startEstimate(event);
  const { session } = event;
  const isStop = event.kind === 'stop';
  const address = event.clientAddress;
  return {
    rowStart: estimate,
    identity,
    gatewayId: event.gateway.id,
    sessionId: session.id ?? '',
    ...(session.multiId ? { multiId: session.multiId } : {}),
    startedAt: estimate,
    isStartSeen: event.kind === 'start',
    lastSeen: event.time,
    ...(event.kind === 'interim' ? interimsOf(event) : {}),
    ...(isStop ? { stoppedAt: event.time } : {}),
    ...(isStop && session.seconds !== undefined ? { stopSeconds: session.seconds } : {}),
    ...(isStop && session.terminateCause ? { terminateCause: session.terminateCause } : {}),
    ...(event.kind === 'interim' ? {} : octetsOf(session)),
    assignedAddresses: smallest(event.assignedAddresses),
    sightings: address && location ? [{ address, location, firstSeen: event.time }] : [],
    devices: event.device ? [event.device] : [],
    marks: event.kind === 'interim' ? [] : [event.eventId.slice(0, 8)],
  };
}

function interimsOf(event: AccountingEvent): Pick<Session, 'firstInterim' | 'lastInterim'> {
  const { time, session } = event;
  const isTelling = time - startEstimate(event) >= interimPeriodMsMin;
  return {
    ...(isTelling ? { firstInterim: time } : {}),
    lastInterim: { span: interimSpan(event), time, ...octetsOf(session) },
  };
}

type Octets = { readonly octetsIn?: string; readonly octetsOut?: string };

function octetsOf({ octetsIn, octetsOut }: Octets): Octets {
  return { ...(octetsIn ? { octetsIn } : {}), ...(octetsOut ? { octetsOut } : {}) };
}

/** Traffic of a session as far as it is known: by its Stop, or by the last interim kept. */
export function trafficOf(session: Session): Octets {
  return octetsOf({
    ...session.lastInterim,
    ...octetsOf(session),
  });
}

/**
 * Which of the user's sessions an event belongs to.
 * In order: the start estimates agree within 120 s; the same event id within 10 minutes; a Stop
 * whose session time stood still (a killed client's comes minutes late), or a record that cannot
 * tell its start, belongs to the latest open session of the same identity that began before it.
 */
export function findSession(
  sessions: readonly Session[],
  event: AccountingEvent,
  identity: string,
): Session | undefined {
  const same = sessions.filter((session) => session.identity === identity);
  const estimate = startEstimate(event);
  const distance = (session: Session): number => Math.abs(session.startedAt - estimate);
  const near = same
    .filter((session) => distance(session) <= sessionStartToleranceMs)
    .sort((a, b) => distance(a) - distance(b) || a.rowStart - b.rowStart)[0];
  if (near) return near;

  const mark = event.eventId.slice(0, 8);
  const marked = same.find(
    (session) => session.marks.includes(mark) && withinIdWindow(session, event.time),
  );
  if (marked) return marked;

  const isBlindToStart = event.kind !== 'start' && event.session.seconds === undefined;
  if (event.kind !== 'stop' && !isBlindToStart) return undefined;
  // The estimate of a late Stop is late by as much: without a bound, a Stop that overtook its own
  // Start would end an older session of the same id.
  const earliest = isBlindToStart ? 0 : estimate - stopLatenessMsMax;
  return same
    .filter((session) => session.stoppedAt === undefined && session.startedAt <= event.time)
    .filter((session) => session.startedAt >= earliest)
    .sort((a, b) => b.startedAt - a.startedAt)[0];
}

function withinIdWindow(session: Session, time: UnixMs): boolean {
  const known = [session.startedAt, session.stoppedAt ?? session.lastSeen];
  return known.some((at) => Math.abs(at - time) <= eventIdWindowMs);
}

/** Least upper bound of two views of one session. The row keeps the key of `stored`. */
export function mergeSessions(stored: Session, other: Session): Session {
  const multiId = greater(stored.multiId, other.multiId);
  const stoppedAt = least(stored.stoppedAt, other.stoppedAt);
  const stopSeconds = greatest(stored.stopSeconds, other.stopSeconds);
  const terminateCause = greater(stored.terminateCause, other.terminateCause);
  const octetsIn = greatestOctets(stored.octetsIn, other.octetsIn);
  const octetsOut = greatestOctets(stored.octetsOut, other.octetsOut);
  const startedAt = startOf(stored, other);
  const firstInterim = least(stored.firstInterim, other.firstInterim);
  const lastInterim = laterInterim(stored.lastInterim, other.lastInterim);
  return {
    rowStart: stored.rowStart,
    identity: stored.identity,
    gatewayId: stored.gatewayId,
    sessionId: stored.sessionId,
    ...(multiId !== undefined ? { multiId } : {}),
    startedAt,
    isStartSeen: stored.isStartSeen || other.isStartSeen,
    lastSeen: Math.max(startedAt, stoppedAt ?? startedAt, lastInterim?.time ?? startedAt),
    ...(firstInterim !== undefined ? { firstInterim } : {}),
    ...(lastInterim ? { lastInterim } : {}),
    ...(stoppedAt !== undefined ? { stoppedAt } : {}),
    ...(stopSeconds !== undefined ? { stopSeconds } : {}),
    ...(terminateCause !== undefined ? { terminateCause } : {}),
    ...(octetsIn !== undefined ? { octetsIn } : {}),
    ...(octetsOut !== undefined ? { octetsOut } : {}),
    assignedAddresses: union(stored.assignedAddresses, other.assignedAddresses),
    sightings: mergeSightings(stored.sightings, other.sightings),
    devices: mergeDevices(stored.devices, other.devices),
    marks: union(stored.marks, other.marks),
  };
}

// A Start knows the start; a session time in whole seconds only estimates it.
function startOf(a: Session, b: Session): UnixMs {
  if (a.isStartSeen === b.isStartSeen) return Math.min(a.startedAt, b.startedAt);
  return a.isStartSeen ? a.startedAt : b.startedAt;
}

/** How a session reads now. `gatewayRestart` is the gateway's On/Off watermark, if any. */
export type SessionState = {
  readonly state: 'open' | 'ended' | 'silent' | 'gateway-restarted';
  /** Absent while open. */
  readonly endedAt?: UnixMs;
};

/**
 * End of a session: its Stop (start + Acct-Session-Time where given, because a killed client's Stop
 * comes minutes late), a later restart of its gateway, or silence of three interim periods after
 * the span of the last kept interim: of those that came later in the span nothing is kept.
 */
export function sessionState(
  session: Session,
  now: UnixMs,
  gatewayRestart: UnixMs | undefined,
): SessionState {
  if (session.stoppedAt !== undefined) return { state: 'ended', endedAt: stopTime(session) };
  if (gatewayRestart !== undefined && gatewayRestart > session.lastSeen) {
    return { state: 'gateway-restarted', endedAt: gatewayRestart };
  }
  const period = interimPeriodMs(session);
  const patience =
    period === undefined ? sessionSilentWithoutInterimsMs : silentAfterInterimPeriods * period;
  if (now > heardUntil(session) + patience) return { state: 'silent', endedAt: session.lastSeen };
  return { state: 'open' };
}

/** End by Stop, ms. Only for sessions that have one. */
export function stopTime(session: Session): UnixMs {
  const stoppedAt = session.stoppedAt ?? session.lastSeen;
  if (session.stopSeconds === undefined) return stoppedAt;
  return Math.min(stoppedAt, session.startedAt + session.stopSeconds * 1000);
}

/** What the gateway sends interims at, ms; undefined when it sent none. */
export function interimPeriodMs(session: Session): number | undefined {
  if (!session.lastInterim) return undefined;
  const period = (session.firstInterim ?? 0) - session.startedAt;
  if (period < interimPeriodMsMin) return interimPeriodMsDefault;
  return Math.min(interimPeriodMsMax, period);
}

/** Until when an open session may have been heard of, as far as it is kept. */
export function heardUntil({ startedAt, lastInterim, lastSeen }: Session): UnixMs {
  return lastInterim ? Math.max(lastSeen, spanEnd(lastInterim.span, startedAt)) : lastSeen;
}

/** The interim of the later span; of one span the earliest, in any order of arrival. */
function laterInterim(
  a: KeptInterim | undefined,
  b: KeptInterim | undefined,
): KeptInterim | undefined {
  if (!a || !b) return a ?? b;
  const order = b.span - a.span || a.time - b.time;
  if (order !== 0) return order > 0 ? b : a;
  return canonicalText(a) >= canonicalText(b) ? a : b;
}
