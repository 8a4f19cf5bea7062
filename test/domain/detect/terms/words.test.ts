// What is easily forgotten of a new term: words for where it is spoken of without its sentence. A
// name that is missing there is shown as its id, and nothing else complains.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { silentText } from '../../../../console/text/silent-text.ts';
import { keptText } from '../../../../domain/detect/context/kept-text.ts';
import { termNames } from '../../../../local/replay/replay-report.ts';

const folder = join(import.meta.dirname, '../../../../domain/detect');
const read = (path: string): string => readFileSync(join(folder, path), 'utf8');
const quoted = (text: string): string[] =>
  [...text.matchAll(/'([\w-]+)'/g)].map(([, id = '']) => id);

/** Of the type, which is gone when tests run. */
const [union = ''] = /export type TermName =[^;]+;/.exec(read('context/term.ts')) ?? [];
const terms = quoted(union);
/** No alert rests on them: they speak for the user, or are told behind what does not. */
const lowering = ['handover', 'shared-egress', 'trip', 'cold-start', 'expected', 'organisation'];
const raising = terms.filter((term) => !lowering.includes(term));

it('knows the terms', () => {
  expect(terms).toEqual(expect.arrayContaining(['place', 'no-address', ...lowering]));
  expect(raising.length).toBeGreaterThan(12);
});

it.each(raising)('%s is called by words in the report of a replay and on the page', (term) => {
  expect(termNames).toHaveProperty(term);
  expect(silentText([[term]])).not.toContain(` had ${term} been usual`);
});

it('every aspect that is kept has a sentence of its own', () => {
  // Of what is not kept: judged anew, or no evidence.
  const unkept = ['cold-start', 'expected', 'benign', 'handover', 'overlap'];
  const files = readdirSync(join(folder, 'terms')).filter((name) => name !== 'travel-term.ts');
  const aspects = files.flatMap((name) =>
    [...read(`terms/${name}`).matchAll(/\baspect:[^,;]*[,;]/g)].flatMap(([text]) => quoted(text)),
  );
  expect(aspects.length).toBeGreaterThan(20);
  const lacking = aspects.filter(
    (aspect) => !unkept.includes(aspect) && keptText('', aspect) === keptText('', 'no aspect'),
  );
  expect(lacking).toEqual([]);
});
