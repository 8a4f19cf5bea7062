// Joining two views of one session: commutative, associative and idempotent.

import type { UnixMs } from '../accounting-event.ts';
import { clockToleranceMs } from '../limits.ts';
import { withoutLater } from './divide-session.ts';
import { joinInterims, joinOctets, joinStops } from './kept-records.ts';
import { greater, least, mergeDevices, union } from './merge-values.ts';
import { joinService } from './restart.ts';
import { heardFrom, interimsOf, type Session, startsOf, stopsOf } from './session.ts';
import { settled } from './settled-session.ts';
import { mergeSightings } from './sighting.ts';

/** Least upper bound of two views of one session. The row keeps the key of `stored`. */
export function mergeSessions(stored: Session, other: Session): Session {
  const multiId = greater(stored.multiId, other.multiId);
  const interims = joinInterims(interimsOf(stored), interimsOf(other));
  const stops = joinStops(stopsOf(stored), stopsOf(other));
  const devicesSeen = joinTimes(stored, other);
  const service = joinService(stored.service, other.service);
  const flags = [...new Set([...(stored.flags ?? []), ...(other.flags ?? [])])].sort();
  const nextStart = least(stored.nextStart, other.nextStart);
  const replacedAt = least(stored.replacedAt, other.replacedAt);
  const merged = settled({
    rowStart: stored.rowStart,
    identity: stored.identity,
    gatewayId: stored.gatewayId,
    sessionId: stored.sessionId,
    ...(multiId !== undefined ? { multiId } : {}),
    ...mergeStarts(stored, other),
    lastSeen: 0,
    ...(interims.length > 0 ? { interims } : {}),
    ...(stops.length > 0 ? { stops } : {}),
    ...joinOctets(stored, other),
    assignedAddresses: union(stored.assignedAddresses, other.assignedAddresses),
    sightings: mergeSightings(stored.sightings, other.sightings),
    devices: mergeDevices(stored.devices, other.devices),
    ...(devicesSeen ? { devicesSeen } : {}),
    marks: union(stored.marks, other.marks),
    ...(replacedAt === undefined ? {} : { replacedAt }),
    ...(service ? { service } : {}),
    ...(flags.length > 0 ? { flags } : {}),
  });
  return nextStart === undefined ? merged : withoutLater(merged, nextStart);
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
  const { devicesSeen: inA = {} } = a;
  const { devicesSeen: inB = {} } = b;
  const joined: Record<string, UnixMs> = {};
  for (const { key } of [...a.devices, ...b.devices]) {
    const times = [a, b].flatMap(({ devices }, at) =>
      devices.some((device) => device.key === key) ? [(at === 0 ? inA : inB)[key]] : [],
    );
    const time = times.includes(undefined) ? undefined : least(times[0], times[1]);
    if (time !== undefined) joined[key] = time;
  }
  return Object.keys(joined).length > 0 ? joined : undefined;
}
