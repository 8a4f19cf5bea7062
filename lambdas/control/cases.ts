// `PATCH /v1/cases/{case}` and `POST /v1/cases/{case}/comments`: what people decide about a case as
// such: who looks after it, what does not belong to it, and what they write to each other. A
// classification of its detections goes the way of `PATCH /v1/detections`, by their entity tags.

import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import { decisionTagOf } from '../query/case-reads.ts';
import { caseAnswer, noSuchCase, type WholeCase, wholeCase } from '../query/cases.ts';
import { commentView } from '../query/comments.ts';
import { listsTag, revalidated } from '../query/etag.ts';
import type { QueryStore } from '../query/ports.ts';
import type { AuditBook } from '../shared/audit.ts';
import { caseIdOf } from '../shared/case-keys.ts';
import type { CaseRecord } from '../shared/case-record.ts';
import { type Comment, commentCharactersMax } from '../shared/comment.ts';
import { problem } from '../shared/problem.ts';
import { type Answer, type ControlRequest, jsonAnswer, malformed } from './request.ts';

export type CaseDeps = {
  readonly store: Pick<QueryStore, 'detectionRows' | 'caseRecords' | 'detectionsOf' | 'triages'>;
  /** Writes a record if the stored one is of the version before. */
  readonly putCase: (record: CaseRecord) => Promise<'written' | 'conflict'>;
  /** Adds a comment about a case; its expiry goes by `firstSeen`. */
  readonly addCaseComment: (
    about: { readonly id: string; readonly firstSeen: number },
    comment: Comment,
  ) => Promise<void>;
  readonly audit: Pick<AuditBook, 'begin'>;
};

const ownerCharactersMax = 128;
const patchSchema = v.pipe(
  v.strictObject({
    owner: v.optional(
      v.nullable(v.pipe(v.string(), v.minLength(1), v.maxLength(ownerCharactersMax))),
    ),
    split: v.optional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(64))), v.maxLength(200))),
  }),
  v.check((patch) => Object.keys(patch).length > 0, 'names nothing to change'),
);
type Patch = v.InferOutput<typeof patchSchema>;

/** `PATCH /v1/cases/{case}`: owner, and a split; null and an empty list take them back. */
export async function patchCase(deps: CaseDeps, request: ControlRequest): Promise<Answer> {
  const id = request.params['case'] ?? '';
  const whole = await wholeCase(deps, id);
  if (!whole) return noSuchCase();
  const ifMatch = request.headers['if-match'];
  if (ifMatch === undefined) {
    return problem('version-required', { detail: 'send If-Match with `decisionTag` of the case' });
  }
  if (!listsTag(ifMatch, decisionTagOf(whole.known))) return conflict();
  const patch = v.safeParse(patchSchema, request.json);
  if (!patch.success) return malformed(patch.issues);
  const records = recordsOf(whole, patch.output, request);
  if (typeof records === 'string') return problem('malformed', { detail: records });
  const action = patch.output.split === undefined ? 'case-assigned' : 'case-split';
  const end = await deps.audit.begin({ actor: request.actor, action, subject: whole.known.id });
  for (const record of records) {
    if ((await deps.putCase(record)) === 'written') continue;
    await end('refused');
    return conflict();
  }
  await end('done');
  const after = await wholeCase(deps, whole.known.id);
  return after ? revalidated(caseAnswer(after), undefined) : noSuchCase();
}

const conflict = (): Answer =>
  problem('version-conflict', { detail: 'somebody decided about it: read it again' });

/** The records to write, the owner's first, or what is wrong with the patch. */
function recordsOf(
  { known }: WholeCase,
  { owner, split }: Patch,
  { actor, now }: ControlRequest,
): readonly CaseRecord[] | string {
  const before = known.records.find(({ id }) => id === known.id);
  const own: CaseRecord = {
    ...(before ?? { id: known.id }),
    version: (before?.version ?? 0) + 1,
    at: now,
  };
  const { owner: _, ...nobodys } = own;
  const name = owner === 'me' ? actor : owner;
  const owned =
    owner === undefined ? own : { ...nobodys, ...(name ? { owner: name } : {}), ownerAt: now };
  if (split === undefined) return [owned];
  if (split.length === 0) {
    if (!own.split || own.split.isTakenBack) return 'nothing was split off to make this case';
    return [{ ...owned, split: { ...own.split, isTakenBack: true } }];
  }
  const chosen = known.members.filter((row) => split.includes(row.id));
  if (chosen.length < new Set(split).size) return 'split names a detection of another case';
  const [first] = chosen;
  if (!first || chosen.length === known.members.length) return 'split leaves nothing in the case';
  const detections = chosen.map((row) => row.id);
  const id = caseIdOf(
    { kind: 'address', value: `split\0${detections.join(' ')}\0${now}` },
    first.firstSeen,
  );
  const apart = { from: known.id, at: now, by: actor, detections };
  // The record of the case itself says that it was decided about: its tag is another one.
  return [owned, { id, version: 1, at: now, split: apart }];
}

const commentSchema = v.strictObject({
  text: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(commentCharactersMax)),
});

/** `POST /v1/cases/{case}/comments`. */
export async function postCaseComment(deps: CaseDeps, request: ControlRequest): Promise<Answer> {
  const { params, json, actor, now } = request;
  const whole = await wholeCase(deps, params['case'] ?? '');
  if (!whole) return noSuchCase();
  const parsed = v.safeParse(commentSchema, json);
  if (!parsed.success) return malformed(parsed.issues);
  const { id, members, records } = whole.known;
  const end = await deps.audit.begin({ actor, action: 'case-commented', subject: id });
  // The record leads to the thread, whatever becomes of the id; a thread that is there needs none.
  if (records.length === 0) await deps.putCase({ id, version: 1, at: now });
  const thread = records.find((record) => record.id === id)?.id ?? records[0]?.id ?? id;
  const comment: Comment = {
    id: `${new Date(now).toISOString()}-${randomBytes(6).toString('base64url')}`,
    at: now,
    by: actor,
    text: parsed.output.text,
    about: members.map((row) => row.id),
  };
  await deps.addCaseComment({ id: thread, firstSeen: members[0].firstSeen }, comment);
  await end('done');
  return jsonAnswer(201, commentView(comment));
}
