// What a profile keeps of its judgements, so that they can be made again: for a day, within a
// bound. What is no longer kept can no longer be corrected.

import type { UnixMs } from '../accounting-event.ts';
import { withKept } from '../detect/judge-again.ts';
import type { KeptJudgement } from '../kept-judgement.ts';
import { correctableMs } from '../limits.ts';
import { keptIn, withKeptJudgements } from '../profile/learned.ts';
import { type DetectionRef, type Profile, profileDraft } from '../profile/profile.ts';

/** Whether a judgement is young enough to be made again. */
export const isLive = (profile: Profile, time: UnixMs) => {
  const now = Math.max(time, profile.lastSeen);
  return (kept: KeptJudgement): boolean => now - kept.time <= correctableMs;
};

/** The profile that keeps one more judgement. */
export function keeping(profile: Profile, added: KeptJudgement, time: UnixMs): Profile {
  return keptAs(profile, withKept(keptIn(profile.learned), added, isLive(profile, time)));
}

/** The profile without judgements that are too old to be made again: they only take room. */
export function forgettingOld(profile: Profile, time: UnixMs): Profile {
  const all = keptIn(profile.learned);
  const kept = all.filter(isLive(profile, time));
  if (kept.length === all.length) return profile;
  return keptAs(profile, { kept, dropped: all.filter((one) => !kept.includes(one)) });
}

function keptAs(profile: Profile, { kept, dropped }: ReturnType<typeof withKept>): Profile {
  const detections = dropped.reduce<readonly DetectionRef[]>(
    (refs, { said }) => (said.severity ? finalRef(refs, said.detection) : refs),
    profile.detections,
  );
  const draft = profileDraft(profile);
  draft.learned = withKeptJudgements(profile.learned, kept);
  draft.detections = detections;
  return draft;
}

/**
 * Whether a detection cannot be told anew from what is kept: something that it stands on is kept no
 * longer, or never was.
 * @param profile after `added`, a judgement that becomes part of it, was kept
 * @param added undefined: it is not kept
 */
export function isSettled(profile: Profile, id: string, added: KeptJudgement | undefined): boolean {
  const known = profile.detections.find((ref) => ref.id === id);
  if (!added || known?.isFinal) return true;
  if (!known || known.isWithdrawn) return false;
  return !keptIn(profile.learned).some((one) => one !== added && one.said.detection === id);
}

/** What is not kept any more cannot be corrected: what it is part of stands. */
export const finalRef = (refs: readonly DetectionRef[], id: string | undefined) =>
  refs.map(
    (ref): DetectionRef => (ref.id === id && !ref.isWithdrawn ? { ...ref, isFinal: true } : ref),
  );
