// Requests to the API of this origin. The browser revalidates answers with their ETag; an unchanged
// answer is not drawn again. Failures are values with a sentence that says what to do.

import { useEffect, useRef, useState } from 'preact/hooks';
import { problemOf, unreachable } from './problems.ts';
import { onChange } from './send.ts';
import { authorized } from './sign-in.ts';
import type { Page, Problem } from './types.ts';

export type Answer<T> =
  | { readonly kind: 'loading' }
  | {
      readonly kind: 'ok';
      readonly data: T;
      /** Names this state: what a change of it must send. */
      readonly etag: string;
      /** Why the newest try failed; the data are then those of the last one that did not. */
      readonly stale?: Problem;
    }
  | { readonly kind: 'problem'; readonly problem: Problem };

/** How often a page looks for news that matter now, and for the rest of what it shows. */
export const liveMs = 10_000;
export const calmMs = 30_000;
/** How long a request may take. */
const requestMsMax = 15_000;

type Fetched<T> =
  | { readonly data: T; readonly text: string; readonly etag: string }
  | { readonly problem: Problem };

/** One GET. @returns the parsed body, or why there is none. */
export async function getJson<T>(path: string, signal?: AbortSignal): Promise<Fetched<T>> {
  const limit = AbortSignal.timeout(requestMsMax);
  try {
    const response = await authorized(path, {
      cache: 'no-cache',
      headers: { accept: 'application/json' },
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
    const text = await response.text();
    if (!response.ok) return { problem: problemOf(response.status, text) };
    return { data: JSON.parse(text) as T, text, etag: response.headers.get('etag') ?? '' };
  } catch {
    return { problem: unreachable };
  }
}

/** Data of a path, looked for again every `everyMs` while the page is visible; 0: never again. */
export function useApi<T>(path: string | undefined, everyMs = liveMs): Answer<T> {
  const [state, setState] = useState<{ path?: string; answer: Answer<T> }>({
    answer: { kind: 'loading' },
  });
  const known = useRef('');
  useEffect(() => {
    if (path === undefined) return undefined;
    const ending = new AbortController();
    known.current = '';
    const ask = async (): Promise<void> => {
      const fetched = await getJson<T>(path, ending.signal);
      if (ending.signal.aborted) return;
      setState((before) =>
        next(before.path === path ? before.answer : undefined, fetched, path, known),
      );
    };
    const tick = (): void => {
      if (document.visibilityState === 'visible') ask().catch(reportError);
    };
    ask().catch(reportError);
    const timer = everyMs > 0 ? setInterval(tick, everyMs) : undefined;
    const stop = onChange(tick);
    return () => {
      ending.abort();
      clearInterval(timer);
      stop();
    };
  }, [path, everyMs]);
  return state.path === path ? state.answer : { kind: 'loading' };
}

function next<T>(
  before: Answer<T> | undefined,
  fetched: Fetched<T>,
  path: string,
  known: { current: string },
): { path: string; answer: Answer<T> } {
  if ('problem' in fetched) {
    const { problem } = fetched;
    const isPassing = problem.status === 0 || problem.status >= 500 || problem.status === 429;
    if (before?.kind === 'ok' && isPassing) return { path, answer: { ...before, stale: problem } };
    known.current = '';
    return { path, answer: { kind: 'problem', problem } };
  }
  if (before?.kind === 'ok' && known.current === fetched.text) {
    return { path, answer: { kind: 'ok', data: before.data, etag: before.etag } };
  }
  known.current = fetched.text;
  return { path, answer: { kind: 'ok', data: fetched.data, etag: fetched.etag } };
}

/** All pages loaded so far, and the path of the first. */
type Loaded<T> = { readonly of: string; readonly items: readonly T[]; readonly next?: string };

function loadedOf<T>(loaded: Loaded<T> | undefined, first: string): Loaded<T> | undefined {
  return loaded?.of === first ? loaded : undefined;
}

export type Pages<T> = {
  readonly answer: Answer<Page<T>>;
  /** Fetches what comes after the last item shown; absent when nothing does. */
  readonly more?: () => void;
  readonly isLoadingMore: boolean;
  /** Why the newest try for more failed; what is shown then is not all there is. */
  readonly moreProblem?: Problem | undefined;
};

/**
 * A list by pages. The first is looked for again and again; once a second one is added the list
 * stands still, because rows should not move while they are read.
 */
export function usePages<T>(
  pathOf: (cursor: string | undefined) => string,
  everyMs = calmMs,
): Pages<T> {
  const first = pathOf(undefined);
  const answer = useApi<Page<T>>(first, everyMs);
  const [loaded, setLoaded] = useState<Loaded<T>>();
  const [isLoadingMore, setLoading] = useState(false);
  const [moreProblem, setMoreProblem] = useState<Problem>();
  if (answer.kind !== 'ok') return { answer, isLoadingMore };

  const stand = loadedOf(loaded, first);
  const { items, next: cursor } = stand ?? answer.data;
  const more = async (): Promise<void> => {
    setLoading(true);
    const fetched = await getJson<Page<T>>(pathOf(cursor));
    setLoading(false);
    setMoreProblem('problem' in fetched ? fetched.problem : undefined);
    if ('problem' in fetched) return;
    const { items: added, next } = fetched.data;
    setLoaded({ of: first, items: [...items, ...added], ...(next ? { next } : {}) });
  };
  return {
    answer: { ...answer, data: { ...answer.data, items } },
    isLoadingMore,
    moreProblem,
    ...(cursor === undefined ? {} : { more: () => void more().catch(reportError) }),
  };
}
