// Joining two views of one session: commutative, associative and idempotent.

import type { UnixMs } from '../accounting-event.ts';
import { clockToleranceMs } from '../limits.ts';
import { isSameValue } from '../plain-value.ts';
import { withoutLater } from './divide-session.ts';
import { isSameClaim, joinInterims, joinOctets, joinStops } from './kept-records.ts';
import { type Building, greater, least, mergeDevices, union } from './merge-values.ts';
import { joinService } from './restart.ts';
import { heardFrom, interimsOf, type Session, startsOf, stopsOf } from './session.ts';
import { settledFrom } from './settled-session.ts';
import { mergeSightings } from './sighting.ts';

/**
 * Least upper bound of two views of one session. The row keeps the key of `stored`; it is `stored`
 * itself where the other is an interim that adds nothing.
 */
export function mergeSessions(stored: Session, other: Session): Session {
  if (isInterimOf(stored, other)) return stored;
  const multiId = greater(stored.multiId, other.multiId);
  const interims = joinInterims(interimsOf(stored), interimsOf(other));
  const stops = joinStops(stopsOf(stored), stopsOf(other));
  const devicesSeen = joinTimes(stored, other);
  const service = joinService(stored.service, other.service);
  const flags = joinFlags(stored.flags, other.flags);
  const nextStart = least(stored.nextStart, other.nextStart);
  const replacedAt = least(stored.replacedAt, other.replacedAt);
  const { rowStart, identity, gatewayId, sessionId } = stored;
  const { startedAt, isStartSeen, repeatedStarts, firstHeard } = mergeStarts(stored, other);
  const { octetsIn, octetsOut } = joinOctets(stored, other);
  const next: Building<Session> = {
    rowStart,
    identity,
    gatewayId,
    sessionId,
    startedAt,
    isStartSeen,
    lastSeen: 0,
    assignedAddresses: union(stored.assignedAddresses, other.assignedAddresses),
    sightings: mergeSightings(stored.sightings, other.sightings),
    devices: mergeDevices(stored.devices, other.devices),
    marks: union(stored.marks, other.marks),
  };
  if (multiId !== undefined) next.multiId = multiId;
  if (repeatedStarts) next.repeatedStarts = repeatedStarts;
  if (firstHeard !== undefined) next.firstHeard = firstHeard;
  if (octetsIn !== undefined) next.octetsIn = octetsIn;
  if (octetsOut !== undefined) next.octetsOut = octetsOut;
  if (devicesSeen) next.devicesSeen = devicesSeen;
  if (service) next.service = service;
  if (flags) next.flags = flags;
  const merged = settledFrom(next, { interims, stops, replacedAt });
  return nextStart === undefined ? merged : withoutLater(merged, nextStart);
}

/**
 * Whether `other` is a single interim of the span whose first one the session keeps, and shows
 * nothing that the session has not shown: most records are that.
 */
function isInterimOf(stored: Session, other: Session): boolean {
  const { lastInterim: kept, interims, firstInterim } = stored;
  const { lastInterim: told } = other;
  if (!kept || !told || interims || other.interims || kept.span !== told.span) return false;
  if (kept.time >= told.time || !isSameClaim(kept, told)) return false;
  if (firstInterim === undefined && other.firstInterim !== undefined) return false;
  if ((firstInterim ?? 0) > (other.firstInterim ?? Number.POSITIVE_INFINITY)) return false;
  if (stored.nextStart !== undefined || stored.replacedAt !== undefined) return false;
  return isBare(other) && isLaterView(stored, other) && showsNothingNew(stored, other);
}

/** Of what only Starts, Stops and divided sessions have it has nothing. */
const isBare = (other: Session): boolean =>
  !other.isStartSeen &&
  other.stoppedAt === undefined &&
  other.stops === undefined &&
  other.nextStart === undefined &&
  other.replacedAt === undefined &&
  other.octetsIn === undefined &&
  other.octetsOut === undefined &&
  other.marks.length === 0;

const isLaterView = (stored: Session, other: Session): boolean =>
  stored.isStartSeen ||
  (stored.startedAt <= other.startedAt && heardFrom(stored) <= heardFrom(other));

function showsNothingNew(stored: Session, other: Session): boolean {
  const { multiId = '', flags = [] } = other;
  return (
    multiId <= (stored.multiId ?? '') &&
    flags.every((flag) => stored.flags?.includes(flag)) &&
    isSameValue(joinService(stored.service, other.service), stored.service) &&
    union(stored.assignedAddresses, other.assignedAddresses) === stored.assignedAddresses &&
    mergeSightings(stored.sightings, other.sightings) === stored.sightings &&
    mergeDevices(stored.devices, other.devices) === stored.devices &&
    isSameValue(joinTimes(stored, other), stored.devicesSeen)
  );
}

function joinFlags(a: Session['flags'], b: Session['flags']): Session['flags'] {
  if (!a || !b) return a ?? b;
  return [...new Set([...a, ...b])].sort();
}

const repeatedStartsMax = 3;

/** A Start knows the start; what a session time claims is used while there is none. */
function mergeStarts(
  a: Session,
  b: Session,
): Pick<Session, 'startedAt' | 'isStartSeen' | 'repeatedStarts' | 'firstHeard'> {
  const starts = [...startsOf(a), ...startsOf(b)].sort((x, y) => x - y);
  const [startedAt] = starts;
  if (startedAt === undefined) {
    return {
      startedAt: Math.min(a.startedAt, b.startedAt),
      isStartSeen: false,
      firstHeard: Math.min(heardFrom(a), heardFrom(b)),
    };
  }
  const later = starts.filter((time) => time > startedAt + clockToleranceMs);
  const repeatedStarts = [...new Set(later)].slice(0, repeatedStartsMax);
  return {
    startedAt,
    isStartSeen: true,
    ...(repeatedStarts.length > 0 ? { repeatedStarts } : {}),
  };
}

/** The earlier time of each device; none where one of both had it from the start. */
function joinTimes(a: Session, b: Session): Session['devicesSeen'] {
  if (!a.devicesSeen && !b.devicesSeen) return undefined;
  let joined: Record<string, UnixMs> | undefined;
  for (const { devices } of [a, b]) {
    for (const { key } of devices) {
      const time = least(seenFrom(a, key), seenFrom(b, key));
      if (time === undefined || time === fromStart) continue;
      joined ??= {};
      joined[key] = time;
    }
  }
  return joined;
}

/** Earlier than every time. */
const fromStart = Number.NEGATIVE_INFINITY;

/** When a session first named a device; undefined: it never did. */
function seenFrom({ devices, devicesSeen }: Session, key: string): UnixMs | undefined {
  return devices.some((device) => device.key === key)
    ? (devicesSeen?.[key] ?? fromStart)
    : undefined;
}
