// What a session taught, when its judgement is made again: it is learned with the weight that it
// has now, as if it had been judged so at first, and apart where its detection is open. So what is
// learned of a user follows from the facts, not from the order in which they came. Pure (decision
// 0028).

import { type KeptJudgement, keptInput, type Taught } from '../kept-judgement.ts';
import { type PopulationCounts, recountOf } from '../population/population.ts';
import { withDoubt, withoutDoubt } from '../profile/doubts.ts';
import { heldWith } from '../profile/held.ts';
import { keptIn, type Learned, learn, withKeptJudgements } from '../profile/learned.ts';
import type { Profile } from '../profile/profile.ts';
import type { Observation } from '../session/observation.ts';
import { presencesOf } from '../session/presence.ts';
import { type Again, isOver, trustTolerance } from './judge-again.ts';
import { learningWeight, observationAt } from './score.ts';
import { offTrip, onTrip } from './terms/trip.ts';

/** The profile that has learned a session as it is judged now. */
export function withRelearned(profile: Profile, again: Again): Profile {
  const { kept } = again;
  const found = relearned(profile, again);
  if (found.kept === kept) return profile;
  const all = keptIn(profile.learned).map((one) => (one === kept ? found.kept : one));
  return { ...profile, learned: withKeptJudgements(found.learned, all) };
}

/** The learning gate doubts a session as it is judged now. */
export function doubtedAs(learned: Learned, before: KeptJudgement, { kept }: Again): Learned {
  const { said, ground, time, isFirst } = before;
  const is = isOver(kept.said, ground);
  if (!isFirst || isOver(said, ground) === is) return learned;
  const { doubts } = learned;
  return { ...learned, doubts: is ? withDoubt(doubts, time) : withoutDoubt(doubts, time) };
}

/**
 * What the organisation's counts lack of a session that is trusted otherwise now; undefined where
 * they lack nothing, or where what it answered is not known any more: it was learned apart.
 */
export function recounted(before: KeptJudgement, { kept }: Again): PopulationCounts | undefined {
  const { said, time, taught, isFirst } = before;
  if (!taught || !isFirst) return undefined;
  const [weight, now] = [learningWeight(said.score), learningWeight(kept.said.score)];
  return weight === now ? undefined : recountOf({ time, answers: taught.answers, weight, now });
}

function relearned(
  { learned, detections }: Profile,
  again: Again,
): { readonly learned: Learned; readonly kept: KeptJudgement } {
  const { kept } = again;
  const { taught, ...untaught } = kept;
  if (!taught) return { learned, kept };
  const { severity, score, detection } = kept.said;
  const isApart = severity === 'medium' || severity === 'high';
  const trust = learningWeight(score);
  // As finely as it is kept: the next judgement of it starts from there, kept or not.
  const weight = isApart ? 0 : keptInput(trust);
  if (Math.abs(weight - taught.weight) < trustTolerance) return { learned, kept };
  const observation = observationOf(again);
  const teach = (state: Learned, by: number, believed: number): Learned => {
    const next = taughtTo(state, observation, { ...untaught, taught }, by);
    // The time it was judged at: that of the session may have turned out to be another one.
    const { time } = kept;
    return taught.isTrip ? onTrip(offTrip(next, time, believed), time, believed) : next;
  };
  const next = teach(learned, weight - taught.weight, weight);
  const ref = isApart ? detections.find(({ id }) => id === detection) : undefined;
  if (!ref) return { learned: next, kept: { ...kept, taught: { ...taught, weight } } };
  const { id, place, firstSeen: since } = ref;
  const holder = { id, place, severity: ref.severity, since, trust: hundredths(trust) };
  // It is that detection's from now on: released with it, or forgotten.
  const held = heldWith(next, holder, kept.isFirst === true, (apart) => teach(apart, 1, 1));
  return { learned: held, kept: untaught };
}

const hundredths = (value: number): number => Math.round(value * 100) / 100;

function observationOf({ session, sighting }: Again): Observation {
  const at = sighting?.address;
  const presence = presencesOf(session).find((one) => one.sighting.address === at);
  return observationAt(session, presence);
}

function taughtTo(
  learned: Learned,
  observation: Observation,
  kept: KeptJudgement & { readonly taught: Taught },
  weight: number,
): Learned {
  const { taught, isFirst = false, isAgain = false } = kept;
  const fresh = { isSession: isFirst, isLocation: !isAgain, isDevice: isFirst || isAgain };
  return learn(learned, observation, weight, taught.answers, fresh, taught.moved);
}
