// How far a gateway's clock is from the relay's, from what its packets claim and when they came.
// A packet that is late claims a time before its arrival just as a clock that is behind does; what
// tells them apart is that lateness differs from packet to packet and an offset does not.
// Rule and price: docs/decisions/0020-a-clock-is-known-by-its-steadiness.md. Pure.

import type { UnixMs } from '../../domain/accounting-event.ts';

/** What one packet claims. */
export type ClockClaim = {
  readonly receivedTime: UnixMs;
  /** Event-Timestamp (RFC 2869 section 5.3), seconds since 1970. */
  readonly timestampSeconds: number;
  /** Acct-Delay-Time (RFC 2866 section 5.2), seconds; undefined: not sent. */
  readonly delaySeconds: number | undefined;
};

/** What is known of one clock. Times are arrivals, offsets are seconds, ahead of us positive. */
export type ClockState = {
  /** Undefined: nothing yet. */
  readonly offsetSeconds?: number;
  /** When the offset was last seen. */
  readonly seenTime?: UnixMs;
  /** Another offset, of which it is not sure yet that it is one. */
  readonly candidate?: {
    readonly offsetSeconds: number;
    readonly firstTime: UnixMs;
    readonly records: number;
    /** Packets since the first that did not show it. */
    readonly misses: number;
  };
};

export const clockLimits = {
  /** Two packets show the same offset within this, seconds: answers and repeats take their time. */
  sameSeconds: 30,
  /** A clock that is less off is right: nothing depends on a minute. */
  rightSeconds: 120,
  /** So many packets over so long show the same offset: no backlog does. */
  steadyRecords: 6,
  steadyMs: 10 * 60 * 1000,
  /** Local time sent as UTC: whole quarters of an hour, up to 14 h east and 12 h west. */
  zoneSeconds: 15 * 60,
  zoneEastSeconds: 14 * 3600,
  zoneWestSeconds: -12 * 3600,
  /** So exactly a first packet must show a zone: sent at once, it is late by its way only. */
  zoneLateSeconds: 15,
  zoneEarlySeconds: 5,
  /** A right clock that was not seen for longer is not known any more. */
  knownMs: 24 * 3600 * 1000,
} as const;

/** The state after a packet, and how far off the clock is that stamped it; 0: it is right. */
export type ClockReading = { readonly state: ClockState; readonly offsetSeconds: number };

/** Reads one packet. */
export function readClock(before: ClockState, claim: ClockClaim): ClockReading {
  const shown = shownBy(claim);
  const known = knownOffset(before, claim.receivedTime);
  if (isSame(shown, 0) || (known === undefined && isRight(shown))) return confirmed(0, claim);
  if (known !== undefined && isSame(shown, known)) return confirmed(known, claim);
  if (known === undefined && isZone(shown) && claim.delaySeconds === 0) {
    return confirmed(zoneOf(shown), claim);
  }
  const state = withCandidate(before, shown, claim.receivedTime);
  const found = state.candidate;
  if (found && isSteady(found, claim.receivedTime)) return confirmed(found.offsetSeconds, claim);
  // Earlier than its own clock allows: it was set meanwhile, and its arrival is all there is.
  const isTooEarly = known !== undefined && known !== 0 && shown > known;
  return { state, offsetSeconds: isTooEarly ? shown : (known ?? 0) };
}

/** The offset if the packet was sent when it says; if it is late, the offset is greater. */
const shownBy = ({ receivedTime, timestampSeconds, delaySeconds = 0 }: ClockClaim): number =>
  Math.round(timestampSeconds + delaySeconds - receivedTime / 1000);

const isSame = (a: number, b: number): boolean => Math.abs(a - b) <= clockLimits.sameSeconds;
const isRight = (offset: number): boolean => Math.abs(offset) <= clockLimits.rightSeconds;

function knownOffset(state: ClockState, now: UnixMs): number | undefined {
  const { offsetSeconds, seenTime = 0 } = state;
  const isOld = Math.abs(now - seenTime) > clockLimits.knownMs;
  return offsetSeconds === 0 && isOld ? undefined : offsetSeconds;
}

const zoneOf = (shown: number): number =>
  Math.round(shown / clockLimits.zoneSeconds) * clockLimits.zoneSeconds;

function isZone(shown: number): boolean {
  const zone = zoneOf(shown);
  const { zoneEastSeconds, zoneWestSeconds, zoneLateSeconds, zoneEarlySeconds } = clockLimits;
  const isOne = zone !== 0 && zone <= zoneEastSeconds && zone >= zoneWestSeconds;
  return isOne && shown >= zone - zoneLateSeconds && shown <= zone + zoneEarlySeconds;
}

/** A small offset is none: what is known of a right clock is that it is right. */
function confirmed(offset: number, { receivedTime }: ClockClaim): ClockReading {
  const offsetSeconds = isRight(offset) ? 0 : offset;
  return { state: { offsetSeconds, seenTime: receivedTime }, offsetSeconds };
}

/** Packets that are late differ from each other, and from one another offset less often. */
function withCandidate(before: ClockState, shown: number, receivedTime: UnixMs): ClockState {
  const { candidate, ...known } = before;
  const fresh = { offsetSeconds: shown, firstTime: receivedTime, records: 1, misses: 0 };
  if (!candidate) return { ...known, candidate: fresh };
  if (isSame(shown, candidate.offsetSeconds)) {
    // What came soonest shows best.
    const offsetSeconds = Math.max(shown, candidate.offsetSeconds);
    const records = candidate.records + 1;
    return { ...known, candidate: { ...candidate, offsetSeconds, records } };
  }
  const misses = candidate.misses + 1;
  return { ...known, candidate: misses < candidate.records ? { ...candidate, misses } : fresh };
}

function isSteady(candidate: NonNullable<ClockState['candidate']>, now: UnixMs): boolean {
  const { steadyRecords, steadyMs } = clockLimits;
  return candidate.records >= steadyRecords && now - candidate.firstTime >= steadyMs;
}
