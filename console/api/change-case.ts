// Changes a case as such: who looks after it, and what is no part of it. Each is made on the state
// that was shown, as the API wants it (`decisionTag` in If-Match).

import { apiPaths } from './paths.ts';
import { type Sent, send } from './send.ts';
import type { CaseAnswer, CasePatch } from './types.ts';

/** Sends one change. @returns the case as it stands then, or why it was not changed */
export const changeCase = (
  { id, decisionTag }: Pick<CaseAnswer, 'id' | 'decisionTag'>,
  body: CasePatch,
): Promise<Sent<CaseAnswer>> =>
  send({ method: 'PATCH', path: apiPaths.case(id), body, etag: decisionTag });
