// Entity tags of answers (RFC 9110 section 8.8): strong, made from the bytes that are sent, so an
// answer that has not changed is not sent again and a change based on an old state is refused.

import { createHash } from 'node:crypto';
import type { Answer } from './request.ts';

const tagCharacters = 22;

/** The strong entity tag of a body. */
export function etagOf(body: string): string {
  const digest = createHash('sha256').update(body).digest('base64url');
  return `"${digest.slice(0, tagCharacters)}"`;
}

/**
 * Adds the tag to a 200, or answers 304 when the client has these bytes already. An answer that
 * brings a tag keeps it.
 */
export function revalidated(answer: Answer, ifNoneMatch: string | undefined): Answer {
  if (answer.statusCode !== 200 || answer.body === undefined) return answer;
  const etag = String(answer.headers?.['etag'] ?? etagOf(answer.body));
  const headers = { ...answer.headers, etag };
  if (!(ifNoneMatch && listsTag(ifNoneMatch, etag))) return { ...answer, headers };
  return { statusCode: 304, headers: { etag, 'cache-control': 'private, no-cache' } };
}

/** Whether an If-Match or If-None-Match field lists the tag. A proxy may have made it weak. */
export function listsTag(field: string, etag: string): boolean {
  const listed = field.split(',').map((one) => one.trim().replace(/^W\//, ''));
  return listed.includes('*') || listed.includes(etag);
}
