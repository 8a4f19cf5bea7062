import { GetItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { makeControlStore } from '../../../lambdas/aws/dynamodb/control-store.ts';
import { makeUserStore } from '../../../lambdas/aws/dynamodb/user-store.ts';
import { makeProcess } from '../../../lambdas/process/process.ts';
import { makeLog } from '../../../lambdas/shared/log.ts';
import { retentionOf } from '../../../lambdas/shared/retention.ts';
import { encodeBatch } from '../../../wire/batch.ts';
import { recordOf, startTestCloud, type TestCloud } from '../../support/cloud-in-test.ts';
import {
  eventOf,
  hash,
  locate,
  minuteMs,
  morning,
  sessionEvents,
  settings,
} from '../../support/events.ts';
import { makeMemoryStore } from '../../support/memory-store.ts';

const london = '81.2.69.142';
const tokyo = '126.0.0.1';

let cloud: TestCloud;
beforeEach(async () => {
  cloud = await startTestCloud(morning + 60 * minuteMs);
});
afterEach(() => cloud.stop());

const control = () =>
  makeControlStore({
    client: cloud.dynamo.client,
    tableName: cloud.tables.control,
    now: () => morning,
  });

/** What is kept of a user, without the references by which an erasure finds rows elsewhere. */
async function rowsOf(user: string) {
  const answer = await cloud.dynamo.client.send(
    new QueryCommand({
      TableName: cloud.tables.profiles,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: `USER#${user}` } },
    }),
  );
  return (answer.Items ?? []).filter((row) => !row['sk']?.S?.startsWith('I#'));
}

