// Asks the API of this origin. Answers are revalidated by the browser, which sends the ETag it
// knows; an unchanged answer draws nothing anew. Failures are values with a sentence of what to do.

import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Page, Problem } from './api-types.ts';

export type Answer<T> =
  | { readonly kind: 'loading' }
  | {
      readonly kind: 'ok';
      readonly data: T;
      /** Why the newest try failed; the data are then those of the last one that did not. */
      readonly stale?: Problem;
    }
  | { readonly kind: 'problem'; readonly problem: Problem };

/** How often a page looks for news, and how long a request may take. */
export const pollMs = 5_000;
const requestMsMax = 15_000;

const unreachable: Problem = {
  status: 0,
  code: 'unreachable',
  title: 'The API does not answer',
  detail: 'Check that the program still runs and that you are connected; this page keeps trying.',
};

type Fetched<T> = { readonly data: T; readonly text: string } | { readonly problem: Problem };

/** One GET. @returns the parsed body, or why there is none. */
export async function getJson<T>(path: string, signal?: AbortSignal): Promise<Fetched<T>> {
  const limit = AbortSignal.timeout(requestMsMax);
  try {
    const response = await fetch(path, {
      cache: 'no-cache',
      headers: { accept: 'application/json' },
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
    const text = await response.text();
    if (response.ok) return { data: JSON.parse(text) as T, text };
    return { problem: problemOf(response, text) };
  } catch {
    return { problem: unreachable };
  }
}

function problemOf(response: Response, text: string): Problem {
  const { status } = response;
  try {
    const body = JSON.parse(text) as Partial<Problem>;
    if (body.code && body.title) return { ...body, status, code: body.code, title: body.title };
  } catch {
    // Not from the API: a proxy or gateway in front of it answered in its own way.
  }
  const title = `The API answered ${status}`;
  return {
    status,
    code: 'unexpected',
    title,
    detail: 'Reload the page; if it stays, see the logs.',
  };
}

/** Data of a path, looked for again every `pollMs` while the page is visible. */
export function useApi<T>(path: string | undefined, isPolled = true): Answer<T> {
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
    const timer = isPolled ? setInterval(tick, pollMs) : undefined;
    return () => {
      ending.abort();
      clearInterval(timer);
    };
  }, [path, isPolled]);
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
    return { path, answer: { kind: 'ok', data: before.data } };
  }
  known.current = fetched.text;
  return { path, answer: { kind: 'ok', data: fetched.data } };
}

/** Pages after the first, and the path of the first. */
type Rest<T> = { readonly of: string; readonly items: readonly T[]; readonly next?: string };

function restOf<T>(rest: Rest<T> | undefined, first: string): Rest<T> | undefined {
  return rest?.of === first ? rest : undefined;
}

export type Pages<T> = {
  readonly answer: Answer<Page<T>>;
  /** Fetches what comes after the last item shown; absent when nothing does. */
  readonly more?: () => void;
  readonly isLoadingMore: boolean;
};

/** A list by pages: the first is looked for again and again, later ones are added on request. */
export function usePages<T>(
  pathOf: (cursor: string | undefined) => string,
  isPolled = true,
): Pages<T> {
  const first = pathOf(undefined);
  const answer = useApi<Page<T>>(first, isPolled);
  const [rest, setRest] = useState<Rest<T>>();
  const [isLoadingMore, setLoading] = useState(false);
  const mine = restOf(rest, first);
  const cursor = mine ? mine.next : answer.kind === 'ok' ? answer.data.next : undefined;
  const more = useCallback(async () => {
    setLoading(true);
    const fetched = await getJson<Page<T>>(pathOf(cursor));
    setLoading(false);
    if ('problem' in fetched) return;
    const { items, next: after } = fetched.data;
    setRest({
      of: first,
      items: [...(mine?.items ?? []), ...items],
      ...(after ? { next: after } : {}),
    });
  }, [first, cursor, mine]);
  const joined: Answer<Page<T>> =
    answer.kind === 'ok' && mine
      ? { ...answer, data: { ...answer.data, items: [...answer.data.items, ...mine.items] } }
      : answer;
  return {
    answer: joined,
    isLoadingMore,
    ...(cursor === undefined ? {} : { more: () => void more().catch(reportError) }),
  };
}
