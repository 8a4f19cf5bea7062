// Prints a run of `npm run test:cloud`: one line a step with its result and seconds, what the step
// saw below it.

const failedMark = 'FAILED';

export type Steps = {
  /** Runs one step; a failure ends the run. @param work resolves to what was seen, for a person */
  step<T>(name: string, work: () => Promise<T>, seen?: (result: T) => string): Promise<T>;
  readonly passed: number;
};

/** @param write takes text for stdout */
export function makeSteps(write: (text: string) => void): Steps {
  let passed = 0;
  const seconds = (sinceMs: number): string =>
    `${((performance.now() - sinceMs) / 1_000).toFixed(1)} s`.padStart(8);
  return {
    async step(name, work, seen) {
      const sinceMs = performance.now();
      try {
        const result = await work();
        passed += 1;
        write(`ok     ${seconds(sinceMs)}  ${name}\n`);
        const text = seen?.(result) ?? '';
        if (text) write(`${text.replace(/^/gm, '                   ')}\n`);
        return result;
      } catch (error) {
        write(`${failedMark} ${seconds(sinceMs)}  ${name}\n`);
        throw error;
      }
    },
    get passed() {
      return passed;
    },
  };
}
