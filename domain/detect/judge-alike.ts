// Judging a new account as the known user that it looks like, beside judging it as itself: an
// account made to pass for another has no history of its own to be abnormal against (decision
// 0022). Nothing is learned from it, and the population counts the session once.

import type { Detection } from '../detection.ts';
import type { DetectionRef, Profile } from '../profile/profile.ts';
import type { Session } from '../session/session.ts';
import { detectionOf } from './detection-of.ts';
import { type JudgedSession, type JudgeInput, judge } from './judge.ts';

/** The known user: profile, and sessions near those that are judged. */
export type Alike = { readonly profile: Profile; readonly sessions: readonly Session[] };

export type Found = { readonly detection: Detection; readonly ref: DetectionRef };

/**
 * The detection of a session of a new account: as its own, or as the known user's where that weighs
 * more. Either names the known user. Undefined when neither calls for one.
 */
export function detectionBeside(
  input: JudgeInput,
  own: JudgedSession,
  refs: readonly DetectionRef[],
  alike: Alike | undefined,
): Found | undefined {
  const found = detectionOf(input, own, refs);
  if (!alike) return found;
  const { profile } = alike;
  const asKnown: JudgeInput = {
    ...input,
    // The detection is the account's own.
    before: { ...profile, userKey: input.before.userKey },
    // Nothing joins the known user's open detections: they are not this account's.
    learned: { ...profile.learned, held: [] },
    others: [...alike.sessions, ...input.others],
  };
  const beside = detectionOf(asKnown, judge(asKnown), refs);
  const heavier =
    found && (!beside || found.detection.score > beside.detection.score) ? found : beside;
  return heavier && { ...heavier, detection: withLook(heavier.detection, profile.userKey) };
}

function withLook(detection: Detection, looksLike: string): Detection {
  const { userKey } = detection;
  const text = `Account ${userKey} differs from ${looksLike} in accents alone: judged as both`;
  const reason = { term: 'looks-like', weight: 0, text, numbers: {} };
  return { ...detection, looksLike, reasons: [...detection.reasons, reason] };
}

/** The detection without whom it looks like: that user was erased. */
export function withoutLook({ looksLike: _, ...detection }: Detection): Detection {
  const text = `Account ${detection.userKey} differs from another in accents alone: judged as both`;
  const reasons = detection.reasons.map((reason) =>
    reason.term === 'looks-like' ? { ...reason, text } : reason,
  );
  return { ...detection, reasons };
}
