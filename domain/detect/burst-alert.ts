// The alert for the organisation (coordinated access): several users suddenly came, each
// anomalously, from one network or address that no user had used before. One detection lists them
// all, beside the detections of each user. Its id is that of the place and of its first appearance,
// so every further user folds into it; a place is new for 24 hours only, so it stays one detection.
// It decides nothing that burst.ts has not.

import type { Detection } from '../detection.ts';
import { placeKey, placeLabel } from '../location.ts';
import { sessionRef } from './alert.ts';
import { reasonOf } from './context/term.ts';
import type { JudgedSession, JudgeInput } from './judge.ts';
import { techniquesOf } from './techniques.ts';
import { burstOf } from './terms/burst.ts';

/**
 * The detection that lists the users of a burst; absent when the judgement concerns one user only.
 */
export function burstDetectionOf(
  { session, sighting, before, hash }: JudgeInput,
  { judgement, scored }: JudgedSession,
): Detection | undefined {
  const burst = burstOf(scored.context);
  const evidence = judgement.evidence.filter(({ term }) => term === 'burst');
  if (!burst || !sighting || !judgement.severity || evidence.length === 0) return undefined;
  const stamp = new Date(burst.since).toISOString().replace(/[-:]|\.\d+/g, '');
  const digest = hash(['burst', burst.key, burst.since].join('\0'));
  const { userKey } = before;
  return {
    id: `${stamp}-${digest.slice(0, 16)}`,
    kind: 'connection-burst',
    userKey,
    users: [userKey],
    burstKey: burst.key,
    severity: 'high',
    score: Math.round(judgement.shown),
    isLearning: false,
    firstSeen: burst.since,
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
