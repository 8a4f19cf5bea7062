// Users, devices and places in the order of their detections: names are at hand (decision 0043),
// the rows of a range are read once (detection-rows.ts), so every name has its place in the order,
// those without a detection too (decision 0048). Exact to 10,000 detections; beyond, the newest are
// counted and the answer says so.

import type { KnownName } from '../../domain/search/known-names.ts';
import {
  type DetectionRow,
  digestOf,
  rowDevice,
  rowStatus,
  rowUser,
} from '../shared/detection-row.ts';
import { cutOrdered } from './cut.ts';
import { type Range, readRange } from './detection-rows.ts';
import type { Page, PageRequest, QueryDeps } from './ports.ts';
import {
  type Answer,
  invalid,
  isAnswer,
  listAnswer,
  type QueryRequest,
  rangeOf,
} from './request.ts';
import type { JsonObject } from './views.ts';

/** Kinds of names that detections are counted of. */
type CountedKind = 'user' | 'device' | 'place';

/** How many detections of a range there are, those that were withdrawn left out. */
export type Counts = { readonly detections: number; readonly unresolved: number };
const none: Counts = { detections: 0, unresolved: 0 };

export type Counting = {
  readonly of: (name: KnownName) => Counts;
  /** False: the range has more than one question looks at, and every number is "at least". */
  readonly isComplete: boolean;
};

const rowForms: Readonly<Record<CountedKind, (row: DetectionRow) => string>> = {
  user: ({ user }) => user,
  device: ({ device }) => device,
  place: ({ place }) => place,
};
/** A key as rows hold it. */
const keyForms: Readonly<Record<CountedKind, (key: string) => string>> = {
  user: rowUser,
  device: rowDevice,
  place: digestOf,
};

/** Forms of names, which stand for as long as the names do (`makeNameReader`). */
const formsOfNames = new WeakMap<KnownName, string>();

function formOf(name: KnownName, kind: CountedKind): string {
  const known = formsOfNames.get(name);
  if (known !== undefined) return known;
  const form = keyForms[kind](name.key);
  formsOfNames.set(name, form);
  return form;
}

/** Counts the detections of a range by the names of a kind. */
export async function countByName(
  { store }: Pick<QueryDeps, 'store'>,
  range: Range,
  kind: CountedKind,
): Promise<Counting> {
  const { rows, last } = await readRange(store, range);
  const counts = new Map<string, Counts>();
  for (const row of rows) {
    const status = rowStatus(row);
    if (status === 'withdrawn') continue;
    const form = rowForms[kind](row);
    const { detections, unresolved } = counts.get(form) ?? none;
    counts.set(form, {
      detections: detections + 1,
      unresolved: unresolved + (status === 'resolved' ? 0 : 1),
    });
  }
  // Most names of a large organisation have none: theirs are not worked out.
  const of = (name: KnownName): Counts =>
    counts.size === 0 ? none : (counts.get(formOf(name, kind)) ?? none);
  return { of, isComplete: last === undefined };
}

/** A page of names by a number each has, most first unless ascending; then by key. */
export function pageByNumber(
  names: readonly KnownName[],
  numberOf: (name: KnownName) => number,
  page: PageRequest,
  isAscending: boolean,
): Page<KnownName> {
  const turn = isAscending ? 1 : -1;
  const numbers = new Map<KnownName, number>();
  for (const name of names) {
    const number = numberOf(name);
    if (number > 0) numbers.set(name, number);
  }
  const rest = names.filter((name) => !numbers.has(name));
  const counted = [...numbers.keys()].sort(
    (a, b) => turn * ((numbers.get(a) ?? 0) - (numbers.get(b) ?? 0)) || (a.key < b.key ? -1 : 1),
  );
  const ordered = isAscending ? [...rest, ...counted] : [...counted, ...rest];
  return cutOrdered(ordered, (name) => [turn * (numbers.get(name) ?? 0), name.key], page);
}

/** A page of names by key. */
export function pageByKey(
  names: readonly KnownName[],
  page: PageRequest,
  isAscending: boolean,
): Page<KnownName> {
  const ordered = isAscending ? names : names.toReversed();
  return cutOrdered(ordered, ({ key }) => [key], page, isAscending);
}

/** An order of a list of names. */
export type NameOrder<By extends string> = { readonly by: By; readonly isAscending: boolean };

/**
 * The order asked for, or the refusal.
 * @param sorts the first is the order by name, which ascends unless it is asked not to
 */
export function nameOrderOf<By extends string>(
  { query }: QueryRequest,
  sorts: readonly [By, ...By[]],
): NameOrder<By> | Answer {
  const asked = query['sort'] ?? sorts[0];
  const by = sorts.find((sort) => sort === asked);
  if (!by) return invalid('sort', sorts.join(', '));
  const order = query['order'] ?? (by === sorts[0] ? 'asc' : 'desc');
  if (order !== 'asc' && order !== 'desc') return invalid('order', 'asc or desc');
  return { by, isAscending: order === 'asc' };
}

/** Which names a list has, and in which order of their detections. */
export type NameList = {
  readonly kind: CountedKind;
  readonly isMeant: (name: KnownName) => boolean;
  readonly isAscending: boolean;
};

/** Answers with a page of names by detections of the range; the total is of all that are meant. */
export async function listByDetections(
  deps: QueryDeps,
  request: QueryRequest,
  page: PageRequest,
  { kind, isMeant, isAscending }: NameList,
  view: (names: readonly KnownName[]) => Promise<readonly JsonObject[]>,
): Promise<Answer> {
  const range = rangeOf(request);
  if (isAnswer(range)) return range;
  const [{ index, isWhole }, counting] = await Promise.all([
    deps.names(),
    countByName(deps, range, kind),
  ]);
  const names = index.all(kind).filter(isMeant);
  const numberOf = (name: KnownName): number => counting.of(name).detections;
  const { items, ...rest } = pageByNumber(names, numberOf, page, isAscending);
  const views = await view(items);
  const counted = items.map((name, at) => ({ ...views[at], ...counting.of(name) }));
  return listAnswer(deps, request, { items: counted, ...rest }, (one) => one, {
    total: names.length,
    isTotalComplete: isWhole,
    isDetectionsComplete: counting.isComplete,
  });
}
