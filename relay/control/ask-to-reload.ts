// Tells the running relay, if there is one, to read its files again.

import { askRelay } from '../admin-client.ts';

/** True when a relay was running and did it. */
export async function askToReload(adminSocket: string): Promise<boolean> {
  try {
    const answer = await askRelay(adminSocket, 'POST', '/reload');
    return answer.kind === 'answer' && answer.status === 200;
  } catch {
    // Not ours to reach, or too slow: it notices by itself, or at its next start.
    return false;
  }
}
