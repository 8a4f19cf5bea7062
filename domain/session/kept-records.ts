// What a session keeps of its Stops and interims, each with its own time, so that a Start which
// comes late can divide what was taken for one session. Joining is commutative, associative and
// idempotent; bounded lists keep the earliest.

import type { AccountingEvent, UnixMs } from '../accounting-event.ts';
import { clockToleranceMs, interimPeriodMsMin, sessionStartToleranceMs } from '../limits.ts';
import { canonicalText } from '../plain-value.ts';
import { interimSpan } from './interim-span.ts';
import { type Building, greater, greatest, greatestOctets, least } from './merge-values.ts';

export type Octets = { readonly octetsIn?: string; readonly octetsOut?: string };

/** A Stop (RFC 2866 section 5.1) as a session keeps it. */
export type KeptStop = Octets & {
  /** As the record says. */
  readonly time: UnixMs;
  /** When it was received, where that is more than a minute later. */
  readonly receivedTime?: UnixMs;
  /** Acct-Session-Time. */
  readonly seconds?: number;
  readonly terminateCause?: string;
  /** Eight characters of its event id, for repeats that lost their time. */
  readonly mark?: string;
};

/** The first interim of the latest span of two hours (`interim-span.ts`). */
export type KeptInterim = Octets & {
  readonly span: number;
  readonly time: UnixMs;
  /** Acct-Session-Time. */
  readonly seconds?: number;
  /** Time of the earliest interim like it that tells the gateway's period. */
  readonly first?: UnixMs;
  /** Of a last word (`last-word.ts`): `addressMark` of the client address that it named. */
  readonly address?: number;
};

/** Eight characters of the event id, as a session keeps them. */
export const markOf = ({ eventId }: AccountingEvent): string => eventId.slice(0, 8);

/** Kinds of interims by the start they claim: more than one where sessions were taken for one. */
const interimsMax = 4;
/** Stops of one session; more are repeats. */
const stopsMax = 4;
/** What a record is received later than it happened, at the least, to be noted. */
const lagMsMin = 60_000;

function octetsOf(octetsIn: string | undefined, octetsOut: string | undefined): Octets {
  const octets: Building<Octets> = {};
  if (octetsIn) octets.octetsIn = octetsIn;
  if (octetsOut) octets.octetsOut = octetsOut;
  return octets;
}

export function keptStop(event: AccountingEvent): KeptStop {
  const { time, receivedTime, session } = event;
  const stop: Building<KeptStop> = { time };
  if (receivedTime - time > lagMsMin) stop.receivedTime = receivedTime;
  if (session.seconds !== undefined) stop.seconds = session.seconds;
  if (session.terminateCause) stop.terminateCause = session.terminateCause;
  stop.mark = markOf(event);
  if (session.octetsIn) stop.octetsIn = session.octetsIn;
  if (session.octetsOut) stop.octetsOut = session.octetsOut;
  return stop;
}

export function keptInterim(event: AccountingEvent, identity: string): KeptInterim {
  const { time, session } = event;
  const { seconds } = session;
  // A period is told by what comes a minute after the start, or does not say how long after.
  const isTelling = !seconds || seconds * 1000 >= interimPeriodMsMin;
  const interim: Building<KeptInterim> = { span: interimSpan(time, identity), time };
  if (seconds !== undefined) interim.seconds = seconds;
  if (isTelling) interim.first = time;
  if (session.octetsIn) interim.octetsIn = session.octetsIn;
  if (session.octetsOut) interim.octetsOut = session.octetsOut;
  return interim;
}

/** All Stops of both, those that two relays dated within seconds as one; the earliest four. */
export function joinStops(a: readonly KeptStop[], b: readonly KeptStop[]): readonly KeptStop[] {
  if (b.length === 0) return a;
  if (a.length === 0) return b;
  const joined: KeptStop[] = [];
  for (const stop of [...a, ...b].sort((x, y) => x.time - y.time)) {
    const at = joined.findIndex((known) => isSameStop(known, stop));
    const known = joined[at];
    if (known) joined[at] = joinStop(known, stop);
    else joined.push(stop);
  }
  return joined.slice(0, stopsMax);
}

function isSameStop(a: KeptStop, b: KeptStop): boolean {
  if (a.time === b.time) return true;
  return a.mark !== undefined && a.mark === b.mark && b.time - a.time <= clockToleranceMs;
}

/** @param a the earlier */
function joinStop(a: KeptStop, b: KeptStop): KeptStop {
  const receivedTime = least(a.receivedTime, b.receivedTime);
  const seconds = greatest(a.seconds, b.seconds);
  const terminateCause = greater(a.terminateCause, b.terminateCause);
  const mark = greater(a.mark, b.mark);
  return {
    time: a.time,
    ...(receivedTime === undefined ? {} : { receivedTime }),
    ...(seconds === undefined ? {} : { seconds }),
    ...(terminateCause === undefined ? {} : { terminateCause }),
    ...(mark === undefined ? {} : { mark }),
    ...joinOctets(a, b),
  };
}

/** The greater counters: no record makes traffic less than another has shown. */
export function joinOctets(a: Octets | undefined, b: Octets | undefined): Octets {
  const octetsIn = greatestOctets(a?.octetsIn, b?.octetsIn);
  const octetsOut = greatestOctets(a?.octetsOut, b?.octetsOut);
  return octetsOf(octetsIn, octetsOut);
}

/** Of the interims of both, one for each start that is claimed; the latest few of those. */
export function joinInterims(
  a: readonly KeptInterim[],
  b: readonly KeptInterim[],
): readonly KeptInterim[] {
  if (b.length === 0) return a;
  if (a.length === 0) return b;
  const joined = [...a];
  for (const interim of b) {
    const at = joined.findIndex((known) => isSameClaim(known, interim));
    const known = joined[at];
    if (known) joined[at] = joinInterim(known, interim);
    else joined.push(interim);
  }
  return joined.sort((x, y) => x.time - y.time).slice(-interimsMax);
}

/** Whether two interims claim one start, as far as they say when it was. */
export function isSameClaim(a: KeptInterim, b: KeptInterim): boolean {
  if (!a.seconds || !b.seconds) return !a.seconds && !b.seconds;
  const [claimA, claimB] = [a.time - a.seconds * 1000, b.time - b.seconds * 1000];
  return Math.abs(claimA - claimB) <= sessionStartToleranceMs;
}

function joinInterim(a: KeptInterim, b: KeptInterim): KeptInterim {
  const { first: _, ...later } = laterInterim(a, b);
  const first = least(a.first, b.first);
  return { ...later, ...(first === undefined ? {} : { first }) };
}

/**
 * The interim of the later span, with the greater counters (some gateways begin again at 0); of one
 * span the first, whoever came first.
 */
export function laterInterim(a: KeptInterim, b: KeptInterim): KeptInterim {
  if (a.span !== b.span) {
    const [earlier, later] = a.span < b.span ? [a, b] : [b, a];
    return { ...later, ...joinOctets(later, earlier) };
  }
  if (a.time !== b.time) return a.time < b.time ? a : b;
  return canonicalText(a) >= canonicalText(b) ? a : b;
}
