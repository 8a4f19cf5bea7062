// `expect` as tests get it: it fails where Jest's own fails, with Jest's words, and points to the
// line of the test.

import { basename } from 'node:path';

/** What a failing expectation says; empty when it holds. */
function said(expectation: () => void): string {
  try {
    expectation();
  } catch (error) {
    return String((error as Error).stack);
  }
  return '';
}

it('holds where Jest holds', async () => {
  const different = new Error('of this context');
  const held = [
    () => expect(Number.NaN).toBe(Number.NaN),
    () => expect(1n).toBeLessThan(2),
    () => expect(new Map([['a', [1]]])).toEqual(new Map([['a', [1]]])),
    () => expect({ a: 1, b: undefined }).toEqual({ a: 1 }),
    () => expect([different]).toEqual([expect.any(Error)]),
    () => expect(undefined).toBeUndefined(),
    () => expect(1).not.toBe(2),
  ];

  expect(held.map(said).filter((text) => text !== '')).toEqual([]);
  await expect(Promise.resolve(1)).resolves.toBe(1);
  await expect(Promise.reject(different)).rejects.toThrow('of this context');
});

it.each<readonly [string, () => void, string]>([
  ['toBe', () => expect(0).toBe(-0), 'Object.is equality'],
  ['toBe of what is alike', () => expect([1]).toBe([1]), 'serializes to the same string'],
  ['toEqual', () => expect({ a: 1 }).toEqual({ a: 2 }), 'deep equality'],
  ['toBeUndefined', () => expect(null).toBeUndefined(), 'Received: null'],
  ['toBeLessThan', () => expect(2).toBeLessThan(2), 'Expected: < 2'],
  ['toBeLessThan of no number', () => expect('1').toBeLessThan(2), 'must be a number or bigint'],
  ['toBeGreaterThanOrEqual', () => expect(1).toBeGreaterThanOrEqual(2), 'Expected: >= 2'],
  ['not', () => expect(1).not.toEqual(1), 'Expected: not 1'],
  ['one of the others', () => expect([1]).toContain(2), 'indexOf'],
])('fails where Jest fails, at this line: %s', (_, expectation, words) => {
  const [first, ...frames] = said(expectation).split('\n    at ');

  expect(first).toContain(words);
  expect(frames[0]).toContain(basename(__filename));
});

it('takes one argument and no more', () => {
  const two = expect as unknown as (...both: readonly unknown[]) => unknown;

  expect(said(() => two(1, 2))).toContain('at most one argument');
});
