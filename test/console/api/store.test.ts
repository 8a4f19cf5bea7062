// The store of answers: whoever reads a path sees its answer, whenever they begin to read.

import type { Answer } from '../../../console/api/store.ts';

const { fetch, document, addEventListener, reportError, sessionStorage } = globalThis;
const before = { fetch, document, addEventListener, reportError, sessionStorage };
const errors: unknown[] = [];
let requests = 0;
let store: typeof import('../../../console/api/store.ts');

beforeAll(async () => {
  globalThis.fetch = async () => {
    requests += 1;
    return new Response('{"items":[1]}', { status: 200, headers: { etag: '"one"' } });
  };
  globalThis.document = { visibilityState: 'visible' } as Document;
  globalThis.addEventListener = () => undefined;
  globalThis.reportError = (error) => errors.push(error);
  globalThis.sessionStorage = { getItem: () => null } as unknown as Storage;
  store = await import('../../../console/api/store.ts');
});
afterAll(() => {
  Object.assign(globalThis, before);
  expect(errors).toEqual([]);
});

/** A reader as a component is one: it draws, and only later begins to read. */
function component(path: string) {
  let drawn: Answer<unknown> = store.answerOf(path);
  let wake: () => void = () => undefined;
  const redraw = (): void => {
    drawn = store.answerOf(path);
    wake();
  };
  return {
    kind: () => drawn.kind,
    begin: () => store.read(path, { everyMs: 0, redraw, drawn }),
    drawnAgain: () => new Promise<void>((resolve) => (wake = resolve)),
  };
}

it('tells a reader of an answer that came between its drawing and its reading', async () => {
  const early = component('/v1/shared');
  const late = component('/v1/shared');
  expect([early.kind(), late.kind()]).toEqual(['loading', 'loading']);
  const came = early.drawnAgain();
  const stops = [early.begin()];
  await came;

  stops.push(late.begin());

  expect([early.kind(), late.kind()]).toEqual(['ok', 'ok']);
  for (const stop of stops) stop();
});

it('asks once for readers who begin together', async () => {
  requests = 0;
  const readers = [component('/v1/other'), component('/v1/other')];
  const came = readers.map((one) => one.drawnAgain());
  const stops = readers.map((one) => one.begin());
  await Promise.all(came);

  expect(readers.map((one) => one.kind())).toEqual(['ok', 'ok']);
  expect(requests).toBe(1);
  expect(store.answerOf('/v1/unread')).toBe(store.loading);
  for (const stop of stops) stop();
});
