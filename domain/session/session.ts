// A session: what one gateway reports between Start and Stop of one user.
// Every field is a minimum, a maximum, a bounded set, or follows from those, so merging is
// commutative, associative and idempotent: duplicates, two relays and stragglers give the same
// session. Which session a record belongs to is decided in session/find-session.ts (decision 0015).

import type { AccountingEvent, Device, UnixMs } from '../accounting-event.ts';
import { joinOctets, type KeptInterim, type KeptStop } from './kept-records.ts';
import type { Building } from './merge-values.ts';
import type { Service } from './restart.ts';
import type { Sighting } from './sighting.ts';

/** Names a stored session row: the start as first known (whole seconds) and the identity. */
export type SessionKey = { readonly rowStart: UnixMs; readonly identity: string };

/** What a reader of a session should know of its records (`EventFlag`). */
export type SessionFlag = 'clock-suspect' | 'invalid-attributes';

export type Session = SessionKey & {
  readonly gatewayId: string;
  readonly sessionId: string;
  readonly multiId?: string;
  /** Time of the earliest Start; without one, the least start that any record claims. */
  readonly startedAt: UnixMs;
  /** A Start was received (a session can be known by a later record alone). */
  readonly isStartSeen: boolean;
  /** Times of Starts that repeat it, more than some seconds later. */
  readonly repeatedStarts?: readonly UnixMs[];
  /** Of a session without a Start: time of the earliest record. */
  readonly firstHeard?: UnixMs;
  /**
   * Without a Stop: when a later session of the same id began. Nothing of then or later is of this
   * one, whoever else still holds it so.
   */
  readonly nextStart?: UnixMs;
  /**
   * Without a Stop and interims, on a gateway that lets a user have one session at a time: when the
   * user's next one there began.
   */
  readonly replacedAt?: UnixMs;
  /** The latest of start, kept interim and Stop; of an ended one the Stop. */
  readonly lastSeen: UnixMs;
  /** Time of the earliest interim that shows the gateway's interim period. */
  readonly firstInterim?: UnixMs;
  readonly lastInterim?: KeptInterim;
  /** One interim for each start that interims claim, where they claim several. */
  readonly interims?: readonly KeptInterim[];
  /** Earliest Stop that is not before the start. */
  readonly stoppedAt?: UnixMs;
  /** As `marks`, of the Stop. */
  readonly stopMark?: string;
  /** Largest Acct-Session-Time of a Stop, seconds. */
  readonly stopSeconds?: number;
  readonly terminateCause?: string;
  /** Of Stops; decimal strings, exact to 64 bits. `trafficOf` adds what interims reported. */
  readonly octetsIn?: string;
  readonly octetsOut?: string;
  /** Every Stop, where there are several or one that is dated otherwise than `stoppedAt`. */
  readonly stops?: readonly KeptStop[];
  readonly assignedAddresses: readonly string[];
  readonly sightings: readonly Sighting[];
  readonly devices: readonly Device[];
  /** When a device was first named, by its key, where that was after the start. */
  readonly devicesSeen?: Readonly<Record<string, UnixMs>>;
  /**
   * Eight characters of the event ids of Starts, for repeats that lost their time. Older rows hold
   * those of Stops as well.
   */
  readonly marks: readonly string[];
  /** Which service of the gateway; absent: its records say nothing of it. */
  readonly service?: Service;
  readonly flags?: readonly SessionFlag[];
};

/**
 * A copy of a session, to be changed in place by its one maker before it is handed out: each copy
 * that is a spread with a field more would be of a hidden class of its own in V8, and sessions are
 * what all terms read.
 */
export function sessionDraft(session: Session): Building<Session> {
  const draft: Building<Session> = {
    rowStart: session.rowStart,
    identity: session.identity,
    gatewayId: session.gatewayId,
    sessionId: session.sessionId,
    startedAt: session.startedAt,
    isStartSeen: session.isStartSeen,
    lastSeen: session.lastSeen,
    assignedAddresses: session.assignedAddresses,
    sightings: session.sightings,
    devices: session.devices,
    marks: session.marks,
  };
  if (session.multiId !== undefined) draft.multiId = session.multiId;
  if (session.repeatedStarts) draft.repeatedStarts = session.repeatedStarts;
  if (session.firstHeard !== undefined) draft.firstHeard = session.firstHeard;
  if (session.octetsIn !== undefined) draft.octetsIn = session.octetsIn;
  if (session.octetsOut !== undefined) draft.octetsOut = session.octetsOut;
  if (session.devicesSeen) draft.devicesSeen = session.devicesSeen;
  if (session.service) draft.service = session.service;
  if (session.flags) draft.flags = session.flags;
  if (session.firstInterim !== undefined) draft.firstInterim = session.firstInterim;
  if (session.lastInterim) draft.lastInterim = session.lastInterim;
  if (session.interims) draft.interims = session.interims;
  if (session.replacedAt !== undefined) draft.replacedAt = session.replacedAt;
  if (session.stoppedAt !== undefined) draft.stoppedAt = session.stoppedAt;
  if (session.stopSeconds !== undefined) draft.stopSeconds = session.stopSeconds;
  if (session.terminateCause !== undefined) draft.terminateCause = session.terminateCause;
  if (session.stops) draft.stops = session.stops;
  if (session.stopMark !== undefined) draft.stopMark = session.stopMark;
  if (session.nextStart !== undefined) draft.nextStart = session.nextStart;
  return draft;
}

/** A record's own claim of when its session began; undefined when it makes none. Whole seconds. */
export function claimedStart(event: AccountingEvent): UnixMs | undefined {
  const { seconds } = event.session;
  if (event.kind === 'start' || !seconds) return undefined;
  return wholeSecond(event.time - seconds * 1000);
}

export const wholeSecond = (time: UnixMs): UnixMs => Math.floor(time / 1000) * 1000;

/** The Stops of a session, each with what it said. */
export function stopsOf(session: Session): readonly KeptStop[] {
  if (session.stops) return session.stops;
  const { stoppedAt, stopSeconds, terminateCause, stopMark } = session;
  if (stoppedAt === undefined) return [];
  return [
    {
      time: stoppedAt,
      ...(stopSeconds === undefined ? {} : { seconds: stopSeconds }),
      ...(terminateCause === undefined ? {} : { terminateCause }),
      ...(stopMark === undefined ? {} : { mark: stopMark }),
      ...joinOctets(session, undefined),
    },
  ];
}

/** The interims of a session, one for each start that is claimed. */
export function interimsOf({ interims, firstInterim, lastInterim }: Session) {
  if (interims) return interims;
  if (!lastInterim) return [];
  return [firstInterim === undefined ? lastInterim : { ...lastInterim, first: firstInterim }];
}

/** Times of its Starts, the earliest first. */
export function startsOf({ isStartSeen, startedAt, repeatedStarts = [] }: Session) {
  return isStartSeen ? [startedAt, ...repeatedStarts] : [];
}

/** When its earliest record was written. */
export function heardFrom({ isStartSeen, startedAt, firstHeard = startedAt }: Session): UnixMs {
  return isStartSeen ? startedAt : firstHeard;
}
