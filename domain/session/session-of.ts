// The session as one record tells it: what every other record of the session is merged into.

import type { AccountingEvent, UnixMs } from '../accounting-event.ts';
import type { Location } from '../location.ts';
import { keptInterim, keptStop, markOf } from './kept-records.ts';
import { smallest } from './merge-values.ts';
import { serviceOf } from './restart.ts';
import { claimedStart, type Session, wholeSecond } from './session.ts';
import { settled } from './settled-session.ts';

/**
 * The session as one event tells it. `location` is where `event.clientAddress` is.
 * @param time the event's, unless it is dated before the session it belongs to
 */
export function sessionOf(
  event: AccountingEvent,
  identity: string,
  location: Location | undefined,
  time: UnixMs = event.time,
): Session {
  const { session, kind, device } = event;
  const isStart = kind === 'start';
  const start = claimedStart(event) ?? wholeSecond(event.time);
  const address = event.clientAddress;
  const service = serviceOf(event.gateway);
  const flags = (['clock-suspect', 'invalid-attributes'] as const).filter((flag) =>
    event.flags.includes(flag),
  );
  return settled({
    rowStart: start,
    identity,
    gatewayId: event.gateway.id,
    sessionId: session.id ?? '',
    ...(session.multiId ? { multiId: session.multiId } : {}),
    startedAt: start,
    isStartSeen: isStart,
    ...(isStart ? {} : { firstHeard: time }),
    ...(kind === 'interim' ? { interims: [keptInterim({ ...event, time }, identity)] } : {}),
    ...(kind === 'stop' ? { stops: [keptStop(event)] } : {}),
    lastSeen: time,
    assignedAddresses: smallest(event.assignedAddresses),
    sightings: address && location ? [{ address, location, firstSeen: time }] : [],
    devices: device ? [device] : [],
    ...(device && !isStart ? { devicesSeen: { [device.key]: time } } : {}),
    marks: isStart ? [markOf(event)] : [],
    ...(service ? { service } : {}),
    ...(flags.length > 0 ? { flags } : {}),
  });
}
