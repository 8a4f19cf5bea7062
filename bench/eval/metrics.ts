// From scores and truth to the numbers reported: recall at an alert budget, per class, and who
// gets the noise. Pure; the scoring rules are those of README.md, "Scoring rules".

import { type AttackClass, dayMs, type Kind } from './parameters.ts';
import type { SessionScore } from './scorer.ts';
import type { World } from './world.ts';

/** Scores by session number; a session none of whose records arrived has none. */
export type Scores = readonly (SessionScore | undefined)[];

/** What a session counts as. Neutral: the victim's own while their account is being misused. */
type Side = 'attack' | 'benign' | 'neutral' | 'history';

type Point = { readonly uid: number; readonly person: number; readonly start: number };

export type Truth = {
  readonly world: World;
  /** Benign sessions of the measured time, by person in time order. */
  readonly benign: readonly (readonly Point[])[];
  readonly benignUids: readonly number[];
  /** Session numbers per campaign, in time order. */
  readonly campaignUids: readonly (readonly number[])[];
  /** How many false alerts one alert per 1,000 users per day is. */
  readonly alertsPerUnit: number;
};

/** Whether a person's account is misused at a time, or was until a day before. */
export function misusesOf({ campaigns }: World): (person: number, time: number) => boolean {
  const spans = new Map<number, { from: number; to: number }>();
  for (const { people, sessions } of campaigns) {
    const from = sessions[0]?.start ?? 0;
    const to = (sessions.at(-1)?.end ?? 0) + dayMs;
    for (const person of people) spans.set(person, { from, to });
  }
  return (person, time) => {
    const span = spans.get(person);
    return span !== undefined && time >= span.from && time < span.to;
  };
}

/** Sorts a world's sessions into attack and benign. */
export function truthOf(world: World): Truth {
  const isMisused = misusesOf(world);
  const campaignUids: number[][] = world.campaigns.map(() => []);
  const byPerson = new Map<number, Point[]>();
  for (const [uid, { person, start, campaign }] of world.sessions.entries()) {
    if (campaign !== undefined) campaignUids[campaign]?.push(uid);
    const isNeutral = isMisused(person, start);
    const side: Side =
      campaign !== undefined
        ? 'attack'
        : start < world.measuredFrom
          ? 'history'
          : isNeutral
            ? 'neutral'
            : 'benign';
    if (side !== 'benign') continue;
    const points = byPerson.get(person) ?? [];
    points.push({ uid, person, start });
    byPerson.set(person, points);
  }
  const days = (world.measuredTo - world.measuredFrom) / dayMs;
  const benign = [...byPerson.values()];
  return {
    world,
    benign,
    benignUids: benign.flat().map(({ uid }) => uid),
    campaignUids,
    alertsPerUnit: (world.people / 1000) * days,
  };
}

/**
 * False alerts per person at a threshold: repeats within 24 h folded, and sessions that the product
 * folded into one detection.
 */
function falseAlerts(truth: Truth, scores: Scores, threshold: number): Map<number, number> {
  const counts = new Map<number, number>();
  for (const points of truth.benign) {
    let quietUntil = 0;
    const told = new Set<string>();
    for (const { uid, person, start } of points) {
      const score = scores[uid];
      if (!score || score.best < threshold || start < quietUntil) continue;
      const { detection } = score;
      if (detection !== undefined && told.has(detection)) continue;
      if (detection !== undefined) told.add(detection);
      quietUntil = start + dayMs;
      counts.set(person, (counts.get(person) ?? 0) + 1);
    }
  }
  return counts;
}

const total = (counts: ReadonlyMap<number, number>): number =>
  [...counts.values()].reduce((sum, count) => sum + count, 0);

/** False alerts per 1,000 users per day at a threshold. */
export function falseAlertRate(truth: Truth, scores: Scores, threshold: number): number {
  return total(falseAlerts(truth, scores, threshold)) / truth.alertsPerUnit;
}

/** The lowest threshold that keeps false alerts within a budget per 1,000 users per day. */
export function thresholdFor(truth: Truth, scores: Scores, budget: number): number {
  const values = new Set<number>();
  for (const uid of truth.benignUids) {
    const best = scores[uid]?.best;
    if (best !== undefined && best > Number.NEGATIVE_INFINITY) values.add(best);
  }
  const sorted = [...values].sort((a, b) => a - b);
  let low = 0;
  let high = sorted.length;
  // Fewer alerts at higher thresholds: find the first value within the budget.
  while (low < high) {
    const middle = (low + high) >>> 1;
    const rate = falseAlertRate(truth, scores, sorted[middle] as number);
    if (rate <= budget + 1e-9) high = middle;
    else low = middle + 1;
  }
  // Nothing tied with the value below may alert, but everything above it may.
  const below = sorted[low - 1];
  // A score of -Infinity never alerts, however large the budget.
  return below === undefined ? -Number.MAX_VALUE : nextAbove(below);
}