describe('the process function', () => {
  it('writes session, month and profile, which sorts last, and covers the journal', async () => {
    const events = sessionEvents({ address: london, minutes: 30 });

    const answer = await cloud.deliver([events]);

    expect(answer.batchItemFailures).toEqual([]);
    const keys = (await rowsOf('alice')).map((row) => row['sk']?.S);
    expect(keys).toEqual([
      'M#202611',
      expect.stringMatching(/^S#2026-11-23T08:00:00\.000Z#[\w-]{12}$/),
      'Z#profile',
    ]);
    expect(await control().coverage('relay-1')).toMatchObject({ holes: [] });
  });

  it('lets sessions expire after their retention, and profiles never', async () => {
    await cloud.deliver([[eventOf({ address: london })]]);

    const [session, profile] = await rowsOf('alice');

    expect(Number(session?.['expiresAt']?.N) * 1000).toBe(morning + 180 * 24 * 3600 * 1000);
    expect(profile?.['expiresAt']).toBeUndefined();
  });

  it('lets sessions expire when the deployment says so', async () => {
    const table = { client: cloud.dynamo.client, tableName: cloud.tables.profiles };
    const retention = retentionOf({ SESSION_DAYS: '60', DETECTION_DAYS: '90' });
    await cloud.deliver([[eventOf({ address: london })]]);
    const { sessions } = await makeUserStore({ ...table, now: () => morning }).load('alice', 0);
    const [known] = sessions;
    if (!known) throw new Error('no session');

    const users = makeUserStore({ ...table, now: () => morning, retention });
    await users.mergeSession('alice', { ...known.session, lastSeen: morning + 1 }, known.version);

    const [session] = await rowsOf('alice');
    const expiresAt = Number(session?.['expiresAt']?.N) * 1000;
    expect(expiresAt).toBe(morning + 60 * 24 * 3600 * 1000);
  });

  it('returns only the messages that locate failed, ever later, and does them then', async () => {
    cloud.setLocate(() => Promise.reject(new Error('locate is down')));
    const located = [eventOf({ address: london })];
    const restart = [eventOf({ kind: 'gateway-on', user: '', form: 'none' })];

    const first = await cloud.deliver([located, restart], 3);

    expect(first.batchItemFailures).toEqual([{ itemIdentifier: 'message-0' }]);
    expect(cloud.postponed).toEqual([['handle-0', 240]]);
    expect(await rowsOf('alice')).toEqual([]);
    expect((await control().listDeadLetters(10)).entries).toEqual([]);

    cloud.setLocate(locate);
    expect((await cloud.deliver([located])).batchItemFailures).toEqual([]);
    expect(await rowsOf('alice')).toHaveLength(2);
  });

  it('sets aside at the third receive what fails by itself, and does the rest', async () => {
    const newer = { S: JSON.stringify({ v: 99 }) };
    await cloud.deliver([[eventOf({ user: 'mallory', address: london })]]);
    await overwriteProfile('mallory', newer);
    const message = [
      eventOf({ user: 'mallory', address: tokyo, sessionId: 's2' }),
      eventOf({ user: 'alice', address: london }),
    ];

    expect((await cloud.deliver([message], 2)).batchItemFailures).toHaveLength(1);
    expect((await cloud.deliver([message], 3)).batchItemFailures).toEqual([]);

    const { entries } = await control().listDeadLetters(10);
    expect(entries.map((entry) => entry.event.user.account)).toEqual(['mallory']);
    expect(await rowsOf('alice')).toHaveLength(2);
  });

  it('brings messages back in a minute when the settings cannot be read', async () => {
    const { client } = cloud.dynamo;
    client.middlewareStack.add(
      (next) => (args) => {
        if (JSON.stringify(args.input).includes('"SETTINGS"')) throw new Error('no settings');
        return next(args);
      },
      { step: 'initialize', name: 'noSettings' },
    );

    const answer = await cloud.deliver([[eventOf({ address: london })]], 3);
    client.middlewareStack.remove('noSettings');

    expect(answer.batchItemFailures).toHaveLength(1);
    expect(cloud.postponed).toEqual([['handle-0', 240]]);
    expect((await control().listDeadLetters(10)).entries).toEqual([]);
    expect((await cloud.deliver([[eventOf({ address: london })]])).batchItemFailures).toEqual([]);
  });

  it('counts messages by how they ended, also one that is no batch', async () => {
    const answer = await cloud.deliverBodies(['no batch at all', 'nor this']);

    expect(answer.batchItemFailures).toHaveLength(2);
    const [line = '{}'] = cloud.logLines.filter((text) => text.includes('"stage":"queue"'));
    expect(JSON.parse(line)).toMatchObject({ 'not-a-batch': 2 });
  });

  it('logs no user name and no client address', async () => {
    const answer = await cloud.deliver([[eventOf({ address: london })]]);
    expect(answer.batchItemFailures).toEqual([]);
    expect(cloud.logLines.join('\n')).not.toMatch(/alice|81\.2\.69/);
  });

  it('writes each detection once, with its pointer in the user partition', async () => {
    const home = sessionEvents({ address: london, minutes: 120, interims: 3 });
    const thief = eventOf({ address: tokyo, sessionId: 's2', at: morning + 50 * minuteMs });

    await cloud.deliver([[...home, thief]]);
    await cloud.deliver([[...home, thief]]);

    const pointer = (await rowsOf('alice')).find((row) => row['sk']?.S?.startsWith('D#'));
    const id = pointer?.['sk']?.S?.slice(2) ?? '';
    const stored = await cloud.dynamo.client.send(
      new GetItemCommand({
        TableName: cloud.tables.profiles,
        Key: { pk: { S: 'DETECTIONS#202611' }, sk: { S: id } },
      }),
    );
    expect(JSON.parse(stored.Item?.['doc']?.S ?? '{}')).toMatchObject({ id, userKey: 'alice' });
    expect(stored.Item?.['version']?.N).toBe('1');
  });
});

async function overwriteProfile(user: string, doc: { S: string }): Promise<void> {
  await cloud.dynamo.client.send(
    new PutItemCommand({
      TableName: cloud.tables.profiles,
      Item: { pk: { S: `USER#${user}` }, sk: { S: 'Z#profile' }, version: { N: '1' }, doc },
    }),
  );
}

describe('an invocation that runs out of time', () => {
  const people = Array.from({ length: 1_200 }, (_, index) => `person-${index}`);
  const bodies = [0, 400, 800].map((from) =>
    encodeBatch({
      version: 1,
      relayId: 'relay-1',
      epoch: 1,
      sequence: from + 1,
      firstPosition: from + 1,
      lastPosition: from + 400,
      events: people.slice(from, from + 400).map((user) => eventOf({ user, address: london })),
      setAside: [],
    }),
  );

  it('gives back what it has no time for, untouched, and sets none of it aside', async () => {
    const store = makeMemoryStore();
    const lines: string[] = [];
    const deadLetters: unknown[] = [];
    const process = makeProcess({
      ports: { users: store.users, gateways: store.gateways, locate, settings, hash },
      ledger: { recordCoverage: async () => undefined },
      deadLetters: { setAside: async (entry) => void deadLetters.push(entry) },
      erasedTest: async () => async () => false,
      postpone: async () => undefined,
      log: makeLog({ service: 'process', now: () => 0, write: (line) => lines.push(line) }),
    });
    const event = { Records: bodies.map((body, index) => recordOf(body, index, 3)) };
    let asked = 0;
    // Enough time to open three messages and to begin the first thousand events.
    const context = { getRemainingTimeInMillis: () => (asked++ < 3 ? 60_000 : 20_000) };

    const first = await process(event, context);
    const seenFirst = store.profiles.size;
    const second = await process(event);

    expect(first.batchItemFailures).toEqual([{ itemIdentifier: 'message-2' }]);
    expect(second.batchItemFailures).toEqual([]);
    expect([seenFirst, store.profiles.size]).toEqual([1_000, 1_200]);
    expect(deadLetters).toEqual([]);
    const errors = lines.filter((line) => line.includes('could not be processed'));
    expect(errors.map((line) => JSON.parse(line).events)).toEqual([200]);
  });
});
