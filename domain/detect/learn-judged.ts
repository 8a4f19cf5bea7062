// What a judged session teaches: the profile's usual, or apart from it while the session stands in
// an open detection of Medium or High, or shows values that do (profile/held.ts). A session that
// called for an alert is not the user's own to the learning gate. Pure.

import { keptInput, type Taught } from '../kept-judgement.ts';
import { withDoubt } from '../profile/doubts.ts';
import { heldWith } from '../profile/held.ts';
import type { Answers, Feature, Held, Learned } from '../profile/learned.ts';
import type { DetectionRef } from '../profile/profile.ts';
import type { Building } from '../session/merge-values.ts';
import { movedIn } from './context/moves.ts';
import type { JudgedSession } from './judge.ts';
import { isTripAt, type Learning, learningWeight, learnScored } from './score.ts';
import { marksOn } from './terms/feedback.ts';

/**
 * The state after a judged session.
 * @param ref the detection that the session is in, if it is in one
 */
export function learnedAfter(
  judged: JudgedSession,
  ref: DetectionRef | undefined,
  learning: Learning,
): Learned {
  const { judgement, scored, learned, asLearned } = judged;
  const { observation } = scored;
  const isDoubted = learning.isSession && judgement.score >= judgement.threshold;
  const before = isDoubted
    ? { ...learned, doubts: withDoubt(learned.doubts, observation.time) }
    : learned;
  const apart = holderOf(judged, ref);
  if (!apart) return learnScored(before, scored, learning);
  // What an analyst called malicious teaches nothing.
  if (marksOn(before, observation, 'malicious').length > 0) return before;
  // Apart it is believed: whether it was the user is what an analyst is asked.
  const teach = (held: Learned): Learned => learnScored(held, asLearned ?? scored, learning, 1);
  return heldWith(before, apart, learning.isSession && ref !== undefined, teach);
}

/** What the session taught the profile's usual, to be taken back if its judgement was wrong. */
export function taughtBy(
  judged: JudgedSession,
  ref: DetectionRef | undefined,
  learning: Learning,
): { readonly taught?: Taught } {
  const { scored, learned } = judged;
  const { observation, context } = scored;
  if (holderOf(judged, ref) || marksOn(learned, observation, 'malicious').length > 0) return {};
  const moved = movedIn(observation, context.familiarity);
  const weight = keptInput(learningWeight(scored.score));
  const taught: Building<Taught> = {
    weight,
    answers: scored.isSettled ? kept(scored.answers) : {},
  };
  if (moved !== undefined) taught.moved = keptInput(moved);
  if (isTripAt(scored, learning)) taught.isTrip = true;
  return { taught };
}

/** Answers as finely as they are kept, in their order. */
function kept(answers: Answers): Taught['answers'] {
  const all: Record<string, number> = {};
  for (const name in answers) all[name] = keptInput(answers[name as Feature] ?? 0);
  return all;
}

/** The detection that holds what the session teaches. */
function holderOf(
  { standing, scored }: JudgedSession,
  ref: DetectionRef | undefined,
): Omit<Held, 'learned' | 'sessions'> | undefined {
  const isHeld = ref && (ref.severity !== 'low' || ref.id === standing?.id);
  if (!isHeld) return standing;
  const { id, place, severity, firstSeen } = ref;
  return {
    id,
    place,
    severity,
    since: firstSeen,
    trust: Math.round(learningWeight(scored.score) * 100) / 100,
  };
}
