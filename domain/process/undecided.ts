// What a session teaches the state of before an analyst's decisions, while they can be taken back:
// judged without them, by the same code, so that taking them back leaves what would have been
// learned had they never been made (decision 0041). It costs a second judgement for users of whom
// something was decided, and nothing for others.

import { type JudgeInput, judge } from '../detect/judge.ts';
import { type Alike, detectionBeside } from '../detect/judge-alike.ts';
import { learnedAfter } from '../detect/learn-judged.ts';
import type { Profile, Undecided } from '../profile/profile.ts';
import { withRef } from './detection-refs.ts';

/**
 * The profile after a session that was judged by `input`, with what the session teaches the state
 * without the decisions; that state ends when the last decision expires.
 */
export function withUndecided(
  profile: Profile,
  input: JudgeInput,
  { isAlertable, alike }: { readonly isAlertable: boolean; readonly alike: Alike | undefined },
): Profile {
  const { undecided, ...rest } = profile;
  if (!undecided) return profile;
  if (input.session.startedAt > undecided.until) return rest;
  return { ...profile, undecided: after(undecided, input, isAlertable, alike) };
}

function after(
  undecided: Undecided,
  input: JudgeInput,
  isAlertable: boolean,
  alike: Alike | undefined,
): Undecided {
  const marked = new Set(undecided.marked);
  const { population } = input;
  const malicious =
    marked.size === 0
      ? population.malicious
      : new Map([...population.malicious].filter(([key]) => !marked.has(key)));
  const without: JudgeInput = {
    ...input,
    learned: undecided.learned,
    population: { ...population, malicious },
  };
  const judged = judge(without);
  const found = isAlertable
    ? detectionBeside(without, judged, undecided.detections, alike)
    : undefined;
  const { detections } = undecided;
  return {
    ...undecided,
    learned: learnedAfter(judged, found?.ref, input.learning),
    detections: found ? withRef(detections, found.ref) : detections,
  };
}
