// Hooks over the store of answers (store.ts): the data of one path, and lists by pages that are
// still whole when the reader comes back to them.

import { useEffect, useReducer } from 'preact/hooks';
import { onChange } from './send.ts';
import { type Answer, answerOf, getJson, loading, read } from './store.ts';
import type { Page, Problem } from './types.ts';

export type { Answer } from './store.ts';

/** How often a page looks for news that matter now, and for the rest of what it shows. */
export const liveMs = 10_000;
export const calmMs = 30_000;

const useRedraw = (): (() => void) => useReducer<number, void>((count) => count + 1, 0)[1];

/** Data of a path, looked for again every `everyMs` while the page is visible; 0: never again. */
export function useApi<T>(path: string | undefined, everyMs = liveMs): Answer<T> {
  const redraw = useRedraw();
  const drawn = path === undefined ? loading : answerOf(path);
  useEffect(
    () => (path === undefined ? undefined : read(path, { everyMs, redraw, drawn })),
    [path, everyMs, redraw],
  );
  return drawn as Answer<T>;
}

/** What was loaded of a list after its first page. */
type Loaded = {
  items: readonly unknown[];
  next: string | undefined;
  isLoading: boolean;
  problem: Problem | undefined;
};

export type Pages<T> = {
  readonly answer: Answer<Page<T>>;
  /** Fetches what comes after the last item shown; absent when nothing does. */
  readonly more?: () => void;
  readonly isLoadingMore: boolean;
  /** Why the newest try for more failed; what is shown then is not all there is. */
  readonly moreProblem?: Problem | undefined;
};

/** Lists of which more than the first page was loaded, by the path of the first. */
const lists = new Map<string, Loaded>();
const listsMax = 20;

/**
 * A list by pages. The first is looked for again and again; once a second one is added the list
 * stands still, because rows should not move while they are read. A change made here reads all of
 * its pages again. Pages are kept: who comes back finds as many as were loaded.
 */
export function usePages<T>(
  pathOf: (cursor: string | undefined) => string,
  everyMs = calmMs,
): Pages<T> {
  const first = pathOf(undefined);
  const redraw = useRedraw();
  const answer = useApi<Page<T>>(first, everyMs);
  const loaded = lists.get(first);
  const isLong = loaded !== undefined && loaded.items.length > 0;
  useEffect(() => {
    if (!isLong) return undefined;
    return onChange(() => void reload(first, pathOf).then(redraw).catch(reportError));
  }, [first, isLong]);
  if (answer.kind !== 'ok') return { answer, isLoadingMore: false };
  const items = (isLong ? loaded.items : answer.data.items) as readonly T[];
  const cursor = isLong ? loaded.next : answer.data.next;
  const more = async (): Promise<void> => {
    if (cursor === undefined || lists.get(first)?.isLoading) return;
    hold(first, { items: isLong ? items : [], next: cursor, isLoading: true, problem: undefined });
    redraw();
    const fetched = await getJson<Page<T>>(pathOf(cursor));
    if ('problem' in fetched) {
      const now = lists.get(first);
      if (now) hold(first, { ...now, isLoading: false, problem: fetched.problem });
    } else {
      const { items: added, next } = fetched.data;
      hold(first, { items: [...items, ...added], next, isLoading: false, problem: undefined });
    }
    redraw();
  };
  return {
    answer: { ...answer, data: { ...answer.data, items } },
    isLoadingMore: loaded?.isLoading ?? false,
    moreProblem: loaded?.problem,
    ...(cursor === undefined ? {} : { more: () => void more().catch(reportError) }),
  };
}

function hold(first: string, loaded: Loaded): void {
  lists.delete(first);
  lists.set(first, loaded);
  const oldest = lists.keys().next().value;
  if (lists.size > listsMax && oldest !== undefined) lists.delete(oldest);
}

/** Reads a list from its start, as far as it was loaded, and puts it in place as a whole. */
async function reload<T>(
  first: string,
  pathOf: (cursor: string | undefined) => string,
): Promise<void> {
  const before = lists.get(first);
  if (!before) return;
  const items: T[] = [];
  let next: string | undefined;
  let pages = 0;
  do {
    pages += 1;
    const fetched = await getJson<Page<T>>(next === undefined ? first : pathOf(next));
    if ('problem' in fetched) {
      hold(first, { ...before, isLoading: false, problem: fetched.problem });
      return;
    }
    items.push(...fetched.data.items);
    next = fetched.data.next;
  } while (next !== undefined && items.length < before.items.length);
  if (pages === 1) lists.delete(first);
  else hold(first, { items, next, isLoading: false, problem: undefined });
}
