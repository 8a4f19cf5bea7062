// `GET /v1/users/{user}/learned`: what a detection rests on, and what is learned by now. The answer
// of a detection is enough to compute its weights and its score again.

import { startTestCloud, type TestCloud } from '../../support/cloud-in-test.ts';
import { eventOf, hourMs, minuteMs, morning, sessionEvents } from '../../support/events.ts';
import { recomputed, scoreOf } from '../../support/recompute.ts';

const route = 'GET /v1/users/{user}/learned';
const london = '81.2.69.142';
const tokyo = '126.0.0.1';

let cloud: TestCloud;
let detection: string;

beforeAll(async () => {
  cloud = await startTestCloud(morning + 4 * hourMs);
  const days = Array.from({ length: 30 }, (_, index) => {
    const at = morning - (30 - index) * 24 * hourMs;
    return sessionEvents({ sessionId: `d${index}`, address: london, minutes: 60, at });
  });
  await cloud.deliver([days.flat()]);
  await cloud.deliver([sessionEvents({ address: london, minutes: 120, interims: 3 })]);
  await cloud.deliver([
    [eventOf({ address: tokyo, sessionId: 's2', at: morning + 50 * minuteMs })],
  ]);
  await cloud.deliver([[eventOf({ user: 'bob', address: london, at: morning })]]);
  const list = await cloud.get('GET /v1/detections', { query: { from: 'P1D' } });
  detection = list.body.items[0].id;
});

afterAll(() => cloud.stop());

type Shown = {
  readonly term: string;
  readonly aspect: string;
  readonly weight: number;
  readonly inputs: Readonly<Record<string, number>>;
};

it('shows what a detection rests on: weights and score can be computed from it', async () => {
  const answer = await cloud.get(route, { params: { user: 'alice' }, query: { detection } });
  expect(answer.status).toBe(200);
  const { reasons, nats, score, organisation, threshold } = answer.body;
  const found = reasons.map(({ term, aspect, inputs }: Shown) => recomputed(term, aspect, inputs));
  for (const [at, { weight }] of (reasons as Shown[]).entries()) {
    expect(Math.abs(found[at] - weight)).toBeLessThan(1e-3);
  }
  const sum = found.reduce((total: number, weight: number) => total + weight, 0);
  expect(Math.abs(sum - nats)).toBeLessThan(1e-3);
  expect(scoreOf(nats)).toBe(score);
  expect(nats).toBeGreaterThanOrEqual(threshold);
  expect(organisation).toMatchObject({ users: expect.any(Number), days: expect.any(Number) });
  expect(reasons.map(({ term }: Shown) => term)).toEqual(
    expect.arrayContaining(['place', 'network', 'travel']),
  );
});

it('does not change with what is learned later', async () => {
  const ask = () => cloud.get(route, { params: { user: 'alice' }, query: { detection } });
  const before = await ask();
  await cloud.deliver([
    sessionEvents({ sessionId: 'later', address: london, at: morning + 3 * hourMs, minutes: 20 }),
  ]);
  expect((await ask()).body).toEqual(before.body);
});

it('shows what is learned by now without a detection', async () => {
  const { body } = await cloud.get(route, { params: { user: 'ALICE' } });
  expect(body).toMatchObject({ user: 'alice', at: '2026-11-23T12:00:00.000Z' });
  expect(body.places[0].weight).toBeGreaterThan(5);
  expect(body.novelty.country.asked).toBeGreaterThan(1);
});

it('knows no detection of somebody else, and no user it has not seen', async () => {
  const other = await cloud.get(route, { params: { user: 'bob' }, query: { detection } });
  expect(other.status).toBe(404);
  expect((await cloud.get(route, { params: { user: 'nobody' } })).status).toBe(404);
  const wrong = await cloud.get(route, { params: { user: 'bob' }, query: { detection: 'x' } });
  expect(wrong.status).toBe(404);
});

it('calls a place usual that is learned, not one that an undecided detection is of', async () => {
  const again = [51, 52, 53, 54].map((minute) =>
    eventOf({ address: tokyo, sessionId: `s${minute}`, at: morning + minute * minuteMs }),
  );
  await cloud.deliver([again]);
  const { body } = await cloud.get('GET /v1/users/{user}', { params: { user: 'alice' } });
  type Place = { readonly country?: string; readonly share: number; readonly isUsual?: boolean };
  const shown = (body.places as Place[]).map(({ country, share, isUsual }) => [
    country,
    share > 0.1,
    isUsual,
  ]);
  expect(shown).toEqual([
    ['GB', true, true],
    ['JP', true, undefined],
  ]);
});
