// `npm run dead-letters` over a real DynamoDB API and a real local queue: what it lists names
// nobody, and what it puts back is processed as if it had never failed.

import {
  type DeadLettersIo,
  runDeadLetters,
} from '../../../cli/dead-letters/dead-letters-command.ts';
import { makeControlStore } from '../../../lambdas/aws/dynamodb/control-store.ts';
import { decodeBatch } from '../../../wire/batch.ts';
import { startTestDynamo, type TestDynamo } from '../../support/dynalite.ts';
import { eventOf, morning } from '../../support/events.ts';

const now = morning + 3_600_000;
let dynamo: TestDynamo;
let table: string;
let sent: string[];
let sentAttributes: Readonly<Record<string, string>>[];
let failSending: boolean;

beforeAll(async () => {
  dynamo = await startTestDynamo();
});
afterAll(() => dynamo.stop());
beforeEach(async () => {
  table = await dynamo.createTable();
  sent = [];
  sentAttributes = [];
  failSending = false;
});

const store = () => makeControlStore({ client: dynamo.client, tableName: table, now: () => now });

async function setAside(count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const event = eventOf({ user: `person-${index}`, address: '81.2.69.142', at: morning + index });
    await store().setAside({ event, reason: 'fold-failed', relayId: 'r', batchId: 'r.1.1' });
  }
}

async function deadLetters(...args: string[]) {
  let out = '';
  let error = '';
  const io: DeadLettersIo = {
    out: (text) => {
      out += text;
    },
    error: (text) => {
      error += text;
    },
    now: () => now,
    openDeployed: async (tableName) => ({
      deadLetters: makeControlStore({ client: dynamo.client, tableName, now: () => now }),
      send: async ({ body, attributes }) => {
        if (failSending) throw Object.assign(new Error('no'), { $metadata: {} });
        sent.push(body);
        sentAttributes.push(attributes);
      },
      close: async () => undefined,
    }),
    openLocal: async () => {
      throw new Error('not here');
    },
  };
  const exitCode = await runDeadLetters(args, io);
  return { exitCode, out, error };
}

const deployed = () => ['--table', table, '--queue', 'https://queue'];

it('lists what was set aside and names nobody', async () => {
  await setAside(3);

  const { exitCode, out } = await deadLetters('ls', '--table', table);

  expect(exitCode).toBe(0);
  expect(out).toMatch(/fold-failed {2}start {2}batch r\.1\.1\n[\s\S]*3 dead letters\n$/);
  expect(out).not.toMatch(/person|81\.2\.69/);
});

it('shows one event whole, when asked for it', async () => {
  await setAside(2);
  const { entries } = await store().listDeadLetters(10);

  const { out } = await deadLetters('show', entries[1]?.id ?? '', '--table', table);

  expect(JSON.parse(out)).toMatchObject({ event: { user: { account: 'person-1' } } });
});

it('puts everything back into the queue, in batches that process understands', async () => {
  await setAside(120);

  const { exitCode, out } = await deadLetters('redrive', ...deployed());

  expect([exitCode, out]).toEqual([0, '120 dead letters put back into the queue\n']);
  const batches = sent.map((body) => decodeBatch(body));
  const events = batches.flatMap((one) => (one.ok ? one.batch.events : []));
  expect(new Set(events.map((event) => event.user.account)).size).toBe(120);
  expect((await store().listDeadLetters(1)).entries).toEqual([]);
});

it('takes the older word until 0.2, and says the new one', async () => {
  await setAside(1);

  const { exitCode, out, error } = await deadLetters('requeue', ...deployed());

  expect([exitCode, out]).toEqual([0, '1 dead letter put back into the queue\n']);
  expect(error).toBe(
    'wherefrom dead-letters: requeue is called redrive now; the old name goes with 0.2\n',
  );
});

it('puts back one of them', async () => {
  await setAside(2);
  const { entries } = await store().listDeadLetters(10);

  await deadLetters('redrive', entries[0]?.id ?? '', ...deployed());

  expect((await store().listDeadLetters(10)).entries.map(({ id }) => id)).toEqual([entries[1]?.id]);
});

it('bounds each by its own arrival, and lets the arrival go with the message', async () => {
  const event = eventOf({ address: '81.2.69.142', at: Date.parse('2100-01-01') });
  const entry = { reason: 'fold-failed', relayId: 'r', batchId: 'r.1.1' };
  await store().setAside({ ...entry, event, receivedAt: morning });
  // A row of before arrivals were kept.
  await store().setAside({ ...entry, event: { ...event, time: event.time + 1 } });

  await deadLetters('redrive', ...deployed());

  const [batch] = sent.map((body) => decodeBatch(body));
  const events = batch?.ok ? batch.batch.events : [];
  expect(events.map(({ time }) => time).sort()).toEqual([morning, now]);
  expect(events.map(({ flags }) => flags)).toEqual([['clock-suspect'], ['clock-suspect']]);
  expect(sentAttributes).toEqual([expect.objectContaining({ receivedAt: `${now}` })]);
});

it('keeps the row when the queue does not take its event', async () => {
  await setAside(1);
  failSending = true;

  const { exitCode, error } = await deadLetters('redrive', ...deployed());

  expect(exitCode).toBe(1);
  expect(error).toContain('AWS says');
  expect((await store().listDeadLetters(10)).entries).toHaveLength(1);
});

it.each([
  ['no verb', [], /expects ls, show ID or redrive/],
  ['another verb', ['delete', '--table', 't'], /expects ls/],
  ['show without an id', ['show', '--table', 't'], /takes the id/],
  ['no place', ['ls'], /either --table or --data/],
  ['two places', ['ls', '--table', 't', '--data', 'd'], /either --table or --data/],
  ['redrive without a queue', ['redrive', '--table', 't'], /--queue is missing/],
  ['an option it does not have', ['ls', '--tables', 't'], /tables/],
])('says what it takes when given %s', async (_, args, message) => {
  const { exitCode, error } = await deadLetters(...args);

  expect(exitCode).toBe(64);
  expect(error).toMatch(message);
});

it('refuses an id that is not there', async () => {
  expect((await deadLetters('show', 'x', '--table', table)).exitCode).toBe(1);
  expect((await deadLetters('redrive', 'x', ...deployed())).exitCode).toBe(1);
});
