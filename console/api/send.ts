// Sends changes to the API of this origin as JSON, each conditional on the state it was made on
// (If-Match). After a change, everything shown is fetched again. A failure is a value with a
// sentence.

import { problemOf, unreachable } from './problems.ts';
import { authorized } from './sign-in.ts';
import type { Problem } from './types.ts';

export type Sent<T> = { readonly data: T; readonly etag: string } | { readonly problem: Problem };

type Change = {
  readonly method: 'PATCH' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  /** Entity tag of what is changed; absent where nothing is. */
  readonly etag?: string | undefined;
};

/** Precondition Failed: another user changed it first. */
const stateChanged = 412;
const changed = new EventTarget();

/** Calls back after every change that was made here. @returns how to stop. */
export function onChange(callback: () => void): () => void {
  changed.addEventListener('change', callback);
  return () => changed.removeEventListener('change', callback);
}

/** Sends one change. */
export async function send<T>({ method, path, body, etag }: Change): Promise<Sent<T>> {
  try {
    const response = await authorized(path, {
      method,
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        ...(etag === undefined ? {} : { 'if-match': etag }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) {
      // The reader must see what the other one made of it.
      if (response.status === stateChanged) changed.dispatchEvent(new Event('change'));
      return { problem: problemOf(response.status, text) };
    }
    changed.dispatchEvent(new Event('change'));
    const data = (text === '' ? {} : JSON.parse(text)) as T;
    return { data, etag: response.headers.get('etag') ?? '' };
  } catch {
    return { problem: unreachable };
  }
}
