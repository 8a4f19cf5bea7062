// One store of answers, keyed by path: what is shown twice is asked for once, and what was shown
// before is there at once when the reader comes back, while it is looked for again. Failures are
// values; the last good answer stays beside them. No drawing here: api.ts makes hooks of it.

import { problemOf, unreachable } from './problems.ts';
import { onChange } from './send.ts';
import { authorized } from './sign-in.ts';
import type { Problem } from './types.ts';

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

export type Fetched<T> =
  | { readonly data: T; readonly text: string; readonly etag: string }
  | { readonly problem: Problem };

/** How long a request may take. */
const requestMsMax = 15_000;
/** How soon is asked again what failed for a reason that passes, whoever reads it and how often. */
const againMs = 10_000;
/** Answers kept that nothing on the page shows. */
const unreadMax = 60;

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

type Reader = { readonly everyMs: number; readonly redraw: () => void };

type Entry = {
  answer: Answer<unknown>;
  /** The body of the answer: an equal one is not drawn again. */
  text: string;
  readonly readers: Set<Reader>;
  asking: AbortController | undefined;
  /** Something changed while an answer was on its way: it may be from before. */
  isOvertaken: boolean;
  timer: ReturnType<typeof setInterval> | undefined;
  /** When the last answer came, ms; 0: none has, or something changed since. */
  cameAt: number;
};

const entries = new Map<string, Entry>();
export const loading: Answer<never> = { kind: 'loading' };

/** What is known of a path now. */
export const answerOf = (path: string): Answer<unknown> => entries.get(path)?.answer ?? loading;

/**
 * Reads a path from now on: asks at once, unless another reader has just been answered, then every
 * `everyMs` while the page is visible (0: never again, once an answer is there), and after each
 * change made here. Readers of one path share its requests.
 * @param drawn what the reader has drawn; it is told at once if there is another answer by now
 * @returns how to stop
 */
export function read(
  path: string,
  { everyMs, redraw, drawn }: Reader & { readonly drawn: Answer<unknown> },
): () => void {
  const entry = entryOf(path);
  const reader = { everyMs, redraw };
  // What one part of the page shows is new enough for another that begins beside it.
  const isNew = entry.readers.size > 0 && isNewEnough(entry, everyMs);
  entry.readers.add(reader);
  // It may have come for another reader since; an equal one that comes next is no news.
  if (entry.answer !== drawn) redraw();
  if (!isNew) ask(path, entry);
  keepAsking(path, entry);
  return () => {
    entry.readers.delete(reader);
    keepAsking(path, entry);
    if (entry.readers.size === 0) {
      entry.asking?.abort();
      entry.asking = undefined;
      forgetSome();
    }
  };
}

/** Younger than the reader wants to look for news; one that wants none takes what there is. */
function isNewEnough({ answer, cameAt }: Entry, everyMs: number): boolean {
  if (answer.kind !== 'ok' || answer.stale || cameAt === 0) return false;
  return everyMs === 0 || Date.now() - cameAt < everyMs;
}

function entryOf(path: string): Entry {
  const known = entries.get(path);
  // The newest use stands last, so that the oldest is forgotten first.
  if (known) entries.delete(path);
  const entry: Entry = known ?? {
    answer: loading,
    text: '',
    readers: new Set(),
    asking: undefined,
    isOvertaken: false,
    timer: undefined,
    cameAt: 0,
  };
  entries.set(path, entry);
  return entry;
}

function forgetSome(): void {
  const unread = [...entries].filter(([, { readers }]) => readers.size === 0);
  for (const [path] of unread.slice(0, Math.max(0, unread.length - unreadMax)))
    entries.delete(path);
}

/** As often as the reader wants it who wants it most often; what failed for now until it comes. */
function keepAsking(path: string, entry: Entry): void {
  clearInterval(entry.timer);
  const wanted = [...entry.readers].map(({ everyMs }) => everyMs).filter((every) => every > 0);
  if (entry.readers.size > 0 && hasFailedForNow(entry.answer)) wanted.push(againMs);
  entry.timer =
    wanted.length === 0 ? undefined : setInterval(() => tick(path, entry), Math.min(...wanted));
}

function tick(path: string, entry: Entry): void {
  if (document.visibilityState === 'visible') ask(path, entry);
}

function ask(path: string, entry: Entry): void {
  if (entry.asking) return;
  const asking = new AbortController();
  entry.asking = asking;
  entry.isOvertaken = false;
  const done = (fetched: Fetched<unknown>): void => {
    if (asking.signal.aborted) return;
    entry.asking = undefined;
    if (entry.isOvertaken) {
      ask(path, entry);
      return;
    }
    entry.cameAt = Date.now();
    const hadFailed = hasFailedForNow(entry.answer);
    const isNews = take(entry, fetched);
    if (hadFailed !== hasFailedForNow(entry.answer)) keepAsking(path, entry);
    if (isNews) for (const { redraw } of [...entry.readers]) redraw();
  };
  getJson<unknown>(path, asking.signal).then(done).catch(reportError);
}

/** Nothing came back, or the API could not answer just then: the next try may succeed. */
function isPassing({ status }: Problem): boolean {
  return status === 0 || status >= 500 || status === 429;
}

function hasFailedForNow(answer: Answer<unknown>): boolean {
  if (answer.kind === 'problem') return isPassing(answer.problem);
  return answer.kind === 'ok' && answer.stale !== undefined;
}

/** @returns whether there is something new to draw */
function take(entry: Entry, fetched: Fetched<unknown>): boolean {
  const before = entry.answer;
  if ('problem' in fetched) {
    const { problem } = fetched;
    entry.answer =
      before.kind === 'ok' && isPassing(problem)
        ? { ...before, stale: problem }
        : { kind: 'problem', problem };
    if (entry.answer.kind === 'problem') entry.text = '';
    return true;
  }
  const { data, text, etag } = fetched;
  const isSame = before.kind === 'ok' && entry.text === text;
  if (isSame && before.etag === etag && before.stale === undefined) return false;
  entry.text = text;
  entry.answer = { kind: 'ok', data: isSame ? before.data : data, etag };
  return true;
}

// After a change everything shown is looked for again; an answer on its way is from before it.
onChange(() => {
  for (const [path, entry] of [...entries]) {
    entry.cameAt = 0;
    if (entry.readers.size === 0) continue;
    entry.isOvertaken = entry.asking !== undefined;
    ask(path, entry);
  }
});
