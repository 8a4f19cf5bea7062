// The question whether the user's sessions overlap, as it is learned: of the session before the one
// that begins. When a session begins it is not known yet whether the one before went on, since
// Stops come minutes late, and what is learned of a session once is not learned again. By the next
// one's Start they have come, so that in any order within some minutes the same is learned. Of a
// session that comes after a later one it is asked at once: that one has asked of the one before.
// Pure.

import { correctableMs } from '../limits.ts';
import { hasDoubt } from '../profile/doubts.ts';
import { keptIn, type Learned } from '../profile/learned.ts';
import type { KnownSession } from '../session/outlook.ts';
import { presencesOf } from '../session/presence.ts';
import type { Session, SessionKey } from '../session/session.ts';
import { overlappingPresence } from './terms/overlap.ts';

/**
 * 1 when the session asked about began while another one was open elsewhere, else 0.
 * @param own the session that begins
 * @param others the user's sessions around it
 * @returns undefined where there is none to ask about, or it reached the threshold: whether that
 * one was the user's is not known
 */
export function overlapAnswer(
  own: Session,
  others: readonly KnownSession[],
  learned: Learned,
): number | undefined {
  const asked = askedAbout(own, others);
  const presence = asked && presencesOf(asked)[0];
  if (!presence || isDoubted(presence.session, own, learned)) return undefined;
  return overlappingPresence(presence, others) ? 1 : 0;
}

/** The session itself where a later one is known, else the one before. */
function askedAbout(own: Session, others: readonly KnownSession[]): KnownSession | undefined {
  let before: KnownSession | undefined;
  for (const other of others) {
    if (isSame(own, other)) continue;
    if (isBefore(own, other)) return own;
    if (!before || isBefore(before, other)) before = other;
  }
  return before;
}

const isBefore = (a: Session, b: Session): boolean =>
  a.startedAt < b.startedAt || (a.startedAt === b.startedAt && a.identity < b.identity);

const isSame = (a: SessionKey, b: SessionKey): boolean =>
  a.rowStart === b.rowStart && a.identity === b.identity;

/** Whether a session before reached the threshold, as far as that is remembered. */
function isDoubted(session: Session, own: Session, learned: Learned): boolean {
  const kept = keptIn(learned).filter((one) => isSame(one, session));
  if (kept.some(({ said, ground }) => said.score >= ground.threshold)) return true;
  if (own.startedAt - session.startedAt <= correctableMs) return false;
  return hasDoubt(learned.doubts, session.startedAt);
}
