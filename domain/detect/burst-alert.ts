// The alert for the organisation (coordinated access): several users suddenly came, each
// anomalously, from one network or address that no user had used before. One detection lists them
// all, beside the detections of each user. Its id is that of the place and of its first appearance,
// so every further user folds into it; a place is new for 24 hours only, so it stays one detection.
// It decides nothing that burst.ts has not.

import type { Detection } from '../detection.ts';
import { placeKey, placeLabel } from '../location.ts';
import { sessionRef } from './alert.ts';
import { type Evidence, reasonOf } from './context/term.ts';
import type { JudgedSession, JudgeInput } from './judge.ts';
import { techniquesOf } from './techniques.ts';
import { type Burst, burstOf } from './terms/burst.ts';

/**
 * The detection that lists the users of a burst; absent when the judgement concerns one user only.
 */
export function burstDetectionOf(input: JudgeInput, judged: JudgedSession): Detection | undefined {
  const burst = burstOf(judged.scored.context);
  const evidence = judged.judgement.evidence.filter(({ term }) => term === 'burst');
  if (!burst || !judged.judgement.severity || evidence.length === 0) return undefined;
  return burstAt(input, judged, burst, evidence);
}

/**
 * What a session would be in a burst that this judgement does not see: others may have raised it
 * meanwhile, by another instance or relay. It joins one that stands already (`process-user.ts`),
 * and raises none.
 */
export function burstCandidatesOf(input: JudgeInput, judged: JudgedSession): readonly Detection[] {
  return judged.anomalousUsers.flatMap(({ key, firstSeen }) => {
    const found = burstAt(input, judged, { key, since: firstSeen }, []);
    // The alert's own reasons and score weigh more.
    return found ? [{ ...found, score: 0 }] : [];
  });
}

function burstAt(
  { session, sighting, before, hash }: JudgeInput,
  { judgement, scored }: JudgedSession,
  { key, since }: Pick<Burst, 'key' | 'since'>,
  evidence: readonly Evidence[],
): Detection | undefined {
  if (!sighting) return undefined;
  const stamp = new Date(since).toISOString().replace(/[-:]|\.\d+/g, '');
  const digest = hash(['burst', key, since].join('\0'));
  const { userKey } = before;
  return {
    id: `${stamp}-${digest.slice(0, 16)}`,
    kind: 'connection-burst',
    userKey,
    users: [userKey],
    burstKey: key,
    severity: 'high',
    score: Math.round(judgement.shown),
    isLearning: false,
    firstSeen: since,
    lastSeen: session.startedAt,
    sessions: [sessionRef(session)],
    gatewayId: session.gatewayId,
    clientAddress: sighting.address,
    place: { key: placeKey(sighting.location), label: placeLabel(sighting.location) },
    ...(scored.observation.network ? { network: scored.observation.network } : {}),
    reasons: evidence.map(reasonOf),
    techniques: techniquesOf(evidence),
  };
}
