// What a combination of terms is trained on and compared by: each judged session of a world with
// what the terms said of it and whether it was an attack. Nothing else of the world: no clock, no
// user number but to fold alerts, nothing of the generator.

import type { Evidence } from '../../domain/detect/context/term.ts';
import { leftOf, ofLocation } from '../../domain/detect/left.ts';
import { truthOf } from '../eval/metrics.ts';
import { makeOurs } from '../eval/ours.ts';
import { dayMs } from '../eval/parameters.ts';
import type { World } from '../eval/world.ts';

/** What one judgement of a session rests on. */
type Example = {
  readonly uid: number;
  /** At the session's first record. */
  readonly isFirst: boolean;
  /** What the terms said, in nats, before the combination. */
  readonly terms: Readonly<Record<string, number>>;
  /** Shares left of positive weights by an address others share, and by how little is known. */
  readonly egressShare: number;
  readonly knownShare: number;
  /** Nats that a line that came back may take off. */
  readonly handoverMost: number;
  readonly isNewDevice: boolean;
};

/** A line a judgement, after one that describes the world. @returns NDJSON */
export async function* examplesOf(world: World): AsyncGenerator<string> {
  const truth = truthOf(world);
  const benign = new Set(truth.benignUids);
  const { name, seed, people, days } = world;
  const { alertsPerUnit } = truth;
  const attacks = world.campaigns.map(({ attack }) => attack);
  yield JSON.stringify({ name, seed, people, days, alertsPerUnit, attacks });
  const ours = makeOurs(world);
  const seen = new Set<number>();
  for (const record of world.records()) {
    const { verdict, detection } = await ours.feed(record);
    const { uid } = record;
    const session = world.sessions[uid];
    if (!session) continue;
    if (verdict) {
      const { person, start, campaign } = session;
      const day = Math.floor((start - world.measuredFrom) / dayMs);
      const side = campaign !== undefined ? 'attack' : benign.has(uid) ? 'benign' : 'aside';
      const told = { score: verdict.score, detection, person, start, day, side, campaign };
      const { evidence } = verdict;
      yield JSON.stringify({ ...told, ...exampleOf(evidence, uid, !seen.has(uid)) });
    }
    seen.add(uid);
  }
}

function exampleOf(evidence: readonly Evidence[], uid: number, isFirst: boolean): Example {
  const of = (term: string): Evidence | undefined => evidence.find((one) => one.term === term);
  const numberOf = (term: string, name: string): number | undefined => of(term)?.numbers()[name];
  const onTrip = leftOf(evidence.filter(({ term }) => term === 'trip' || ofLocation.has(term)));
  // Terms that are computed from others, or set by analysts, say nothing by themselves.
  const terms = evidence.flatMap((found) => {
    const { term, said } = found;
    if (said === undefined) return [];
    const value = said > 0 ? onTrip({ ...found, weight: said }) : said;
    return [[term, Math.round(value * 1e4) / 1e4]];
  });
  const unseen = 1 - (numberOf('handover', 'familiarity') ?? 1);
  return {
    uid,
    isFirst,
    terms: Object.fromEntries(terms),
    egressShare: numberOf('shared-egress', 'share') ?? 1,
    knownShare: numberOf('cold-start', 'share') ?? 1,
    handoverMost: Math.round(1.2 * unseen * 1e4) / 1e4,
    isNewDevice: evidence.some(({ aspect }) => aspect === 'new-device'),
  };
}
