// One POST of a batch to the cloud. Promise: it always resolves, and keeps nothing of the answer
// but its status, code, Retry-After, Date and whether orders wait. Connections are
// cloud-connection.ts's.

import { type PostResult, readRetryAfter } from './answer.ts';
import {
  type ConnectionOptions,
  clockAheadOf,
  openConnection,
  problemCode,
} from './cloud-connection.ts';

export type PosterOptions = ConnectionOptions & { readonly now: () => number };

export type PostRequest = {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

export type Poster = {
  post(request: PostRequest, signal?: AbortSignal): Promise<PostResult>;
  /** Closes idle connections. */
  close(): void;
};

export function makePoster(options: PosterOptions): Poster {
  const { url, now } = options;
  const connection = openConnection(options);
  return {
    async post({ headers, body }, signal) {
      const answer = await connection.send({ method: 'POST', url, headers, body }, signal);
      if (answer.kind === 'no-answer') return answer;
      const code = problemCode(answer.body);
      const retryAfterMs = readRetryAfter(answer.headers['retry-after'], now());
      const clockAheadMs = clockAheadOf(answer.headers, now());
      return {
        kind: 'answer',
        status: answer.status,
        ...(code !== undefined && { code }),
        ...(retryAfterMs !== undefined && { retryAfterMs }),
        ...(clockAheadMs !== undefined && { clockAheadMs }),
        // Nothing is believed here but that it is worth asking.
        ...(answer.body.includes('"isOrderWaiting":true') && { isOrderWaiting: true }),
      };
    },
    close: () => connection.close(),
  };
}
