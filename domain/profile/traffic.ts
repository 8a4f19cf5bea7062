// What a user's sessions usually move: of the last ones that ended their octets an hour, each way,
// in steps of an eighth of a doubling. Facts: the same in any order, and bounded. Of a session it
// is learned when the next one begins, which writes the profile anyway, and by when its Stop has
// come (as `detect/overlap-answer.ts`). Pure.

import type { UsualTraffic, UsualWay } from '../kept-judgement.ts';
import type { Session } from '../session/session.ts';

/** A session that ended: when, and what it moved each way; 0: nothing was told. */
export type TrafficSample = {
  /** When it began, minutes since 1970. */
  readonly minute: number;
  /** How long it lasted at most: whole quarters of an hour. */
  readonly quarters: number;
  readonly up: number;
  readonly down: number;
};

/** Sessions of which it is asked, and without so many that told a way nothing is usual of it. */
const trafficSamplesMax = 12;
export const trafficSamplesMin = 8;
/** One more is remembered: what ended in the last hour is not asked yet. */
const samplesKept = trafficSamplesMax + 1;
/** A Stop that is held up for less changes nothing of what is usual. */
const settledMinutes = 60;

/** A step is an eighth of a doubling, counted from 1,024 octets an hour. */
export const stepsPerDoubling = 8;
const unitOctets = 1024;
const stepMax = 255;
const minuteMs = 60_000;
const hourMs = 3_600_000;

/** Octets each way, for each hour of a session and one more: the first minutes are not a rate. */
export type TrafficRates = {
  readonly hours: number;
  readonly up: { readonly octets: number; readonly perHour: number };
  readonly down: { readonly octets: number; readonly perHour: number };
};

/** What an ended session moved; undefined where its Stop did not come, or told nothing. */
export function trafficRates(session: Session): TrafficRates | undefined {
  const { startedAt, stoppedAt, stopSeconds = 0, octetsIn, octetsOut } = session;
  if (stoppedAt === undefined || (octetsIn === undefined && octetsOut === undefined)) return;
  const lasted = stopSeconds > 0 ? stopSeconds * 1000 : stoppedAt - startedAt;
  const hours = Math.max(0, lasted) / hourMs;
  const rate = (text: string | undefined) => {
    const octets = Number(text ?? 0);
    return { octets, perHour: octets / (hours + 1) };
  };
  return { hours, up: rate(octetsIn), down: rate(octetsOut) };
}

/** A rate in steps, unrounded; 0 for what is less than one. */
export const stepsOf = (perHour: number): number =>
  Math.max(0, stepsPerDoubling * Math.log2(Math.max(1, perHour / unitOctets)));

/** The rate of so many steps, octets an hour. */
export const perHourOf = (steps: number): number => unitOctets * 2 ** (steps / stepsPerDoubling);

/** The samples with those of the user's ended sessions before one that begins. */
export function withTraffic(
  known: readonly TrafficSample[],
  before: readonly Session[],
): readonly TrafficSample[] {
  const told: TrafficSample[] = [];
  for (const session of before) {
    const sample = sampleOf(session);
    if (sample) told.push(sample);
  }
  return joinTraffic(known, told);
}

/**
 * The samples of both, the newest first; of one start what was told last, which is more.
 * @param known in that order
 */
export function joinTraffic(
  known: readonly TrafficSample[],
  more: readonly TrafficSample[],
): readonly TrafficSample[] {
  const samples = known.slice();
  for (const one of more) {
    let at = 0;
    while (at < samples.length && (samples[at] as TrafficSample).minute > one.minute) at += 1;
    const there = samples[at];
    if (there?.minute === one.minute) samples[at] = greater(there, one);
    else if (at < samplesKept) samples.splice(at, 0, one);
  }
  return samples.slice(0, samplesKept);
}

/** What is told of a session; undefined where nothing is, or that it moved nothing. */
function sampleOf(session: Session): TrafficSample | undefined {
  const rates = trafficRates(session);
  if (!rates) return undefined;
  const step = (perHour: number): number => Math.min(stepMax, Math.round(stepsOf(perHour)));
  const minute = Math.floor(session.startedAt / minuteMs);
  const quarters = Math.ceil(rates.hours * 4);
  const sample = { minute, quarters, up: step(rates.up.perHour), down: step(rates.down.perHour) };
  return sample.up === 0 && sample.down === 0 ? undefined : sample;
}

const greater = (a: TrafficSample, b: TrafficSample): TrafficSample => ({
  minute: a.minute,
  quarters: Math.max(a.quarters, b.quarters),
  up: Math.max(a.up, b.up),
  down: Math.max(a.down, b.down),
});

/**
 * What is usual of a user at the start of a session, by what had ended an hour before: the Stop of
 * what ended later may be on its way. Undefined while too little is known.
 */
export function usualTraffic(
  samples: readonly TrafficSample[] | undefined,
  startedAt: number,
): UsualTraffic | undefined {
  const minute = Math.floor(startedAt / minuteMs);
  const before = (samples ?? [])
    .filter((one) => one.minute + 15 * one.quarters + settledMinutes <= minute)
    .slice(0, trafficSamplesMax);
  const up = usualWay(before.map((one) => one.up));
  const down = usualWay(before.map((one) => one.down));
  if (!up || !down) return up ? { up } : down && { down };
  return { up, down };
}

/** Median and median absolute deviation of what was told: one session in two may be anything. */
function usualWay(values: readonly number[]): UsualWay | undefined {
  const told = values.filter((value) => value > 0);
  if (told.length < trafficSamplesMin) return undefined;
  const middle = median(told);
  const spread = median(told.map((value) => Math.abs(value - middle)));
  return { sessions: told.length, middle, spread };
}

/** Of an even number the upper one: a whole number, as it is kept. */
function median(values: readonly number[]): number {
  const middle = Math.floor(values.length / 2);
  // Of a dozen it is faster to count the lesser ones than to sort: no list, no comparing function.
  for (const value of values) {
    let lesser = 0;
    let equal = 0;
    for (const other of values) {
      if (other < value) lesser += 1;
      else if (other === value) equal += 1;
    }
    if (lesser <= middle && middle < lesser + equal) return value;
  }
  return 0;
}
