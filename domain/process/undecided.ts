// What a session teaches the state of before an analyst's decisions, while they can be taken back:
// judged without them, by the same code, so that taking them back leaves what would have been
// learned had they never been made (decision 0041). It costs a second judgement for users of whom
// something was decided, and nothing for others.

import type { EventFlag, UnixMs } from '../accounting-event.ts';
import { type JudgeInput, judge } from '../detect/judge.ts';
import { keptOf } from '../detect/judge-again.ts';
import { type Alike, detectionBeside } from '../detect/judge-alike.ts';
import { learnedAfter, taughtBy } from '../detect/learn-judged.ts';
import type { Profile, Undecided } from '../profile/profile.ts';
import { withRef } from './detection-refs.ts';
import { finalRef, forgettingOld, isSettled, keeping } from './kept.ts';

/** How the session came. */
type Way = {
  readonly isAlertable: boolean;
  readonly alike: Alike | undefined;
  readonly flags: readonly EventFlag[];
  /** Of the record that showed it. */
  readonly time: UnixMs;
};

/**
 * The profile after a session that was judged by `input`, with what the session teaches the state
 * without the decisions; that state ends when the last decision expires.
 */
export function withUndecided(profile: Profile, input: JudgeInput, way: Way): Profile {
  if (!profile.undecided) return profile;
  const { undecided, ...rest } = profile;
  if (input.session.startedAt > undecided.until) return rest;
  return { ...profile, undecided: after(profile, undecided, input, way) };
}

function after(
  profile: Profile,
  undecided: Undecided,
  input: JudgeInput,
  { isAlertable, alike, flags, time }: Way,
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
  const learned = learnedAfter(judged, found?.ref, input.learning);
  const kept =
    alike || !isAlertable
      ? undefined
      : keptOf(without, judged, found?.ref.id, {
          flags,
          ...taughtBy(judged, found?.ref, input.learning),
        });
  const bare = { ...profile, learned, detections };
  const next = kept ? keeping(bare, kept, time) : forgettingOld(bare, time);
  const isFinal = found && isSettled(next, found.ref.id, kept);
  const refs = found ? withRef(next.detections, found.ref) : next.detections;
  return {
    ...undecided,
    learned: next.learned,
    detections: found && isFinal ? finalRef(refs, found.ref.id) : refs,
  };
}
