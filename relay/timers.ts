// Waiting as an argument: code that waits is given this, so that a test can advance the time by
// hand.

/** Calls `run` once after `delayMs` milliseconds; the returned function cancels it. */
export type After = (delayMs: number, run: () => void) => () => void;

/** Timers of the system. */
export const systemAfter: After = (delayMs, run) => {
  const timer = setTimeout(run, delayMs);
  return () => clearTimeout(timer);
};

/** Resolves after `delayMs`, or when the signal is aborted, whatever is first. */
export function delay(after: After, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = (): void => {
      cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const cancel = after(delayMs, end);
    signal.addEventListener('abort', end, { once: true });
  });
}
