// Why a request failed, as a value that can be shown: the API's problem+json, or what a proxy or a
// broken connection made of it.

import type { Problem } from './types.ts';

export const unreachable: Problem = {
  status: 0,
  code: 'unreachable',
  title: 'The API does not answer',
  detail: 'Check that the program still runs and that you are connected; this page keeps trying.',
};

/** The problem in an answer that is no success. */
export function problemOf(status: number, text: string): Problem {
  try {
    const body = JSON.parse(text) as Partial<Problem>;
    if (body.code && body.title) return { ...body, status, code: body.code, title: body.title };
  } catch {
    // Not from the API: a proxy or gateway in front of it answered in its own way.
  }
  const title = `The API answered ${status}`;
  const detail = 'Reload the page; if it stays, see the logs.';
  return { status, code: 'unexpected', title, detail };
}
