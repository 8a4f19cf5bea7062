// Programs that esbuild translates keep the names that tell errors apart, and pay for no other.

import { runInNewContext } from 'node:vm';
import { transformSync } from 'esbuild';
import { plainNames } from '../../build/plain-names.mjs';

const program = `
  class Refused extends Error {}
  function wait() {}
  const makers = [1, 2, 3].map((each) => { const inner = () => each; return inner; });
  globalThis.found = [Refused.name, wait.name, makers.map((make) => make())];
`;

it.each([
  ['as written', {}],
  ['made small', { minify: true }],
])('classes and functions keep their names, inner functions are only made: %s', (_, form) => {
  const { code } = transformSync(program, { keepNames: true, target: 'node20', ...form });
  const run = (text: string) => {
    let named = 0;
    const counting = { ...Object, defineProperty: Object.defineProperty };
    counting.defineProperty = (target, key, value) => {
      if (key === 'name') named += 1;
      return Object.defineProperty(target, key, value);
    };
    const world: { found?: unknown; Object: unknown; Error: unknown } = { Object: counting, Error };
    runInNewContext(text, world);
    return { found: world.found, named };
  };

  expect(run(plainNames(code)).found).toEqual(['Refused', 'wait', [1, 2, 3]]);
  expect(run(code).named).toBe(5);
  expect(run(plainNames(code)).named).toBe(2);
});
