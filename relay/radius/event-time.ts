// When a record happened: the gateway's clock where plausible, else arrival less the stated delay.
// Promise: the time is never negative and never invented beyond these two sources; what was not
// believed is flagged. Rules: ARCHITECTURE "Time", RFC 2869 section 5.3, RFC 2866 section 5.2.

import type { EventFlag, UnixMs } from '../../domain/accounting-event.ts';
import {
  eventStaleAfterMs,
  eventTimeFutureMsMax,
  eventTimePastMsMax,
  importedTimeFutureMsMax,
} from '../../domain/limits.ts';

/**
 * Longest Acct-Delay-Time believed. Clients may repeat a record for ever (RFC 5080 section
 * 2.2.1), so months are possible; 2^32 - 1 seconds are an uninitialised counter.
 */
const delayMsMax = 366 * 24 * 3600 * 1000;

export type EventTime = {
  readonly time: UnixMs;
  readonly claimedTime?: UnixMs;
  readonly flags: readonly EventFlag[];
};

export type TimeClaims = {
  readonly receivedTime: UnixMs;
  /** Event-Timestamp, seconds since 1970. */
  readonly timestampSeconds: number | undefined;
  /** Acct-Delay-Time, seconds. */
  readonly delaySeconds: number | undefined;
  /** How far ahead of the relay's the gateway's clock was known to be, seconds; 0: it was right. */
  readonly clockOffsetSeconds: number;
  /** From a history file: `receivedTime` is when its server had the record. */
  readonly isImported: boolean;
};

/** Arrival less the delay the gateway states, or arrival when that cannot be. */
function arrivalTime(claims: TimeClaims): { time: UnixMs; isBelieved: boolean } {
  const delayMs = (claims.delaySeconds ?? 0) * 1000;
  const time = claims.receivedTime - delayMs;
  return delayMs <= delayMsMax && time >= 0
    ? { time, isBelieved: true }
    : { time: claims.receivedTime, isBelieved: false };
}

/** The time of an event, what the gateway claimed, and the flags that follow from both. */
export function eventTime(claims: TimeClaims): EventTime {
  const { receivedTime, timestampSeconds, clockOffsetSeconds, isImported } = claims;
  const sentTime = timestampSeconds === undefined ? undefined : timestampSeconds * 1000;
  const claimed = sentTime === undefined ? {} : { claimedTime: sentTime };
  // What a clock says that is known to be off is what it would say if it were right.
  const isOff = clockOffsetSeconds !== 0;
  const claimedTime = sentTime === undefined ? undefined : sentTime - clockOffsetSeconds * 1000;
  const futureMsMax = isImported ? importedTimeFutureMsMax : eventTimeFutureMsMax;
  // Sent at once, so it says, and of another day: that is no backlog, it is a clock.
  const isContradicted =
    !isImported &&
    !isOff &&
    claims.delaySeconds === 0 &&
    claimedTime !== undefined &&
    claimedTime < receivedTime - eventStaleAfterMs;
  const isPlausible =
    claimedTime !== undefined &&
    !isContradicted &&
    claimedTime >= receivedTime - eventTimePastMsMax &&
    claimedTime <= receivedTime + futureMsMax;
  const arrival = arrivalTime(claims);
  const time = isPlausible ? claimedTime : arrival.time;
  const isUnused = !isPlausible && (claimedTime !== undefined || !arrival.isBelieved);
  const isSuspect = isUnused || (isOff && claimedTime !== undefined);
  const flags: EventFlag[] = [];
  if (isImported) flags.push('imported');
  if (isSuspect) flags.push('clock-suspect');
  if (!isImported && time < receivedTime - eventStaleAfterMs) flags.push('stale');
  return { time, ...claimed, flags };
}
