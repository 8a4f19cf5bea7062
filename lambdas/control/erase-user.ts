// `DELETE /v1/users/{user}`: erases what is stored about one user (lambdas/shared/erasures.ts). The
// answer and the audit row name the user by a keyed hash only.

import { type ErasureDeps, eraseUser } from '../shared/erasures.ts';
import { problem } from '../shared/problem.ts';
import { type Answer, type ControlRequest, jsonAnswer } from './request.ts';

/** Handles one erasure. A user is named by the key that lists show, so that no other is erased. */
export async function deleteUser(deps: ErasureDeps, request: ControlRequest): Promise<Answer> {
  const { subject, rows } = await eraseUser(deps, request.params['user'] ?? '', request.actor);
  if (rows > 0) return jsonAnswer(200, { subject, rows });
  const detail = 'nothing is kept of this user; name the user as /v1/users lists it';
  return problem('not-found', { detail });
}
