// Which session a record belongs to: the one of its gateway, id and user that was under way at its
// time. A session begins with a Start, or where a record proves that it cannot belong to the one
// before; seconds alone prove nothing (decision 0015). Pure; the same for any order of arrival.

import type { AccountingEvent, UnixMs } from '../accounting-event.ts';
import {
  clockToleranceMs,
  eventIdWindowMs,
  restartToleranceMs,
  sessionSilentWithoutInterimsMs,
  sessionStartToleranceMs,
} from '../limits.ts';
import { markOf } from './kept-records.ts';
import { type Restarts, restartOf } from './restart.ts';
import { claimedStart, heardFrom, type Session, startsOf, stopsOf } from './session.ts';

/** Where a record goes. */
export type Placing = {
  /** Absent: a session of its own. */
  readonly session?: Session;
  /** The time to take it at: the event's, unless that is before the session began. */
  readonly time: UnixMs;
  /**
   * Sessions that may hold records of the one that begins with this Start: they are divided
   * (`divide-session.ts`).
   */
  readonly divided: readonly Session[];
};

/**
 * Places a record among the sessions of its identity.
 * @param chain sessions of one identity, in any order
 * @param restarts of the gateway
 */
export function placeRecord(
  chain: readonly Session[],
  event: AccountingEvent,
  restarts: Restarts | undefined,
): Placing {
  const { time } = event;
  const known = withoutId(chain, event).sort((a, b) => heardFrom(a) - heardFrom(b));
  if (event.kind === 'start') return placeStart(known, event);
  const same = event.kind === 'stop' && known.find((session) => isSameStop(session, event));
  if (same) return { session: same, time, divided: [] };
  const before = known.findLast((session) => heardFrom(session) <= time);
  const after = known.find((session) => heardFrom(session) > time);
  if (before && !isNewBeginning(before, event, restarts))
    return { session: before, time, divided: [] };
  if (after && belongsAhead(after, event)) {
    const isDatedBefore = after.isStartSeen;
    return { session: after, time: isDatedBefore ? dateIn(after, event) : time, divided: [] };
  }
  return { time, divided: [] };
}

/** Without an id, sessions are told apart by the client's address, where the record has one. */
function withoutId(chain: readonly Session[], { session, clientAddress }: AccountingEvent) {
  if (session.id || clientAddress === undefined) return [...chain];
  return chain.filter(
    ({ sightings }) =>
      sightings.length === 0 || sightings.some(({ address }) => address === clientAddress),
  );
}

/** `known` in the order of time. */
function placeStart(known: readonly Session[], event: AccountingEvent): Placing {
  const { time } = event;
  const earlier = known.filter((session) => heardFrom(session) < time);
  const same = known.find((session) => isSameStart(session, event));
  if (same) return { session: same, time, divided: earlier.filter((one) => one !== same) };
  const next = known.find((session) => heardFrom(session) >= time - clockToleranceMs);
  const session = next && isHeadOf(next, event) ? next : undefined;
  const later = known.find(({ isStartSeen, startedAt }) => isStartSeen && startedAt > time);
  const divided = [...earlier, ...(later ? [later] : [])].filter((one) => one !== session);
  return { time, ...(session ? { session } : {}), divided };
}

/**
 * A Start that repeats one: the same event id within ten minutes and no Stop between them; or, by
 * another way and with other attributes, within seconds and from no other address.
 */
function isSameStart(session: Session, event: AccountingEvent): boolean {
  const { time } = event;
  const starts = startsOf(session);
  const nearest = starts.toSorted((a, b) => Math.abs(a - time) - Math.abs(b - time))[0];
  if (nearest === undefined) return false;
  const distance = Math.abs(nearest - time);
  if (distance <= clockToleranceMs && isLikelySame(session, event)) return true;
  if (!session.marks.includes(markOf(event)) || distance > eventIdWindowMs) return false;
  const [from, to] = nearest < time ? [nearest, time] : [time, nearest];
  return !stopsOf(session).some((stop) => stop.time >= from && stop.time < to);
}

/** The same event id within ten minutes: a Stop that repeats one, with another arrival. */
function isSameStop(session: Session, event: AccountingEvent): boolean {
  const mark = markOf(event);
  return stopsOf(session).some(
    (stop) =>
      (stop.mark === mark || session.marks.includes(mark)) &&
      Math.abs(stop.time - event.time) <= eventIdWindowMs,
  );
}

function isLikelySame(session: Session, event: AccountingEvent): boolean {
  if (session.marks.includes(markOf(event))) return true;
  const { clientAddress, session: told } = event;
  const addresses = session.sightings.map(({ address }) => address);
  const isElsewhere =
    clientAddress !== undefined && addresses.length > 0 && !addresses.includes(clientAddress);
  return Boolean(told.id) && !isElsewhere;
}

/** A session known by later records alone begins with the Start before them. */
function isHeadOf(session: Session, { time }: AccountingEvent): boolean {
  if (session.isStartSeen) return false;
  const claimsOwn = session.startedAt - time > sessionSilentWithoutInterimsMs;
  return !claimsOwn;
}

/** Whether a record after `session` proves a session of its own. */
function isNewBeginning(
  session: Session,
  event: AccountingEvent,
  restarts: Restarts | undefined,
): boolean {
  const claim = claimedStart(event);
  if (claim === undefined) return false;
  const { stoppedAt, lastSeen } = session;
  if (stoppedAt !== undefined && stoppedAt <= event.time) {
    return claim > stoppedAt + sessionStartToleranceMs;
  }
  const restart = restartOf(session, restarts);
  const isRestarted =
    restart !== undefined &&
    restart > lastSeen + restartToleranceMs &&
    claim >= restart - restartToleranceMs;
  return isRestarted || claim - lastSeen > sessionSilentWithoutInterimsMs;
}

/** Whether a record dated before all of a session is one of it nevertheless. */
function belongsAhead(session: Session, event: AccountingEvent): boolean {
  const { time, receivedTime } = event;
  const from = heardFrom(session);
  if (from - time <= clockToleranceMs) return true;
  // Known by later records alone: its beginning may lie anywhere before, but not before a Stop.
  if (!session.isStartSeen) return event.kind === 'interim';
  // Dated by a clock that was put right since: it was received after the Start happened.
  const isOpen = session.stoppedAt === undefined || session.stoppedAt >= receivedTime;
  return isOpen && receivedTime >= from && receivedTime - time > clockToleranceMs;
}

/** Arrival, for a record that says it was written before its session began. */
function dateIn(session: Session, { time, receivedTime }: AccountingEvent): UnixMs {
  return Math.max(time, receivedTime, session.startedAt);
}
