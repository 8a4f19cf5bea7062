// Whatever a user, a computer or a question is called, the API answers, and no request that it
// sends to the tables breaks a rule of AWS: names that are empty, blank, longer than a key, beyond
// U+FFFF or cut in two arrive as events, as parts of a path and as questions.

import { makeControlStore } from '../../../lambdas/aws/dynamodb/control-store.ts';
import { queryRoutes } from '../../../lib/query-routes.ts';
import { startTestCloud, type TestCloud } from '../../support/cloud-in-test.ts';
import { makeTestControl, type TestControl } from '../../support/control-in-test.ts';
import { eventOf, morning, sessionEvents } from '../../support/events.ts';

const names = [
  ' ',
  ' alice',
  '\u0000',
  '#',
  '\\',
  'contoso\\alice',
  '%',
  '%00',
  '..',
  '__proto__',
  '\u{ffff}',
  '\u{10ffff}',
  '\u{1f600} beyond the first plane',
  '\ud83d',
  'x\ude00',
  // Composed again, each of them is three characters of four octets.
  '\u{1d160}'.repeat(63),
  '#'.repeat(253),
  'İ'.repeat(126),
  'x'.repeat(1_024),
  'é'.repeat(506),
];
/** An address carries whole characters only. */
const askable = names.filter((name) => !/^\ud83d$|^x\ude00$/.test(name));
const questions = [...askable, '', 'x'.repeat(2_049), '\u{10ffff}'.repeat(700), '\\'.repeat(5_000)];

let cloud: TestCloud;
let control: TestControl;

beforeAll(async () => {
  cloud = await startTestCloud(morning);
  control = makeTestControl({ dynamo: cloud.dynamo, tables: cloud.tables, now: morning });
});
afterAll(() => cloud.stop());

it('takes events of every name, and every user is on the list', async () => {
  for (const name of names) {
    const events = sessionEvents({
      user: name,
      address: '81.2.69.142',
      device: name.slice(0, 80),
      minutes: 5,
    });
    const { batchItemFailures } = await cloud.deliver([events]);

    expect([name, batchItemFailures]).toEqual([name, []]);
  }
  const deadLetters = await makeControlStore({
    client: cloud.dynamo.client,
    tableName: cloud.tables.control,
    now: () => morning,
  }).listDeadLetters(100);
  const listed: string[] = [];
  let query: Record<string, string> = { limit: '5' };
  for (;;) {
    const { body } = await cloud.get('GET /v1/users', { query });
    listed.push(...body.items.map(({ user }: { user: string }) => user));
    if (!body.next) break;
    query = { limit: '5', cursor: body.next };
  }

  expect(deadLetters.entries).toEqual([]);
  expect(listed).toHaveLength(names.length);
});

/** One of the forms of its rows: the audit is no security finding. */
const formatOf = (route: string): string => (route.endsWith('/audit') ? 'csv' : 'ocsf');

it.each(queryRoutes)('%s answers whatever is asked', async (route) => {
  const isList = route === 'GET /v1/users' || route === 'GET /v1/devices';
  for (const question of questions) {
    const params = { user: question, device: question, id: question, cell: question };
    const { status } = await cloud.get(route, {
      params,
      ...(isList && { query: { search: question } }),
      ...(route === 'GET /v1/search' && { query: { q: question } }),
      ...(route.includes('/exports/') && { query: { format: formatOf(route) } }),
    });

    // What the contract bounds is refused, whatever is beyond.
    const isBeyond = route === 'GET /v1/search' && (question === '' || question.length > 512);
    const expected = isBeyond ? [400] : [200, 404];
    expect([question.slice(0, 20), expected.includes(status)]).toEqual([
      question.slice(0, 20),
      true,
    ]);
  }
});

it.each(['DELETE /v1/relays/{id}', 'DELETE /v1/users/{user}', 'PATCH /v1/detections/{id}'])(
  '%s answers whatever is named',
  async (route) => {
    for (const name of questions) {
      const params = { id: name, user: name };
      const { status } = await control.ask(route, { params, json: { classification: 'benign' } });

      expect(status).toBeLessThan(500);
    }
  },
);

it('leaves nothing of any of them after their erasure', async () => {
  await cloud.deliver([[eventOf({ user: 'bystander' })]]);
  for (const { user } of (await cloud.get('GET /v1/users', { query: { limit: '100' } })).body
    .items) {
    if (user === 'bystander') continue;
    // A name with a percent sign arrives as a path only when it was encoded twice.
    const params = { user: encodeURIComponent(user) };
    await control.ask('DELETE /v1/users/{user}', { params });
  }

  const { body } = await cloud.get('GET /v1/users', { query: { limit: '100' } });

  expect(body.items.map(({ user }: { user: string }) => user)).toEqual(['bystander']);
});
