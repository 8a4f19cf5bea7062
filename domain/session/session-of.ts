// The session as one record tells it: what every other record of the session is merged into.

import type { AccountingEvent, UnixMs } from '../accounting-event.ts';
import type { Location } from '../location.ts';
import { keptInterim, keptStop, markOf } from './kept-records.ts';
import { type Building, smallest } from './merge-values.ts';
import { serviceOf } from './restart.ts';
import { claimedStart, type Session, wholeSecond } from './session.ts';
import { settledFrom } from './settled-session.ts';

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
  const told: Building<Session> = {
    rowStart: start,
    identity,
    gatewayId: event.gateway.id,
    sessionId: session.id ?? '',
    startedAt: start,
    isStartSeen: isStart,
    lastSeen: time,
    assignedAddresses: smallest(event.assignedAddresses),
    sightings: address && location ? [{ address, location, firstSeen: time }] : [],
    devices: device ? [device] : [],
    marks: isStart ? [markOf(event)] : [],
  };
  if (session.multiId) told.multiId = session.multiId;
  if (!isStart) told.firstHeard = time;
  if (device && !isStart) told.devicesSeen = { [device.key]: time };
  if (service) told.service = service;
  if (event.flags.length > 0) {
    const flags = doubts.filter((flag) => event.flags.includes(flag));
    if (flags.length > 0) told.flags = flags;
  }
  return settledFrom(told, {
    interims: kind === 'interim' ? [keptInterim(at(event, time), identity)] : [],
    stops: kind === 'stop' ? [keptStop(event)] : [],
  });
}

const doubts = ['clock-suspect', 'invalid-attributes'] as const;

const at = (event: AccountingEvent, time: UnixMs): AccountingEvent =>
  event.time === time ? event : { ...event, time };
