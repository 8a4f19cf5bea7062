// Before every test file: `expect` as Jest has it, except that what holds costs little. Jest makes
// four hundred functions and an error for each call before it compares, fifty microseconds that
// were half of what the property tests took. Here the commonest matchers compare first, as
// Jest's own do; everything else, and whatever does not hold, is Jest's to judge and to word.

import { equals, iterableEquality } from '@jest/expect-utils';

type Matchers = Readonly<Record<string, (...args: readonly unknown[]) => unknown>>;
type Expectation = Matchers & Readonly<Record<'not' | 'resolves' | 'rejects', Matchers>>;

const jestExpect = expect as unknown as (...actual: readonly unknown[]) => Expectation;

type Holds = (actual: unknown, expected: unknown) => boolean;

/** A comparison of numbers; what is none is left to Jest. */
const ofNumbers =
  (holds: (a: number, b: number) => boolean): Holds =>
  (actual, expected) =>
    typeof actual === 'number' && typeof expected === 'number' && holds(actual, expected);

/** Whether a matcher of one argument holds, told by the same comparison as Jest's. */
const comparisons: Readonly<Record<string, Holds>> = {
  toBe: Object.is,
  toEqual: (actual, expected) => equals(actual, expected, [iterableEquality]),
  toBeLessThan: ofNumbers((a, b) => a < b),
  toBeLessThanOrEqual: ofNumbers((a, b) => a <= b),
  toBeGreaterThan: ofNumbers((a, b) => a > b),
  toBeGreaterThanOrEqual: ofNumbers((a, b) => a >= b),
};

class QuickExpectation {
  readonly actual: unknown;
  constructor(actual: unknown) {
    this.actual = actual;
  }
}

/** Asks Jest; what it throws points to the line of the test. */
function askJest(from: object, actual: unknown, name: string, args: readonly unknown[]): unknown {
  try {
    return jestExpect(actual)[name]?.(...args);
  } catch (error) {
    if (error instanceof Error) Error.captureStackTrace(error, from as never);
    throw error;
  }
}

for (const name of Object.keys(jestExpect(undefined))) {
  if (['not', 'resolves', 'rejects'].includes(name)) {
    Object.defineProperty(QuickExpectation.prototype, name, {
      get(this: QuickExpectation) {
        return jestExpect(this.actual)[name];
      },
    });
    continue;
  }
  const holds = comparisons[name];
  const matcher = function (this: QuickExpectation, ...args: readonly unknown[]): unknown {
    if (args.length === 1 && holds?.(this.actual, args[0])) return undefined;
    return askJest(matcher, this.actual, name, args);
  };
  Object.defineProperty(QuickExpectation.prototype, name, { value: matcher });
}

function quickExpect(...args: readonly unknown[]): unknown {
  return args.length === 1 ? new QuickExpectation(args[0]) : jestExpect(...args);
}

Object.assign(globalThis, { expect: Object.assign(quickExpect, expect) });
