// What is easily forgotten of a new term: words for where it is spoken of without its sentence, and
// the lists that know all terms. Most of it fails nowhere else: a name that is missing is shown as
// its id, and a formula that nobody computes a second time is never compared.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { silentText } from '../../../../console/text/silent-text.ts';
import { shapes } from '../../../../domain/detect/combination.ts';
import { keptText } from '../../../../domain/detect/context/kept-text.ts';
import { termNames } from '../../../../local/replay/replay-report.ts';
import { recomputedTerms } from '../../../support/recompute.ts';
import { loweringTerms, termIds, weighedTerms } from '../../../support/term-ids.ts';

const root = join(import.meta.dirname, '../../../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const quoted = (text: string): string[] =>
  [...text.matchAll(/'([\w-]+)'/g)].map(([, id = '']) => id);
/** What a page or source has between two texts. */
const between = (text: string, from: string, to: string): string =>
  text.split(from)[1]?.split(to)[0] ?? '';

const raising = termIds.filter((term) => !loweringTerms.includes(term));
/** Kept as a bit, not as evidence: judged anew beside other sessions, or when the Stop has come. */
const kept = read('domain/profile/kept-pack.ts');
const besideTerms = quoted(between(kept, 'const terms = [', '];'));

it('knows the terms', () => {
  expect(termIds).toEqual(expect.arrayContaining(['place', 'no-address', ...loweringTerms]));
  expect(raising.length).toBeGreaterThan(12);
  expect(besideTerms).toContain('travel');
});

it.each(raising)('%s is called by words in the report of a replay and on the page', (term) => {
  expect(termNames).toHaveProperty(term);
  expect(silentText([[term]])).not.toContain(` had ${term} been usual`);
});

it.each(termIds)('%s has its rows in docs/detection.md', (term) => {
  const page = read('docs/detection.md');
  const asked = between(page, '| term | against the user | for the user |', '\n\n');
  const inputs = between(page, '| term | from `inputs` |', '\n\n');

  expect(asked).toContain(`\n| ${term.replaceAll('-', ' ')} |`);
  expect(inputs).toMatch(new RegExp(`(?<![\\w-])${term}(?![\\w-])`));
});

it('every term has its formula in test/support/recompute.ts', () => {
  // Nothing to compute: it takes off what is explained.
  const lacking = termIds.filter((term) => term !== 'expected' && !recomputedTerms.includes(term));
  expect(lacking).toEqual([]);
});

it('every term that is weighed has a shape, and training knows it', () => {
  const train = read('bench/train/train.py');
  const names = (from: string, to: string): string[] =>
    [...between(train, from, to).matchAll(/"([\w-]+)"/g)].map(([, id = '']) => id);
  const lists = {
    'domain/detect/combination.json': Object.keys(shapes),
    'TERMS of bench/train/train.py': names('\nLOCATION = ', '\nIMPERSONAL'),
    'ENDS of bench/train/train.py': names('\nENDS = {', '\n}'),
    'KNOTS of bench/train/train.py': names('\nKNOTS = {', '\n}'),
  };

  expect(Object.entries(lists).flatMap(differing)).toEqual([]);
});

const differing = ([place, terms]: readonly [string, readonly string[]]): readonly string[] => [
  ...weighedTerms.filter((term) => !terms.includes(term)).map((term) => `${place} lacks ${term}`),
  ...terms.filter((term) => !weighedTerms.includes(term)).map((term) => `${place} has ${term}`),
];

/** Of what is not kept: judged anew, or no evidence. */
const unkept = ['cold-start', 'expected', 'benign', 'handover', 'overlap'];
const files = readdirSync(join(root, 'domain/detect/terms'))
  .filter((name) => name !== 'travel-term.ts')
  .map((name) => read(`domain/detect/terms/${name}`));

it('every aspect that is kept has a sentence of its own', () => {
  const aspects = files.flatMap((text) =>
    [...text.matchAll(/\baspect:[^,;]*[,;]/g)].flatMap(([found]) => quoted(found)),
  );
  expect(aspects.length).toBeGreaterThan(20);
  const lacking = aspects.filter(
    (aspect) => !unkept.includes(aspect) && keptText('', aspect) === keptText('', 'no aspect'),
  );
  expect(lacking).toEqual([]);
});

it('every aspect that is kept has a place in the list of domain/profile/kept-pack.ts', () => {
  const pairs = files
    .flatMap((text) => [...text.matchAll(/\bterm: '([\w-]+)',\s*aspect:([^,;]*)[,;]/g)])
    .filter(([, term = '']) => !besideTerms.includes(term))
    .flatMap(([, term = '', aspects = '']) =>
      quoted(aspects)
        .filter((aspect) => !unkept.includes(aspect))
        .map((aspect) => `['${term}', '${aspect}']`),
    );
  expect(pairs.length).toBeGreaterThan(20);
  const listed = between(kept, 'const found:', '\n];');
  expect(pairs.filter((pair) => !listed.includes(pair))).toEqual([]);
});
