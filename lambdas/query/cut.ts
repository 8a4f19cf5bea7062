// A page cut from what is at hand as a whole: behind a position, not behind a count, so that what
// comes or goes between two pages moves no row over their border.

import type { Page, PageRequest } from './ports.ts';

/** What an item is sorted by; its id is last, so that no two are alike. */
export type Position = readonly (number | string)[];

function compare(a: Position, b: Position): number {
  for (const [at, value] of a.entries()) {
    const other = b[at] ?? '';
    if (value !== other) return value < other ? -1 : 1;
  }
  return 0;
}

/** Whether a position is behind the one that a page goes on from; all are behind none. */
function behind({ after }: PageRequest, turn: 1 | -1): (at: Position) => boolean {
  if (after === undefined) return () => true;
  const from = JSON.parse(after) as Position;
  return (at) => turn * compare(at, from) > 0;
}

/**
 * The items behind a position, and the position of the last of them where there are more.
 * @param positionOf items come in ascending order of it, unless `isAscending` is false
 */
export function cut<T>(
  found: readonly T[],
  positionOf: (item: T) => Position,
  page: PageRequest,
  isAscending = true,
): Page<T> {
  const turn = isAscending ? 1 : -1;
  const isBehind = behind(page, turn);
  const { limit } = page;
  const placed = found
    .map((item) => ({ item, at: positionOf(item) }))
    .filter(({ at }) => isBehind(at))
    .sort((a, b) => turn * compare(a.at, b.at));
  const some = placed.slice(0, limit);
  const end = some.at(-1);
  const last = placed.length > limit && end ? { last: JSON.stringify(end.at) } : {};
  return { items: some.map(({ item }) => item), ...last };
}

/**
 * The same of what is in order already: it is looked through as far as the page, and not sorted.
 * @param isAscending whether the positions ascend
 */
export function cutOrdered<T>(
  ordered: readonly T[],
  positionOf: (item: T) => Position,
  page: PageRequest,
  isAscending = true,
): Page<T> {
  const isBehind = behind(page, isAscending ? 1 : -1);
  const { limit } = page;
  const begin = ordered.findIndex((item) => isBehind(positionOf(item)));
  if (begin < 0) return { items: [] };
  const items = ordered.slice(begin, begin + limit);
  const end = items.at(-1);
  const isMore = begin + limit < ordered.length && end !== undefined;
  return { items, ...(isMore ? { last: JSON.stringify(positionOf(end)) } : {}) };
}