/** A threshold just above a value, so that scores between two benign ones still alert. */
function nextAbove(value: number): number {
  return value + Math.max(1e-9, Math.abs(value) * 1e-12);
}

export type Found = {
  readonly campaigns: number;
  readonly found: number;
  readonly atFirstStart: number;
  /** Found by a later record of the first session: an interim, another address, its Stop. */
  readonly laterInFirst: number;
};

const noneFound: Found = { campaigns: 0, found: 0, atFirstStart: 0, laterInFirst: 0 };

/** Adds up what was found. */
export const sumFound = (parts: readonly Found[]): Found => parts.reduce(plus, noneFound);

export type Outcome = {
  readonly all: Found;
  readonly byClass: ReadonlyMap<AttackClass, Found>;
  readonly rate: number;
  /** Share of all false alerts that the ten noisiest users make. */
  readonly noisiestShare: number;
  readonly noiseByKind: ReadonlyMap<Kind, number>;
};

/** What alerting at a threshold finds and costs. */
export function outcomeAt(truth: Truth, scores: Scores, threshold: number): Outcome {
  const byClass = new Map<AttackClass, Found>();
  let all = noneFound;
  for (const [index, { attack }] of truth.world.campaigns.entries()) {
    const one = foundOf(truth.campaignUids[index] ?? [], scores, threshold);
    all = plus(all, one);
    byClass.set(attack, plus(byClass.get(attack) ?? noneFound, one));
  }
  const counts = falseAlerts(truth, scores, threshold);
  const sum = total(counts);
  const ranked = [...counts.values()].sort((a, b) => b - a);
  const noisiest = ranked.slice(0, 10).reduce((a, b) => a + b, 0);
  const noiseByKind = new Map<Kind, number>();
  for (const [person, count] of counts) {
    const kind = truth.world.persons[person]?.kind ?? 'hybrid';
    noiseByKind.set(kind, (noiseByKind.get(kind) ?? 0) + count / Math.max(1, sum));
  }
  const rate = sum / truth.alertsPerUnit;
  return { all, byClass, rate, noisiestShare: noisiest / Math.max(1, sum), noiseByKind };
}

/** Whether one campaign is found by its sessions, in time order, and by which record. */
function foundOf(uids: readonly number[], scores: Scores, threshold: number): Found {
  const alerts = (uid: number | undefined): boolean =>
    uid !== undefined && (scores[uid]?.best ?? -Infinity) >= threshold;
  const first = uids[0] === undefined ? undefined : scores[uids[0]];
  const isAtStart = (first?.first ?? -Infinity) >= threshold;
  return {
    campaigns: 1,
    found: uids.some(alerts) ? 1 : 0,
    atFirstStart: isAtStart ? 1 : 0,
    laterInFirst: !isAtStart && alerts(uids[0]) ? 1 : 0,
  };
}

function plus(a: Found, b: Found): Found {
  return {
    campaigns: a.campaigns + b.campaigns,
    found: a.found + b.found,
    atFirstStart: a.atFirstStart + b.atFirstStart,
    laterInFirst: a.laterInFirst + b.laterInFirst,
  };
}

/** Share of pairs (attack session, benign session) that a score orders rightly; ties count half. */
export function areaUnderCurve(truth: Truth, scores: Scores): number {
  const of = (uids: readonly number[]): number[] =>
    uids.flatMap((uid) => scores[uid]?.whole ?? scores[uid]?.first ?? []).sort((a, b) => a - b);
  const attacks = of(truth.campaignUids.flat());
  const benign = of(truth.benignUids);
  let below = 0;
  let upTo = 0;
  let sum = 0;
  for (const score of attacks) {
    while ((benign[below] ?? Infinity) < score) below += 1;
    upTo = Math.max(upTo, below);
    while ((benign[upTo] ?? Infinity) <= score) upTo += 1;
    sum += below + (upTo - below) / 2;
  }
  return sum / (attacks.length * benign.length);
}
