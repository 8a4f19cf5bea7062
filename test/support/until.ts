// The one way in which a test waits: for something that comes true, never for a time. What it was
// for stands in the failure, which a test's own time limit could not say.

import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const pollDefaultMs = 5;
/** A question that costs time is asked less often, but at least every quarter of a second. */
const pollMaxMs = 250;

/** Shorter than a test's own limit (30 s), so that the reason is what is read. */
const deadlineDefaultMs = 25_000;

/** What a second counts at least while others want the processor all of the time. */
const shareMin = 0.2;

/** What a condition gives once it holds. */
type Met<T> = Exclude<Awaited<T>, undefined | null | false>;

/**
 * Asks until the answer is something else than `undefined`, `null` or `false`.
 *
 * @param condition asked at once and then again and again; what it throws ends the waiting
 * @param why what is waited for, as the sentence of a failure; a function may look at what there is
 * @param deadlineMs milliseconds of waiting after which it fails. Below 25 s, time in which one on
 *   this machine waits for a processor counts less, but 25 s are never exceeded for it.
 * @param pollMs milliseconds between two questions; four times as many as the last one took, when
 *   that is more: what is asked is often what is to get on with its work
 * @returns what the condition gave
 * @throws Error with `why` when it did not come about
 */
export async function until<T>(
  condition: () => T,
  why: string | (() => string),
  deadlineMs: number = deadlineDefaultMs,
  pollMs: number = pollDefaultMs,
): Promise<Met<T>> {
  const stretchedMs = stretchedTime();
  const wallEndMs = performance.now() + Math.max(deadlineMs, deadlineDefaultMs);
  for (;;) {
    const isLast = stretchedMs() > deadlineMs || performance.now() > wallEndMs;
    const askedMs = performance.now();
    const answer = await condition();
    if (isMet(answer)) return answer;
    if (isLast) throw notWithin(deadlineMs, why);
    const tookMs = performance.now() - askedMs;
    await sleep(Math.max(pollMs, Math.min(4 * tookMs, pollMaxMs)));
  }
}

function isMet<T>(answer: Awaited<T>): answer is Met<T> {
  return answer !== undefined && answer !== null && (answer as unknown) !== false;
}

function notWithin(ms: number, why: string | (() => string)): Error {
  return new Error(`not within ${ms} ms: ${typeof why === 'string' ? why : why()}`);
}

/**
 * A clock from now on, in milliseconds, that runs slower the more this machine is wanted: by the
 * share of time in which some process had to wait for a processor (Linux pressure stall
 * information, `some` of /proc/pressure/cpu). Elsewhere it is the time on the wall.
 */
function stretchedTime(): () => number {
  let countedMs = 0;
  let [wallMs, stalledMs] = [performance.now(), cpuStallMs()];
  return () => {
    const [nowMs, nowStalledMs] = [performance.now(), cpuStallMs()];
    const passedMs = nowMs - wallMs;
    countedMs += Math.max(passedMs - (nowStalledMs - stalledMs), passedMs * shareMin);
    [wallMs, stalledMs] = [nowMs, nowStalledMs];
    return countedMs;
  };
}

function cpuStallMs(): number {
  try {
    const total = /^some .*total=(\d+)/m.exec(readFileSync('/proc/pressure/cpu', 'utf8'))?.[1];
    return Number(total ?? 0) / 1000;
  } catch {
    return 0;
  }
}
