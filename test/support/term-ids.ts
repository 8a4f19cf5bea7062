// The ids of the terms, of the source: the type `TermName` is gone when tests run.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const path = join(import.meta.dirname, '../../domain/detect/context/term.ts');
const [union = ''] = /export type TermName =[^;]+;/.exec(readFileSync(path, 'utf8')) ?? [];

/** All terms. */
export const termIds: readonly string[] = [...union.matchAll(/'([\w-]+)'/g)].map(
  ([, id = '']) => id,
);

/** No alert rests on them: they speak for the user, or are told behind what does not. */
export const loweringTerms: readonly string[] = [
  'handover',
  'shared-egress',
  'trip',
  'cold-start',
  'expected',
  'organisation',
];

/** What the combination weighs: all but those, and an analyst's word. */
export const weighedTerms: readonly string[] = termIds.filter(
  (term) => !loweringTerms.includes(term) && term !== 'feedback',
);
