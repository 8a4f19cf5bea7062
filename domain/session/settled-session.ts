// What follows from a session's records: when it ended, when it was last heard of, its traffic.

import type { UnixMs } from '../accounting-event.ts';
import {
  joinOctets,
  type KeptInterim,
  type KeptStop,
  laterInterim,
  type Octets,
} from './kept-records.ts';
import { greater, greatest, least } from './merge-values.ts';
import { interimsOf, type Session, stopsOf } from './session.ts';

/**
 * The session with everything that follows from its start, Stops and interims.
 * A Stop dated before the start is taken at its arrival: the clock was put right in between.
 */
export function settled(session: Session): Session {
  const { startedAt, isStartSeen, firstHeard = startedAt } = session;
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
  const heard = interimsSettled(interimsOf(session));
  const { lastInterim } = heard;
  const rest = { ...undated, ...heard };
  const stops = stopsOf(session);
  const endOf = ({ time, receivedTime = time }: KeptStop): UnixMs =>
    time >= startedAt ? time : Math.max(startedAt, receivedTime);
  const stoppedAt = stops.map(endOf).reduce<UnixMs | undefined>(least, undefined);
  if (stoppedAt === undefined) {
    const lastSeen = Math.max(isStartSeen ? startedAt : firstHeard, lastInterim?.time ?? startedAt);
    // An interim shows that it went on.
    const replaced = replacedAt === undefined || lastInterim ? {} : { replacedAt };
    return { ...rest, ...replaced, lastSeen };
  }
  const stopSeconds = stops.map(({ seconds }) => seconds).reduce(greatest, undefined);
  const terminateCause = stops.map((stop) => stop.terminateCause).reduce(greater, undefined);
  const octets = stops.reduce<Octets>(joinOctets, joinOctets(session, undefined));
  const [only] = stops;
  const isPlain = stops.length === 1 && only?.time === stoppedAt && isPlainStop(session, only);
  return {
    ...rest,
    ...octets,
    lastSeen: Math.max(startedAt, stoppedAt),
    stoppedAt,
    ...(stopSeconds === undefined ? {} : { stopSeconds }),
    ...(terminateCause === undefined ? {} : { terminateCause }),
    ...(isPlain ? (only?.mark ? { stopMark: only.mark } : {}) : { stops }),
  };
}

/** The latest interim and the first that tells a period; the list where there are several. */
function interimsSettled(
  interims: readonly KeptInterim[],
): Pick<Session, 'firstInterim' | 'lastInterim' | 'interims'> {
  const [only] = interims;
  if (!only) return {};
  const { first: _, ...lastInterim } = interims.reduce(laterInterim);
  const firstInterim = interims.map(({ first }) => first).reduce(least, undefined);
  return {
    ...(firstInterim === undefined ? {} : { firstInterim }),
    lastInterim,
    ...(interims.length > 1 ? { interims } : {}),
  };
}

/** Its arrival matters only until the Start is known. */
function isPlainStop({ isStartSeen }: Session, { receivedTime }: KeptStop): boolean {
  return isStartSeen || receivedTime === undefined;
}
