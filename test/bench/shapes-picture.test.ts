// What docs/detection.md and its pictures say of the weights of terms is what ships.

import { readFileSync } from 'node:fs';
import { shapesPicture } from '../../bench/train/shapes-picture.ts';
import { shapes } from '../../domain/detect/combination.ts';

const textOf = (path: string): string =>
  readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** The weights that the page names, by term. */
function weightsTold(): Readonly<Record<string, number>> {
  const [, table = ''] = textOf('docs/detection.md').split('| term | weight | what it learned |');
  const rows = [...(table.split('\n\n')[0] ?? '').matchAll(/^\| ([a-z ]+) \| (\d*\.?\d+)/gm)];
  return Object.fromEntries(
    rows.map(([, term = '', weight]) => [term.replace(' ', '-'), Number(weight)]),
  );
}

it('the pictures are of the table that ships (npm run shapes)', () => {
  expect(textOf('docs/images/shapes.svg') === shapesPicture()).toBe(true);
});

it('the page names the weights that ship, two digits behind the point', () => {
  const shipped = Object.entries(shapes).map(([term, shape]) => {
    const [said, counts] = shape.find(([nats]) => nats > 0) ?? [1, Number.NaN];
    return [term, Math.round((100 * counts) / said) / 100];
  });

  expect(weightsTold()).toEqual(Object.fromEntries(shipped));
});

it('its documents name the size of the table', () => {
  const octets = textOf('domain/detect/combination.json').length;
  const documents = ['docs/detection.md', 'docs/decisions/0039-one-weight-a-term.md'];

  const missing = documents.filter((path) => !textOf(path).includes(`${octets} octets`));
  expect(missing.map((path) => `${path} has to say ${octets} octets`)).toEqual([]);
});
