// The house rules of the tests themselves: what the quick ones may not do.

import { posix } from 'node:path';
import { importsOf } from './import-table.ts';
import { type SourceFile, sources } from './repository.ts';

const tests = sources.filter(({ path }) => path.startsWith('test/') && path.endsWith('.test.ts'));
const isSystem = (path: string): boolean => path.startsWith('test/system/');
const textOf = new Map(sources.map(({ path, text }) => [path, text]));

/** What starts other programs. */
const starters = ['node:child_process', 'child_process', 'node:cluster', 'playwright-core'];

/** Modules that a test imports, through files of `test/` too: the product may start programs. */
function reached({ path, text }: SourceFile, seen = new Set<string>()): readonly string[] {
  return importsOf(text).flatMap(({ specifier, isTypeOnly }) => {
    if (isTypeOnly) return [];
    if (!specifier.startsWith('.')) return [specifier];
    const target = posix.join(posix.dirname(path), specifier);
    const next = textOf.get(target);
    if (seen.has(target) || !target.startsWith('test/') || next === undefined) return [];
    seen.add(target);
    return reached({ path: target, text: next }, seen);
  });
}

describe('tests outside test/system', () => {
  it('start no program, neither themselves nor through test/support', () => {
    const found = tests
      .filter(({ path }) => !isSystem(path))
      .flatMap((test) => {
        const starter = reached(test).find((one) => starters.includes(one));
        return starter === undefined ? [] : [`${test.path}: imports ${starter}; test/system may`];
      });

    expect(found).toEqual([]);
  });

  it('run no whole relay and no embedded cloud: they are work for test/system', () => {
    const whole = /\b(?:runRelay|runRadsecRelay|startLocalCloud)\(|'run', '--config'/;
    const isWhole = ({ path }: SourceFile) => whole.test(textOf.get(path) ?? '');
    const found = tests.filter((test) => !isSystem(test.path) && isWhole(test));

    expect(found.map(({ path }) => path).filter((path) => !path.includes('tidy'))).toEqual([]);
    expect(tests.filter(isWhole).length).toBeGreaterThan(10);
  });

  it('are told apart: those that do start one are found', () => {
    const found = tests.filter(({ path }) => isSystem(path)).flatMap((test) => reached(test));

    expect(found).toEqual(expect.arrayContaining(['node:child_process', 'playwright-core']));
  });
});

/** Who lets time pass all the same, and why it proves nothing there. */
const mayPause: Readonly<Record<string, string>> = {
  'test/support/until.ts': 'it is the one way of waiting',
  'test/support/tls-attack.ts': 'an attack has a rate',
};

describe('tests', () => {
  it('wait by until(), and take no pause for a proof', () => {
    const pause = /new Promise[^;]*\bsetTimeout\(|from 'node:timers\/promises'/;
    const found = sources
      .filter(({ path, text }) => path.startsWith('test/') && pause.test(text))
      .map(({ path }) => path);

    expect(found.filter((path) => !(path in mayPause))).toEqual([]);
    expect(Object.keys(mayPause).filter((path) => !found.includes(path))).toEqual([]);
  });

  it('are not tried again when they fail', () => {
    const again = sources.filter(({ text }) => /\bjest\.retryTimes\b/.test(text));

    expect(again.map(({ path }) => path).filter((path) => !path.includes('tidy'))).toEqual([]);
  });
});
