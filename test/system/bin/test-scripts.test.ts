// `npm run test:unit -- PATH` takes the path as a path: Jest's option for projects would eat it.

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
};

/** The files that a script would run with `path` behind it. */
function filesOf(script: string, path: string): string[] {
  const [program, , ...options] = (scripts[script] ?? '')
    .replace(/^node bin\/run.mjs /, 'x ')
    .split(' ');
  expect(program).toBe('x');
  const jest = ['node_modules/jest/bin/jest.js', ...options, '--listTests', path];
  const listed = execFileSync(process.execPath, jest, { encoding: 'utf8' });
  return listed.split('\n').filter((line) => line.endsWith('.test.ts'));
}

it.each([
  ['test:unit', 'test/wire', /[/\\]test[/\\]wire[/\\]/],
  ['test:system', 'test/system/lib', /[/\\]test[/\\]system[/\\]lib[/\\]/],
])('%s runs what lies below the path that is given', (script, path, below) => {
  const files = filesOf(script, path);

  expect(files.length).toBeGreaterThan(1);
  expect(files.filter((file) => !below.test(file))).toEqual([]);
});

it('what asks for tables is run by test:system, wherever it stands', () => {
  const path = 'test/lambdas/control/erase-';

  expect(filesOf('test:unit', path)).toEqual([]);
  const erasing = readdirSync('test/lambdas/control').filter((name) => name.startsWith('erase-'));
  expect(
    filesOf('test:system', path)
      .map((file) => basename(file))
      .sort(),
  ).toEqual(erasing.sort());
});
