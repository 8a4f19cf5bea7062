// Dividing what was taken for one session: a Start, or a proof of another beginning, may come after
// the records that follow it. Each kept record goes by its own time. What a row does not date
// (assigned addresses, marks) stays with the earlier session. Pure.

import type { Device, UnixMs } from '../accounting-event.ts';
import { sessionStartToleranceMs } from '../limits.ts';
import { interimSpan } from './interim-span.ts';
import type { KeptInterim } from './kept-records.ts';
import { heardFrom, interimsOf, type Session, startsOf, stopsOf } from './session.ts';
import { settled } from './settled-session.ts';

export type Divided = {
  readonly rest: Session;
  /** What lies in the time asked for, as records without a Start; absent: nothing does. */
  readonly taken?: Session;
};

/** Takes what a session shows in [from, until) out of it; its beginning stays. */
export function divideSession(session: Session, from: UnixMs, until: UnixMs): Divided {
  const isIn = (time: UnixMs): boolean => time >= from && time < until;
  const stops = stopsOf(session);
  const { sightings, devices } = session;
  const interims = interimsOf(session).flatMap(({ first, time }) => [first ?? time, time]);
  const times = [
    ...stops.map(({ time }) => time),
    ...interims,
    ...sightings.map(({ firstSeen }) => firstSeen),
    ...devices.map((device) => seenAt(session, device)),
  ].filter(isIn);
  const isStart = startsOf(session).slice(1).some(isIn);
  if (times.length === 0 && !isStart) return { rest: session };
  return {
    rest: settled({ ...without(session), ...shown(session, (time) => !isIn(time)) }),
    taken: settled({
      ...without(session),
      marks: [],
      assignedAddresses: [],
      startedAt: Math.min(...times, Number.MAX_SAFE_INTEGER),
      isStartSeen: false,
      firstHeard: Math.min(...times, Number.MAX_SAFE_INTEGER),
      ...shown(session, isIn),
    }),
  };
}

/**
 * The session as it is when another of its id began at `nextStart`: without what is later. The mark
 * stays until its own Stop is known.
 */
export function withoutLater(session: Session, nextStart: UnixMs): Session {
  const { nextStart: known = nextStart, ...rest } = session;
  const start = Math.min(known, nextStart);
  const cut = divideSession(rest, start, Number.POSITIVE_INFINITY).rest;
  return cut.stoppedAt === undefined ? { ...cut, nextStart: start } : cut;
}

/** The session without what is dated, but its beginning. */
function without(session: Session): Session {
  const {
    repeatedStarts: _r,
    firstInterim: _f,
    lastInterim: _l,
    interims: _n,
    stoppedAt: _s,
    stopSeconds: _x,
    terminateCause: _c,
    stopMark: _m,
    octetsIn: _i,
    octetsOut: _o,
    stops: _p,
    devicesSeen: _d,
    ...rest
  } = session;
  return rest;
}

/** What a session shows at times that are asked for. */
function shown(session: Session, isIn: (time: UnixMs) => boolean): Partial<Session> {
  const { sightings, devices, devicesSeen = {} } = session;
  const interims = interimsOf(session).flatMap((interim) => partOf(session, interim, isIn));
  const stops = stopsOf(session).filter(({ time }) => isIn(time));
  const repeatedStarts = startsOf(session).slice(1).filter(isIn);
  const here = devices.filter((device) => isIn(seenAt(session, device)));
  const seen = here.flatMap(({ key }) => {
    const time = devicesSeen[key];
    return time === undefined ? [] : [[key, time] as const];
  });
  return {
    ...(repeatedStarts.length > 0 ? { repeatedStarts } : {}),
    ...(interims.length > 0 ? { interims } : {}),
    ...(stops.length > 0 ? { stops } : {}),
    sightings: sightings.filter(({ firstSeen }) => isIn(firstSeen)),
    devices: here,
    ...(seen.length > 0 ? { devicesSeen: Object.fromEntries(seen) } : {}),
  };
}

/** What of a kept interim lies in a part: itself, or of those before it the first. */
function partOf(
  { identity }: Session,
  interim: KeptInterim,
  isIn: (time: UnixMs) => boolean,
): readonly KeptInterim[] {
  const { first, ...last } = interim;
  const isFirstIn = first !== undefined && isIn(first);
  if (isIn(last.time)) return [isFirstIn ? interim : last];
  return isFirstIn ? [{ span: interimSpan(first, identity), time: first, first }] : [];
}

function seenAt(session: Session, { key }: Device): UnixMs {
  return session.devicesSeen?.[key] ?? heardFrom(session);
}

/** Another beginning inside a session that has ended: a Start, or what claims one. */
export function otherBeginning(
  session: Session,
): { readonly from: UnixMs; readonly isStart: boolean } | undefined {
  const { stoppedAt } = session;
  if (stoppedAt === undefined) return undefined;
  const start = startsOf(session).find((time) => time > stoppedAt);
  if (start !== undefined) return { from: start, isStart: true };
  const claims = [...stopsOf(session), ...interimsOf(session)].flatMap(({ time, seconds }) =>
    seconds && time > stoppedAt ? [time - seconds * 1000] : [],
  );
  const from = claims
    .filter((claim) => claim > stoppedAt + sessionStartToleranceMs)
    .sort((a, b) => a - b)[0];
  return from === undefined ? undefined : { from, isStart: false };
}
