// `PATCH /v1/detections/{id}`: an analyst's decision about a detection. The change names the state
// it was made on (If-Match), is stored with who and when, and becomes part of what is learned.
// Benign suppresses the detection's values for this user for a while. Malicious is never learned,
// and its address and device score higher for every user.
// Promise: of two analysts one wins and both see it; a repeat after a failure is harmless.

import * as v from 'valibot';
import {
  type Classification,
  maliciousKeys,
  withClassification,
  withoutClassification,
} from '../../domain/detect/triage.ts';
import type { Detection } from '../../domain/detection.ts';
import type { PopulationStore, UserStore } from '../../domain/process/ports.ts';
import type { Profile } from '../../domain/profile/profile.ts';
import { detectionAnswer, triagedDetection } from '../query/detections.ts';
import { etagOf, listsTag, revalidated } from '../query/etag.ts';
import type { QueryStore } from '../query/ports.ts';
import type { TriagedDetection } from '../query/with-triage.ts';
import { problem } from '../shared/problem.ts';
import {
  changed,
  classifications,
  type Triage,
  type TriageChange,
  triageStatuses,
} from '../shared/triage.ts';
import type { Answer, ControlRequest } from './request.ts';

export type TriageDeps = {
  readonly store: Pick<QueryStore, 'detection' | 'triages'>;
  /** Writes a decision if there is no other since. */
  readonly putTriage: (detection: Detection, triage: Triage) => Promise<'written' | 'conflict'>;
  readonly users: Pick<UserStore, 'load' | 'putProfile'>;
  readonly population: Pick<PopulationStore, 'markMalicious'>;
  /** Tells other systems of the decision; a failure there is no failure of the decision. */
  readonly publish?: ((triaged: TriagedDetection) => Promise<void>) | undefined;
};

const noteCharactersMax = 2_000;
const dayMs = 86_400_000;
/** How long a verdict holds unless the analyst says otherwise, and at most. */
const benignDays = 90;
const benignDaysMax = 366;
/** Addresses and networks change hands: a malicious mark does not last for ever. */
const maliciousDays = 90;
/** Attempts against invocations that write the same profile. */
const profileAttemptsMax = 8;

/** JSON Merge Patch (RFC 7396): what is absent stays, null takes away. */
const patchSchema = v.pipe(
  v.strictObject({
    status: v.optional(v.picklist(triageStatuses)),
    classification: v.optional(v.nullable(v.picklist(classifications))),
    note: v.optional(v.nullable(v.pipe(v.string(), v.maxLength(noteCharactersMax)))),
    benignUntil: v.optional(v.nullable(v.pipe(v.string(), v.isoTimestamp()))),
  }),
  // An array passes for an object without members.
  v.check((patch) => Object.keys(patch).length > 0, 'names nothing to change'),
);
type Patch = v.InferOutput<typeof patchSchema>;

/** Handles one change. */
export async function patchDetection(deps: TriageDeps, request: ControlRequest): Promise<Answer> {
  const triaged = await triagedDetection(deps, request.params['id'] ?? '');
  if (!triaged) return problem('not-found', { detail: 'no detection has this id' });
  const ifMatch = request.headers['if-match'];
  if (ifMatch === undefined) {
    return problem('version-required', { detail: 'send If-Match with the ETag of the detection' });
  }
  if (!listsTag(ifMatch, etagOf(detectionAnswer(triaged).body ?? ''))) return conflict();
  const patch = v.safeParse(patchSchema, request.json);
  if (!patch.success) return malformed(patch.issues);
  const change = changeOf(triaged.triage, patch.output, request);
  if (typeof change === 'string') return problem('malformed', { detail: change });

  const triage = changed(triaged.triage, change);
  const { detection } = triaged;
  await takeWord(deps, detection, triaged.triage, change);
  if ((await deps.putTriage(detection, triage)) === 'conflict') {
    // The other analyst's word holds: it was written, and ours may have replaced it.
    const winner = (await deps.store.triages([detection.id])).get(detection.id);
    if (winner) await takeWord(deps, detection, change, winner);
    return conflict();
  }
  await deps.publish?.({ detection, triage }).catch(() => undefined);
  return revalidated(detectionAnswer({ detection, triage }), undefined);
}

/** The change that a patch makes of the present state, or what is wrong with it. */
function changeOf(
  before: Triage | undefined,
  patch: Patch,
  { actor, now }: ControlRequest,
): TriageChange | string {
  const classification =
    patch.classification === undefined
      ? before?.classification
      : (patch.classification ?? undefined);
  const note = patch.note === undefined ? before?.note : (patch.note ?? undefined);
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
    ...(classification === 'benign'
      ? { benignUntil: until ?? kept ?? now + benignDays * dayMs }
      : {}),
  };
}

/** A new classification implies a status; one that is taken back leaves an open question. */
function impliedStatus(
  before: Triage | undefined,
  classification: TriageChange['classification'],
): TriageChange['status'] {
  if (classification === before?.classification) return before?.status ?? 'new';
  if (classification === undefined) return 'new';
  return classification === 'benign' ? 'resolved' : 'in-progress';
}

/** Makes a decision part of what is learned of each user concerned, and of all users. */
async function takeWord(
  deps: TriageDeps,
  detection: Detection,
  before: TriageChange | undefined,
  { classification, benignUntil, at }: TriageChange,
): Promise<void> {
  const isSame = before?.classification === classification && before?.benignUntil === benignUntil;
  if (isSame) return;
  const until = benignUntil ?? at + maliciousDays * dayMs;
  const given: Classification | undefined = classification && { classification, at, until };
  for (const userKey of detection.users ?? [detection.userKey]) {
    await changeProfile(deps, userKey, at, (profile) =>
      given
        ? withClassification(profile, detection, given)
        : withoutClassification(profile, detection),
    );
  }
  const keys = maliciousKeys(detection);
  if (classification === 'malicious') await deps.population.markMalicious(keys, until);
  // Taken back: the marks run out at once.
  else if (before?.classification === 'malicious') await deps.population.markMalicious(keys, at);
}

async function changeProfile(
  { users }: TriageDeps,
  userKey: string,
  now: number,
  change: (profile: Profile) => Profile,
): Promise<void> {
  for (let attempt = 0; attempt < profileAttemptsMax; attempt += 1) {
    const { profile, version } = await users.load(userKey, now);
    // Erased since: there is nothing left that a word could be about.
    if (!profile) return;
    if ((await users.putProfile(change(profile), version)) === 'written') return;
  }
  throw new Error('the profile was written by others at every attempt');
}

const conflict = (): Answer =>
  problem('version-conflict', { detail: 'somebody or something changed it: read it again' });

function malformed(issues: readonly v.BaseIssue<unknown>[]): Answer {
  const errors = issues.slice(0, 10).map((issue) => ({
    parameter: v.getDotPath(issue) ?? 'body',
    detail: `expected ${issue.expected ?? 'another form'}`,
  }));
  return problem('malformed', { errors });
}
