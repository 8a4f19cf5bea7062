// Has the running relay, if there is one, reload its files.

import * as v from 'valibot';
import { askRelay } from './admin-client.ts';

const resultSchema = v.object({ isGood: v.boolean(), needRestart: v.array(v.string()) });

/** What the running relay said; `not-running` when there is none. */
export type AskedToReload = v.InferOutput<typeof resultSchema> | 'not-running';

/** @throws RelayError RELAY_NOT_REACHED when it is there but cannot be asked */
export async function askToReload(adminSocket: string): Promise<AskedToReload> {
  const answer = await askRelay(adminSocket, 'POST', '/reload');
  if (answer.kind === 'not-running') return 'not-running';
  const result = v.safeParse(resultSchema, answer.body);
  return result.success ? result.output : { isGood: false, needRestart: [] };
}
