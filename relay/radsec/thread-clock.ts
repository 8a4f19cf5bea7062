// The clock of the RadSec thread: what its bounds of time are measured by, and when it looks.

export type ThreadClock = {
  /** Monotonic, milliseconds. */
  readonly nowMs: () => number;
  /** Runs `run` every so many milliseconds until the returned function is called. */
  readonly every: (ms: number, run: () => void) => () => void;
};

/** That of the machine. */
export const machineClock: ThreadClock = {
  nowMs: () => performance.now(),
  every: (ms, run) => {
    const timer = setInterval(run, ms);
    return () => clearInterval(timer);
  },
};
