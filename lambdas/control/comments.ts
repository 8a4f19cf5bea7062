// `POST /v1/detections/{id}/comments`: what an analyst writes about a detection, for the others. It
// is added, never replaced: two who write at once lose no word. It changes no entity tag.

import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import type { Detection } from '../../domain/detection.ts';
import { commentView } from '../query/comments.ts';
import { triagedDetection } from '../query/detections.ts';
import type { QueryStore } from '../query/ports.ts';
import type { AuditBook } from '../shared/audit.ts';
import { type Comment, commentCharactersMax } from '../shared/comment.ts';
import { problem } from '../shared/problem.ts';

import { type Answer, type ControlRequest, jsonAnswer, malformed } from './request.ts';

export type CommentDeps = {
  readonly store: Pick<QueryStore, 'detection' | 'triages' | 'endings'>;
  readonly addComment: (detection: Detection, comment: Comment) => Promise<void>;
  readonly audit: Pick<AuditBook, 'begin'>;
};

const commentSchema = v.strictObject({
  text: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(commentCharactersMax)),
});

/** Adds one comment. */
export async function postComment(deps: CommentDeps, request: ControlRequest): Promise<Answer> {
  const { params, json, actor, now } = request;
  const triaged = await triagedDetection(deps, params['id'] ?? '');
  if (!triaged) return problem('not-found', { detail: 'no detection has this id' });
  const parsed = v.safeParse(commentSchema, json);
  if (!parsed.success) return malformed(parsed.issues);
  const { detection } = triaged;
  const id = `${new Date(now).toISOString()}-${randomBytes(6).toString('base64url')}`;
  const comment: Comment = { id, at: now, by: actor, text: parsed.output.text };
  const end = await deps.audit.begin({
    actor,
    action: 'detection-commented',
    subject: detection.id,
    userKey: detection.userKey,
  });
  await deps.addComment(detection, comment);
  await end('done');
  return jsonAnswer(201, commentView(comment));
}
