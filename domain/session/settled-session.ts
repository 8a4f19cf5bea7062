// What follows from a session's records: when it ended, when it was last heard of, its traffic.

import type { UnixMs } from '../accounting-event.ts';
import {
  joinOctets,
  type KeptInterim,
  type KeptStop,
  laterInterim,
  type Octets,
} from './kept-records.ts';
import { type Building, greater, greatest, least } from './merge-values.ts';
import { interimsOf, type Session, stopsOf } from './session.ts';

/**
 * The session with everything that follows from its start, Stops and interims.
 * A Stop dated before the start is taken at its arrival: the clock was put right in between.
 */
export function settled(session: Session): Session {
  const {
    stoppedAt: _at,
    stopSeconds: _seconds,
    terminateCause: _cause,
    stopMark: _mark,
    stops: _stops,
    firstInterim: _first,
    lastInterim: _last,
    interims: _interims,
    replacedAt,
    ...undated
  } = session;
  return settledFrom(undated, {
    interims: interimsOf(session),
    stops: stopsOf(session),
    replacedAt,
  });
}

/** What the rest follows from. */
export type Kept = {
  readonly interims: readonly KeptInterim[];
  readonly stops: readonly KeptStop[];
  readonly replacedAt?: UnixMs | undefined;
};

/**
 * The same for a session that its maker has just put together, without anything that follows from
 * what is kept: it is completed in place.
 */
export function settledFrom(
  session: Building<Session>,
  { interims, stops, replacedAt }: Kept,
): Session {
  const { startedAt, isStartSeen, firstHeard = startedAt } = session;
  const lastInterim = settleInterims(session, interims);
  const endOf = ({ time, receivedTime = time }: KeptStop): UnixMs =>
    time >= startedAt ? time : Math.max(startedAt, receivedTime);
  const stoppedAt = stops.map(endOf).reduce<UnixMs | undefined>(least, undefined);
  if (stoppedAt === undefined) {
    // An interim shows that it went on.
    if (replacedAt !== undefined && !lastInterim) session.replacedAt = replacedAt;
    const begun = isStartSeen ? startedAt : firstHeard;
    session.lastSeen = Math.max(begun, lastInterim?.time ?? startedAt);
    return session;
  }
  const stopSeconds = stops.map(({ seconds }) => seconds).reduce(greatest, undefined);
  const terminateCause = stops.map((stop) => stop.terminateCause).reduce(greater, undefined);
  const { octetsIn, octetsOut } = stops.reduce<Octets>(joinOctets, joinOctets(session, undefined));
  if (octetsIn !== undefined) session.octetsIn = octetsIn;
  if (octetsOut !== undefined) session.octetsOut = octetsOut;
  session.lastSeen = Math.max(startedAt, stoppedAt);
  session.stoppedAt = stoppedAt;
  if (stopSeconds !== undefined) session.stopSeconds = stopSeconds;
  if (terminateCause !== undefined) session.terminateCause = terminateCause;
  const [only] = stops;
  const isPlain = stops.length === 1 && only?.time === stoppedAt && isPlainStop(session, only);
  if (!isPlain) session.stops = stops;
  else if (only.mark) session.stopMark = only.mark;
  return session;
}

/**
 * Gives a session its latest interim and the first that tells a period; the list where there are
 * several. @returns the latest
 */
function settleInterims(
  session: Building<Session>,
  interims: readonly KeptInterim[],
): KeptInterim | undefined {
  if (interims.length === 0) return undefined;
  const { first: _, ...lastInterim } = interims.reduce(laterInterim);
  const firstInterim = interims.map(({ first }) => first).reduce(least, undefined);
  if (firstInterim !== undefined) session.firstInterim = firstInterim;
  session.lastInterim = lastInterim;
  if (interims.length > 1) session.interims = interims;
  return lastInterim;
}

/** Its arrival matters only until the Start is known. */
function isPlainStop({ isStartSeen }: Session, { receivedTime }: KeptStop): boolean {
  return isStartSeen || receivedTime === undefined;
}
