// The one way in which a test waits: for something that comes true, never for a time. What it was
// for stands in the failure, which a test's own time limit could not say.

import { setTimeout as sleep } from 'node:timers/promises';

const pollDefaultMs = 5;

/** Shorter than a test's own limit (30 s), so that the reason is what is read. */
const deadlineDefaultMs = 25_000;

/** What a condition gives once it holds. */
type Met<T> = Exclude<Awaited<T>, undefined | null | false>;

/**
 * Asks until the answer is something else than `undefined`, `null` or `false`.
 *
 * @param condition asked at once and then again and again; what it throws ends the waiting
 * @param why what is waited for, as the sentence of a failure; a function may look at what there is
 * @param deadlineMs milliseconds of waiting after which it fails
 * @param pollMs milliseconds between two questions, for a condition that costs something to ask
 * @returns what the condition gave
 * @throws Error with `why` when it did not come about
 */
export async function until<T>(
  condition: () => T,
  why: string | (() => string),
  deadlineMs: number = deadlineDefaultMs,
  pollMs: number = pollDefaultMs,
): Promise<Met<T>> {
  const endMs = performance.now() + deadlineMs;
  for (;;) {
    const isLast = performance.now() > endMs;
    const answer = await condition();
    if (answer !== undefined && answer !== null && answer !== false) return answer as Met<T>;
    if (isLast) {
      throw new Error(`not within ${deadlineMs} ms: ${typeof why === 'string' ? why : why()}`);
    }
    await sleep(pollMs);
  }
}
