// What would have kept a detection silent: the smallest sets of its evidence without which, had it
// been usual, no alert would have been raised. A function of the weights and of what decides beside
// them, as they are kept with the detection (`Basis`). What takes off is taken to take off less
// where less is left to take off from, so that no set is named that would not have been enough.
// Pure.

import type { Basis } from '../detection.ts';
import type { DetectionSettings } from '../settings.ts';
import { type Evidence, evidenceOf, natsOf, type TermName } from './context/term.ts';
import { type Gate, groundOf, judgementOn } from './judgement.ts';
import { offLocation, ofLocation, ofOthers } from './left.ts';

/** More evidence than this is not tried in all combinations: the heaviest is. */
const triedMax = 12;
/** Sets that are named. */
const setsMax = 3;

/** What of a basis decides. */
type Deciding = Pick<Basis, 'threshold' | 'terms'> &
  Partial<Gate> & { readonly isLearning: boolean };

/**
 * The smallest sets of terms without which there would be no alert, the lightest first; several
 * only of one size. Empty: there is none, or it does not alert by this basis.
 */
export function silentWithout(
  { threshold, isLearning, terms, daysSinceFirst, sessionsInMonth }: Deciding,
  settings: DetectionSettings = {},
): readonly (readonly string[])[] {
  const evidence = terms.map(evidenceOf);
  const isKnown = daysSinceFirst !== undefined && sessionsInMonth !== undefined;
  const shut = isKnown ? groundOf({ daysSinceFirst, sessionsInMonth }, threshold) : undefined;
  // Of who connects seldom only hard evidence is told, as gravely as of anybody.
  const ground = shut?.isSeldom ? shut : { threshold, isLearning };
  const isSilent = (gone: ReadonlySet<Evidence>): boolean => {
    const left = without(evidence, gone);
    const score = natsOf(left);
    return judgementOn({ score, evidence: left }, ground, settings).severity === undefined;
  };
  const against = evidence
    .filter(({ term, weight }) => weight > 0 && !ofOthers.has(term))
    .sort((a, b) => b.weight - a.weight)
    .slice(0, triedMax);
  if (isSilent(new Set())) return [];
  for (let size = 1; size <= against.length; size += 1) {
    const found = setsOf(against, size).filter((set) => isSilent(new Set(set)));
    if (found.length === 0) continue;
    return found
      .sort((a, b) => natsOf(a) - natsOf(b))
      .slice(0, setsMax)
      .map((set) => set.map(({ term }) => term));
  }
  return [];
}

/** All sets of so many of them. */
function setsOf(all: readonly Evidence[], size: number): Evidence[][] {
  if (size === 0) return [[]];
  return all.flatMap((first, at) =>
    setsOf(all.slice(at + 1), size - 1).map((rest) => [first, ...rest]),
  );
}

/** What is left without some of it; of what takes off only as much as there is to take off from. */
function without(all: readonly Evidence[], gone: ReadonlySet<Evidence>): readonly Evidence[] {
  const left = all.filter((one) => !gone.has(one));
  const lost = natsOf([...gone]);
  const lostOfLocation = natsOf([...gone].filter(({ term }) => ofLocation.has(term)));
  return left.map((one) => {
    if (one.weight >= 0) return one;
    const less = dependent.has(one.term) ? lost : offLocation.has(one.term) ? lostOfLocation : 0;
    return { ...one, weight: Math.min(0, one.weight + less) };
  });
}

/** Take off of any evidence. */
const dependent: ReadonlySet<TermName> = new Set(['cold-start', 'expected', 'feedback']);
