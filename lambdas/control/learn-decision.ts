// Makes an analyst's decision part of what is learned of each user concerned, and of all users, or
// takes it out again: while `Profile.undecided` is kept, a decision that is changed or taken back
// leaves what would be learned had it never been made (decision 0041).
// Promise: a repeat after a failure is harmless.

import type { UnixMs } from '../../domain/accounting-event.ts';
import {
  type Classification,
  type Decision,
  decided,
  maliciousKeys,
  redecided,
  withClassification,
  withoutClassification,
} from '../../domain/detect/triage.ts';
import type { Detection } from '../../domain/detection.ts';
import type { PopulationStore, UserStore } from '../../domain/process/ports.ts';
import type { Profile } from '../../domain/profile/profile.ts';
import type { QueryStore } from '../query/ports.ts';
import type { Triage, TriageChange } from '../shared/triage.ts';
import { changeProfile } from './change-profile.ts';

export type LearnDeps = {
  readonly store: Pick<QueryStore, 'detectionIds' | 'detectionsOf' | 'triages'>;
  readonly users: Pick<UserStore, 'load' | 'putProfile'>;
  readonly population: Pick<PopulationStore, 'markMalicious'>;
};

const dayMs = 86_400_000;
/** Addresses and networks change hands: a malicious mark does not last for ever. */
const maliciousDays = 90;
/** Detections of one user that are looked through for other decisions, the newest. */
const detectionsMax = 1_000;

/** What of a decision is learned; undefined: it classifies nothing. */
function givenOf({ classification, benignUntil, at }: TriageChange): Classification | undefined {
  const until = benignUntil ?? at + maliciousDays * dayMs;
  return classification && { classification, at, until };
}

/** Learns a decision in the place of the one before; `before` absent: there was none. */
export async function learnDecision(
  deps: LearnDeps,
  detection: Detection,
  before: TriageChange | undefined,
  change: TriageChange,
): Promise<void> {
  const { classification, benignUntil, at } = change;
  const isSame = before?.classification === classification && before?.benignUntil === benignUntil;
  if (isSame) return;
  const given = givenOf(change);
  const isFirst = before?.classification === undefined;
  for (const userKey of detection.users ?? [detection.userKey]) {
    await changeProfile(deps.users, userKey, at, async (profile) => {
      if (isFirst && given) return decided(profile, { detection, given });
      if (!profile.undecided) return changedForGood(profile, detection, given);
      const others = await otherDecisions(deps, userKey, detection.id, profile.undecided.since);
      return redecided(profile, given ? [...others, { detection, given }] : others);
    });
  }
  const { population } = deps;
  const keys = maliciousKeys(detection);
  if (given && classification === 'malicious') {
    await population.markMalicious(keys, given.until, detection.id);
  } else if (before?.classification === 'malicious') {
    // Taken back: the marks of this detection run out at once, those of others hold.
    await population.markMalicious(keys, at, detection.id);
  }
}

/**
 * Makes what is learned follow from what stands, whatever a decision that died half-way has left.
 * @param standing absent: nothing was decided about the detection
 */
export async function settleLearned(
  deps: LearnDeps,
  detection: Detection,
  standing: Triage | undefined,
  now: UnixMs,
): Promise<void> {
  const given = standing && givenSince(standing);
  for (const userKey of detection.users ?? [detection.userKey]) {
    await changeProfile(deps.users, userKey, now, async (profile) => {
      const isHeld = given !== undefined && given.until > now;
      // No decision is learned: that which stands was being taken back, or there was none.
      if (!profile.undecided) return isHeld ? decided(profile, { detection, given }) : profile;
      const others = await otherDecisions(deps, userKey, detection.id, profile.undecided.since);
      return redecided(profile, given ? [...others, { detection, given }] : others);
    });
  }
  const isMalicious = given?.classification === 'malicious';
  const keys = maliciousKeys(detection);
  await deps.population.markMalicious(keys, isMalicious ? given.until : now, detection.id);
}

/** What was decided so long ago that it stays learned: only the marks change. */
const changedForGood = (
  profile: Profile,
  detection: Detection,
  given: Classification | undefined,
): Profile =>
  given ? withClassification(profile, detection, given) : withoutClassification(profile, detection);

/** Decisions about the user's other detections that were made since, and hold. */
async function otherDecisions(
  { store }: LearnDeps,
  userKey: string,
  id: string,
  since: number,
): Promise<Decision[]> {
  const ids = (await store.detectionIds(userKey, detectionsMax)).filter((other) => other !== id);
  const triages = await store.triages(ids);
  const made = ids.flatMap((other) => {
    const triage = triages.get(other);
    const given = triage && givenSince(triage);
    return given && given.at >= since ? [[other, given] as const] : [];
  });
  const detections = await store.detectionsOf(made.map(([other]) => other));
  return made.flatMap(([other, given]): Decision[] => {
    const detection = detections.get(other);
    return detection ? [{ detection, given }] : [];
  });
}

/** The classification that holds, as of when it was given: later changes kept it as it was. */
function givenSince(triage: Triage): Classification | undefined {
  let first: TriageChange = triage;
  for (const change of triage.history) {
    const isKept =
      change.classification === triage.classification && change.benignUntil === triage.benignUntil;
    if (!isKept) break;
    first = change;
  }
  return givenOf({ ...triage, at: first.at });
}
