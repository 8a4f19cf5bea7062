// How the terms are added up: each term's nats go through a shape that was learned
// (combination.json, made by `npm run train`), and the score is the sum of what comes out. A shape
// is a broken line through (0, 0) that never falls and ends level: more evidence against a user
// never lowers the score, and no term can say more than its shape's end. Pure.
// Decision 0039 has why, and its price.

import type { Building } from '../session/merge-values.ts';
import table from './combination.json' with { type: 'json' };
import type { Evidence, TermName } from './context/term.ts';

/** Terms that are computed from others, or set by analysts: they act on what is left of those. */
type Derived =
  | 'shared-egress'
  | 'trip'
  | 'cold-start'
  | 'handover'
  | 'expected'
  | 'feedback'
  | 'organisation';
export type ShapedTerm = Exclude<TermName, Derived>;

/** A broken line: nats of the term (rising), and the nats it counts for (never falling). */
export type Shape = readonly (readonly [said: number, counts: number])[];

/** A term that the table has no shape for is a type error here. */
const stored: Readonly<Record<ShapedTerm, unknown>> = table.shapes;
/** The shapes by term, as they stand in combination.json. */
export const shapes = stored as Readonly<Record<ShapedTerm, Shape>>;

/** What a term counts for, nats, when its formula says `said` nats. Level beyond the ends. */
export function combined(term: TermName, said: number): number {
  const shape = (shapes as Partial<Record<TermName, Shape>>)[term];
  return shape ? shapeAt(shape, said) : said;
}

function shapeAt(shape: Shape, said: number): number {
  let above = 0;
  while (above < shape.length && !((shape[above] as Shape[number])[0] >= said)) above += 1;
  if (above === 0) return shape[0]?.[1] ?? 0;
  const before = shape[above - 1] as Shape[number];
  const after = shape[above];
  if (!after) return before[1];
  const share = (said - before[0]) / (after[0] - before[0]);
  return before[1] + share * (after[1] - before[1]);
}

/** Evidence with the weight that counts; `said` keeps what the term's own formula says. */
export function weighed(found: Evidence | undefined): Evidence | undefined {
  if (!found) return undefined;
  const { term, aspect, weight: said, numbers, inputs, text, about } = found;
  const counted: Building<Evidence> = {
    term,
    aspect,
    weight: combined(term, said),
    said,
    numbers,
    inputs,
    text,
  };
  if (about) counted.about = about;
  return counted;
}
