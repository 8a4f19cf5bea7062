// Names and merges detections (`domain/detection.ts` has their shape).
// Ids are deterministic, so a redelivered event finds its detection already there.

import type { EventFlag } from '../accounting-event.ts';
import type { Detection, Reason, Severity } from '../detection.ts';
import type { PlaceKey } from '../location.ts';
import type { Session } from '../session/session.ts';

const severityRank: Readonly<Record<Severity, number>> = { low: 1, medium: 2, high: 3 };

/** The graver of two severities. */
export function graver(a: Severity, b: Severity): Severity {
  return severityRank[a] >= severityRank[b] ? a : b;
}

/** Positive where the first is graver. */
export const compareSeverity = (a: Severity, b: Severity): number =>
  severityRank[a] - severityRank[b];

/** A detection keeps this many sessions by name, and a burst this many users. */
const detectionSessionsMax = 64;
const burstUsersMax = 64;

/**
 * The id of a detection: readable time of its first session, then a hash of user, session and
 * place. It sorts by time and names its month, so it locates its own row.
 */
export function detectionId(
  hash: (text: string) => string,
  userKey: string,
  session: Session,
  place: PlaceKey,
): string {
  const stamp = new Date(session.rowStart).toISOString().replace(/[-:]|\.\d+/g, '');
  const digest = hash(['detection', userKey, sessionRef(session), place].join('\0'));
  return `${stamp}-${digest.slice(0, 16)}`;
}

/** Names a session within its user: `<row start>/<identity>`. */
export function sessionRef(session: Session): string {
  return `${session.rowStart}/${session.identity}`;
}

/** The detection with what its reader should know of how the record came (`EventFlag`). */
export function withOrigin(detection: Detection, flags: readonly EventFlag[]): Detection {
  return {
    ...detection,
    ...(flags.includes('imported') ? { isImported: true } : {}),
    ...(flags.includes('late') ? { isLate: true } : {}),
  };
}

/**
 * Merges two states of a detection: of different revisions the later one holds as a whole, and the
 * burst that either folds into. Of the same, sessions and the users of a burst are united, and the
 * heavier reasons stay. Commutative, associative and idempotent: neither a redelivery nor an order
 * of writes undoes a correction. Of sentences alone it counts whether a state of another session
 * stood between: what is told again leaves out what was corrected since (`process-user.ts`).
 */
export function mergeDetections(a: Detection, b: Detection): Detection {
  const burstId = [a.burstId, b.burstId].filter((id) => id !== undefined).sort()[0];
  const correction = lastCorrection(a, b);
  const folded = {
    ...(a.isNetworkNew || b.isNetworkNew ? { isNetworkNew: true as const } : {}),
    ...(burstId === undefined ? {} : { burstId }),
    ...(correction ? { correction } : {}),
  };
  const later = (a.revision ?? 0) - (b.revision ?? 0);
  if (later > 0) return { ...withSentences(a, b), ...folded };
  if (later < 0) return { ...withSentences(b, a), ...folded };
  const { isImported: _, isLate: __, ...heavier } = compareWeight(a, b) >= 0 ? a : b;
  const users = [...new Set([...(a.users ?? []), ...(b.users ?? [])])].sort();
  const detections = [...new Set([...(a.detections ?? []), ...(b.detections ?? [])])].sort();
  const merged: Detection = {
    ...heavier,
    ...(users[0] === undefined ? {} : { userKey: users[0], users: users.slice(0, burstUsersMax) }),
    ...(detections.length === 0 ? {} : { detections: detections.slice(0, burstUsersMax) }),
    ...folded,
    severity: graver(a.severity, b.severity),
    score: Math.max(a.score, b.score),
    isLearning: a.isLearning && b.isLearning,
    ...(a.isImported && b.isImported ? { isImported: true } : {}),
    ...(a.isLate && b.isLate ? { isLate: true } : {}),
    firstSeen: Math.min(a.firstSeen, b.firstSeen),
    lastSeen: Math.max(a.lastSeen, b.lastSeen),
    sessions: [...new Set([...a.sessions, ...b.sessions])].sort().slice(0, detectionSessionsMax),
    ...countOf(a, b),
  };
  return withSentences(withSentences(merged, a), b);
}

/** Of two corrections the later one; a state that corrects nothing leaves it as it is. */
function lastCorrection(a: Detection, b: Detection): Detection['correction'] {
  const isLater = (a.correction?.revision ?? 0) - (b.correction?.revision ?? 0);
  if (isLater !== 0) return isLater > 0 ? a.correction : b.correction;
  return JSON.stringify(a.correction) <= JSON.stringify(b.correction) ? a.correction : b.correction;
}

function countOf(a: Detection, b: Detection): Pick<Detection, 'sessionCount'> {
  if (a.sessionCount === undefined && b.sessionCount === undefined) return {};
  return { sessionCount: Math.max(a.sessionCount ?? 0, b.sessionCount ?? 0) };
}

/** How many sessions a detection has, of which it lists the first. */
export const sessionCountOf = ({ sessions, sessionCount = 0 }: Detection): number =>
  Math.max(sessions.length, sessionCount);

/**
 * The later state with the sentences that the earlier one has of the same session: what did not
 * change was kept without (`context/kept-text.ts`). Of another session a weight may be the same
 * one, its sentence is not.
 */
function withSentences(later: Detection, earlier: Detection): Detection {
  const { reasons } = earlier;
  if (!isOfSameSession(later, earlier)) return later;
  const isSame = (a: Reason, b: Reason): boolean =>
    a.term === b.term && Math.abs(a.weight - b.weight) < weightTolerance;
  const whole = later.reasons.map((one) =>
    isBriefly(one)
      ? (reasons.find((other) => !isBriefly(other) && isSame(one, other)) ?? one)
      : one,
  );
  return { ...later, reasons: whole };
}

/** By when the session that speaks for it began; before a basis was kept, by its address. */
const isOfSameSession = (a: Detection, b: Detection): boolean =>
  a.basis && b.basis ? a.basis.at === b.basis.at : a.clientAddress === b.clientAddress;

const isBriefly = ({ numbers }: Reason): boolean => Object.keys(numbers).length === 0;

/** Whether a detection was told anew from what is kept of it: without some of its sentences. */
export const isBrief = ({ reasons }: Detection): boolean => reasons.some(isBriefly);

/** Weights are kept, and shown, with some decimals. */
const weightTolerance = 0.002;

/** By what the heavier one brings along as a whole, so that merging in any order ends alike. */
function compareWeight(a: Detection, b: Detection): number {
  return a.score - b.score || sumOf(a) - sumOf(b) || (broughtBy(a) < broughtBy(b) ? 1 : -1);
}

const sumOf = ({ reasons }: Detection): number =>
  reasons.reduce((sum, { weight }) => sum + weight, 0);

const broughtBy = (one: Detection): string => {
  const { reasons, gatewayId, clientAddress, place, device, basis } = one;
  return JSON.stringify([reasons, gatewayId, clientAddress, place, device, basis]);
};
