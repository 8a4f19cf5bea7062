// Looks up the session of a `try` in the query API: the last step, for callers who may read it.

import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { cloudRoute, openConnection } from '../../ship/cloud-connection.ts';
import { trialName } from './trial-packet.ts';

const pollMs = 500;
const answerBytesMax = 1 << 20;

export type SeenOptions = {
  readonly url: string;
  /** File with the token of a user who may read, and nothing else. */
  readonly tokenFile?: string | undefined;
  readonly caFile?: string | undefined;
  readonly sessionId: string;
  readonly withinMs: number;
};

export type Seen = { readonly isSeen: boolean; readonly why: string };

/** Looks until the session is there, the API refuses, or the time is over. */
export async function awaitSeen(options: SeenOptions): Promise<Seen> {
  const url = cloudRoute(options.url, `/v1/users/${encodeURIComponent(trialName)}/activities`);
  const { tokenFile, caFile } = options;
  const token = tokenFile === undefined ? undefined : readFileSync(tokenFile, 'utf8').trim();
  const connection = openConnection({
    url,
    answerBytesMax,
    ...(caFile !== undefined && { caCertificates: readFileSync(caFile, 'utf8') }),
  });
  const headers = {
    accept: 'application/json',
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
  const untilMs = performance.now() + options.withinMs;
  try {
    for (;;) {
      const answer = await connection.send({ method: 'GET', url, headers });
      if (answer.kind === 'no-answer') return { isSeen: false, why: answer.reason };
      const { status, body } = answer;
      if (status === 200 && body.includes(options.sessionId)) {
        return { isSeen: true, why: url.href };
      }
      if (status === 401 || status === 403) {
        return { isSeen: false, why: `${status}: give a token that may read with --token-file` };
      }
      if (performance.now() > untilMs) return { isSeen: false, why: `it answers ${status}` };
      await sleep(pollMs);
    }
  } finally {
    connection.close();
  }
}
