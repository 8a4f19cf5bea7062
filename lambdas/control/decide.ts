// An analyst's decision about a detection: what a patch makes of the present state, and what of it
// is learned. The decision names the state it was made on, is stored with who and when, and becomes
// part of what is learned. Benign suppresses the detection's values for this user for a while.
// Malicious is never learned, and its address and device score higher for every user.
// Promise: of two analysts one wins and both see it; a repeat after a failure is harmless.

import * as v from 'valibot';
import type { Detection } from '../../domain/detection.ts';
import type { QueryStore } from '../query/ports.ts';
import type { TriagedDetection } from '../query/with-triage.ts';
import type { AuditBook } from '../shared/audit.ts';
import {
  changed,
  classifications,
  type Triage,
  type TriageChange,
  triageStatuses,
} from '../shared/triage.ts';
import { type LearnDeps, learnDecision } from './learn-decision.ts';

export type DecideDeps = LearnDeps & {
  readonly store: Pick<
    QueryStore,
    'detection' | 'detectionsOf' | 'triages' | 'endings' | 'detectionIds'
  >;
  /** Writes a decision if there is no other since, and what lists read of it. */
  readonly putTriage: (detection: Detection, triage: Triage) => Promise<'written' | 'conflict'>;
  readonly audit: Pick<AuditBook, 'begin'>;
  /** Tells other systems of the decision; a failure there is no failure of the decision. */
  readonly publish?: ((triaged: TriagedDetection) => Promise<void>) | undefined;
};

/** Who decides, and when. */
export type Decider = { readonly actor: string; readonly now: number };

/** How a decision ended: of a conflict, with what stands now. */
export type Decided =
  | { readonly kind: 'changed' | 'conflict'; readonly triaged: TriagedDetection }
  | { readonly kind: 'malformed'; readonly detail: string };

const noteCharactersMax = 2_000;
const ownerCharactersMax = 128;
const dayMs = 86_400_000;
/** How long a verdict holds unless the analyst says otherwise, and at most. */
const benignDays = 90;
const benignDaysMax = 366;

/** JSON Merge Patch (RFC 7396): what is absent stays, null takes away. */
export const patchSchema = v.pipe(
  v.strictObject({
    status: v.optional(v.picklist(triageStatuses)),
    classification: v.optional(v.nullable(v.picklist(classifications))),
    note: v.optional(v.nullable(v.pipe(v.string(), v.maxLength(noteCharactersMax)))),
    benignUntil: v.optional(v.nullable(v.pipe(v.string(), v.isoTimestamp()))),
    owner: v.optional(
      v.nullable(v.pipe(v.string(), v.minLength(1), v.maxLength(ownerCharactersMax))),
    ),
  }),
  // An array passes for an object without members.
  v.check((patch) => Object.keys(patch).length > 0, 'names nothing to change'),
);
export type Patch = v.InferOutput<typeof patchSchema>;

/** Decides about a detection as it was read; of two decisions on one state the first holds. */
export async function decide(
  deps: DecideDeps,
  { detection, triage: before, ending }: TriagedDetection,
  patch: Patch,
  who: Decider,
): Promise<Decided> {
  const change = changeOf(before, patch, who);
  if (typeof change === 'string') return { kind: 'malformed', detail: change };
  const triage = changed(before, change);
  const end = await deps.audit.begin({
    actor: who.actor,
    action: 'detection-decided',
    subject: detection.id,
    userKey: detection.userKey,
  });
  await learnDecision(deps, detection, before, change);
  if ((await deps.putTriage(detection, triage)) === 'conflict') {
    // The other analyst's word holds: it was written, and ours may have replaced it.
    const winner = (await deps.store.triages([detection.id])).get(detection.id);
    if (winner) await learnDecision(deps, detection, change, winner);
    await end('refused');
    return { kind: 'conflict', triaged: { detection, triage: winner, ending } };
  }
  await end('done');
  await deps.publish?.({ detection, triage }).catch(() => undefined);
  return { kind: 'changed', triaged: { detection, triage, ending } };
}

/** The change that a patch makes of the present state, or what is wrong with it. */
function changeOf(
  before: Triage | undefined,
  patch: Patch,
  { actor, now }: Decider,
): TriageChange | string {
  const classification =
    patch.classification === undefined
      ? before?.classification
      : (patch.classification ?? undefined);
  const note = patch.note === undefined ? before?.note : (patch.note ?? undefined);
  const asked = patch.owner === undefined ? before?.owner : (patch.owner ?? undefined);
  const owner = asked === 'me' ? actor : asked;
  const until = patch.benignUntil ? Date.parse(patch.benignUntil) : undefined;
  if (until !== undefined && classification !== 'benign') {
    return 'benignUntil goes with classification benign';
  }
  if (until !== undefined && !(until > now && until <= now + benignDaysMax * dayMs)) {
    return `benignUntil must lie within the next ${benignDaysMax} days`;
  }
  // Who says benign again, with another note, has not said anything about how long.
  const kept = before?.classification === classification ? before?.benignUntil : undefined;
  return {
    at: now,
    by: actor,
    status: patch.status ?? impliedStatus(before, classification),
    ...(classification ? { classification } : {}),
    ...(note ? { note } : {}),
    ...(owner ? { owner } : {}),
    ...(classification === 'benign'
      ? { benignUntil: until ?? kept ?? now + benignDays * dayMs }
      : {}),
  };
}

/**
 * A new classification implies a status; one that is taken back leaves the open question that was
 * there before it.
 */
function impliedStatus(
  before: Triage | undefined,
  classification: TriageChange['classification'],
): TriageChange['status'] {
  if (classification === before?.classification) return before?.status ?? 'new';
  if (classification === undefined) {
    const earlier = before?.history.find((change) => change.classification === undefined)?.status;
    return earlier === 'in-progress' ? earlier : 'new';
  }
  return classification === 'benign' ? 'resolved' : 'in-progress';
}
