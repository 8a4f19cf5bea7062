// The store of answers: whoever reads a path sees its answer, whenever they begin to read.

import type { Answer } from '../../../console/api/store.ts';

const { fetch, document, addEventListener, reportError, sessionStorage } = globalThis;
const before = { fetch, document, addEventListener, reportError, sessionStorage };
const errors: unknown[] = [];
let requests = 0;
/** What the next requests are answered instead; status 0: the connection breaks. */
const failures: number[] = [];
let store: typeof import('../../../console/api/store.ts');

beforeAll(async () => {
  globalThis.fetch = async () => {
    requests += 1;
    const status = failures.shift();
    if (status === 0) throw new TypeError('Failed to fetch');
    if (status !== undefined) return new Response('busy', { status });
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

it('asks once for a reader who begins beside one that was just answered', async () => {
  const first = component('/v1/beside');
  const answered = first.drawnAgain();
  const stops = [first.begin()];
  await answered;
  const asked = requests;

  const late = component('/v1/beside');
  stops.push(late.begin());
  await new Promise(setImmediate);

  expect([late.kind(), requests]).toEqual(['ok', asked]);
  for (const stop of stops) stop();
  // Who comes back to it when nobody shows it any more has it looked for again.
  component('/v1/beside').begin()();
  expect(requests).toBe(asked + 1);
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

describe('a reader that asks but once', () => {
  beforeEach(() => void jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask'] }));
  afterEach(() => void jest.useRealTimers());

  it.each([0, 429, 500, 503])('asks until an answer is there: %i passes', async (status) => {
    const path = `/v1/once/${status}`;
    failures.push(status, status);
    const one = component(path);
    const stop = one.begin();
    const kinds = [];
    for (let turn = 0; turn < 3; turn += 1) {
      await one.drawnAgain();
      kinds.push(one.kind());
      requests = 0;
      jest.advanceTimersByTime(60_000);
    }

    expect(kinds).toEqual(['problem', 'problem', 'ok']);
    // From then on it is left alone.
    expect(requests).toBe(0);
    stop();
  });

  it('takes an answer that will not change, and asks no more once it has left', async () => {
    failures.push(404, 503);
    const [missing, left] = [component('/v1/missing'), component('/v1/left')];
    const came = [missing.drawnAgain(), left.drawnAgain()];
    const stops = [missing.begin(), left.begin()];
    await Promise.all(came);
    stops[1]?.();
    requests = 0;
    jest.advanceTimersByTime(60_000);

    expect([missing.kind(), left.kind(), requests]).toEqual(['problem', 'problem', 0]);
    stops[0]?.();
  });
});
