// `GET /v1/detections/{id}/comments`: what analysts wrote about a detection, oldest first.

import type { Comment } from '../shared/comment.ts';
import { problem } from '../shared/problem.ts';
import { triagedDetection } from './detections.ts';
import type { QueryDeps } from './ports.ts';
import { type Answer, isAnswer, listAnswer, pageOf, type QueryRequest } from './request.ts';
import { timeText } from './views.ts';

/** A comment as JSON. */
export const commentView = ({ id, at, by, text }: Comment) => ({
  id,
  at: timeText(at),
  by,
  text,
});

/** Lists the comments of one detection. */
export async function listComments(deps: QueryDeps, request: QueryRequest): Promise<Answer> {
  const page = await pageOf(deps, request);
  if (isAnswer(page)) return page;
  const triaged = await triagedDetection(deps, request.params['id'] ?? '');
  if (!triaged) return problem('not-found', { detail: 'no detection has this id' });
  const comments = await deps.store.comments(triaged.detection.id, page);
  return listAnswer(deps, request, comments, commentView);
}
