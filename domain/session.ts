// A session: what one gateway reports between Start and Stop of one user.
// Every field is a minimum, a maximum or a bounded set, so merging is commutative, associative and
// idempotent: duplicates, two relays and stragglers give the same session.
// Identity: (gateway, session id, user, start estimate within 120 s), ARCHITECTURE "Session".

import type { AccountingEvent, Device, UnixMs } from './accounting-event.ts';
import {
  eventIdWindowMs,
  interimPeriodMsDefault,
  interimPeriodMsMin,
  sessionInterimsMax,
  sessionSightingsMax,
  sessionSilentWithoutInterimsMs,
  sessionStartToleranceMs,
  silentAfterInterimPeriods,
  stopLatenessMsMax,
} from './limits.ts';
import { type Location, placeKey } from './location.ts';
import { canonicalText, isSameValue } from './plain-value.ts';

/** An address this session was seen at, and where that is. */
export type Sighting = {
  readonly address: string;
  readonly location: Location;
  /** Earliest event that carried the address. */
  readonly firstSeen: UnixMs;
};

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
  readonly lastSeen: UnixMs;
  /** The latest interim times, newest first. */
  readonly interims: readonly UnixMs[];
  /** Earliest Stop. */
  readonly stoppedAt?: UnixMs;
  /** Largest Acct-Session-Time of a Stop, seconds. */
  readonly stopSeconds?: number;
  readonly terminateCause?: string;
  /** Decimal strings, exact to 64 bits. */
  readonly octetsIn?: string;
  readonly octetsOut?: string;
  readonly assignedAddresses: readonly string[];
  readonly sightings: readonly Sighting[];
  readonly devices: readonly Device[];
  /** Eight characters of the event ids of Starts and Stops, for repeats that lost their time. */
  readonly marks: readonly string[];
};

/** When the session of an event began: event time less Acct-Session-Time, whole seconds. */
export function startEstimate(event: AccountingEvent): UnixMs {
  const seconds = event.kind === 'start' ? 0 : (event.session.seconds ?? 0);
  return Math.floor((event.time - seconds * 1000) / 1000) * 1000;
}

/** The session as one event tells it. `location` is where `event.clientAddress` is. */
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
    interims: event.kind === 'interim' ? [event.time] : [],
    ...(isStop ? { stoppedAt: event.time } : {}),
    ...(isStop && session.seconds !== undefined ? { stopSeconds: session.seconds } : {}),
    ...(isStop && session.terminateCause ? { terminateCause: session.terminateCause } : {}),
    ...(session.octetsIn ? { octetsIn: session.octetsIn } : {}),
    ...(session.octetsOut ? { octetsOut: session.octetsOut } : {}),
    assignedAddresses: smallest(event.assignedAddresses),
    sightings: address && location ? [{ address, location, firstSeen: event.time }] : [],
    devices: event.device ? [event.device] : [],
    marks: event.kind === 'interim' ? [] : [event.eventId.slice(0, 8)],
  };
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
  return {
    rowStart: stored.rowStart,
    identity: stored.identity,
    gatewayId: stored.gatewayId,
    sessionId: stored.sessionId,
    ...(multiId !== undefined ? { multiId } : {}),
    startedAt: startOf(stored, other),
    isStartSeen: stored.isStartSeen || other.isStartSeen,
    lastSeen: Math.max(stored.lastSeen, other.lastSeen),
    interims: newest(stored.interims, other.interims),
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
 * comes minutes late), a later restart of its gateway, or silence of three interim periods.
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
  if (now > session.lastSeen + patience) return { state: 'silent', endedAt: session.lastSeen };
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
  const [last] = session.interims;
  if (last === undefined) return undefined;
  const previous = session.interims.find((time) => last - time >= interimPeriodMsMin);
  const period = last - (previous ?? session.startedAt);
  return period >= interimPeriodMsMin ? period : interimPeriodMsDefault;
}

function newest(a: readonly UnixMs[], b: readonly UnixMs[]): readonly UnixMs[] {
  if (b.length === 0) return a;
  return [...new Set([...a, ...b])].sort((x, y) => y - x).slice(0, sessionInterimsMax);
}

// Bounded sets keep the smallest values: a total order, so that merging stays order-free.
function smallest(values: readonly string[]): string[] {
  return [...new Set(values)].sort().slice(0, sessionSightingsMax);
}

function union(a: readonly string[], b: readonly string[]): readonly string[] {
  return b.every((value) => a.includes(value)) ? a : smallest([...a, ...b]);
}

function mergeSightings(a: readonly Sighting[], b: readonly Sighting[]): readonly Sighting[] {
  const isKnown = (sighting: Sighting): boolean =>
    a.some(
      (known) =>
        known.address === sighting.address &&
        known.firstSeen <= sighting.firstSeen &&
        placeKey(known.location) <= placeKey(sighting.location),
    );
  if (b.every(isKnown)) return a;
  const byAddress = new Map<string, Sighting>();
  for (const sighting of [...a, ...b]) {
    const known = byAddress.get(sighting.address);
    byAddress.set(sighting.address, known ? mergeSighting(known, sighting) : sighting);
  }
  return [...byAddress.values()]
    .sort((x, y) => x.firstSeen - y.firstSeen || (x.address < y.address ? -1 : 1))
    .slice(0, sessionSightingsMax);
}

// The location data may be renewed between two events: the lesser place wins, whoever came first.
function mergeSighting(a: Sighting, b: Sighting): Sighting {
  const location = placeKey(a.location) <= placeKey(b.location) ? a.location : b.location;
  return { address: a.address, location, firstSeen: Math.min(a.firstSeen, b.firstSeen) };
}

/** A total order of descriptions, whatever the order of their fields. */
function isLesser(a: Device, b: Device): boolean {
  return !isSameValue(a, b) && canonicalText(a) < canonicalText(b);
}

function mergeDevices(a: readonly Device[], b: readonly Device[]): readonly Device[] {
  if (b.every((device) => a.some((known) => isSameValue(known, device)))) return a;
  const byKey = new Map<string, Device>();
  for (const device of [...a, ...b]) {
    const known = byKey.get(device.key);
    if (!known || isLesser(device, known)) byKey.set(device.key, device);
  }
  return [...byKey.values()].sort((x, y) => (x.key < y.key ? -1 : 1)).slice(0, sessionSightingsMax);
}

const least = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : b === undefined ? a : Math.min(a, b);
const greatest = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : b === undefined ? a : Math.max(a, b);
const greater = (a: string | undefined, b: string | undefined): string | undefined =>
  a === undefined ? b : b === undefined ? a : a > b ? a : b;

function greatestOctets(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return BigInt(a) >= BigInt(b) ? a : b;
}
