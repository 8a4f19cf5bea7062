import { GetItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { makeControlStore } from '../../lambdas/aws/control-store.ts';
import { makeUserStore } from '../../lambdas/aws/user-store.ts';
import { retentionOf } from '../../lambdas/retention.ts';
import { startTestCloud, type TestCloud } from '../support/cloud-in-test.ts';
import { eventOf, locate, minuteMs, morning, sessionEvents } from '../support/events.ts';

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

async function rowsOf(user: string) {
  const answer = await cloud.dynamo.client.send(
    new QueryCommand({
      TableName: cloud.tables.profiles,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: `USER#${user}` } },
    }),
  );
  return answer.Items ?? [];
}

describe('the process function', () => {
  it('writes session and profile, the profile sorting last, and covers the journal', async () => {
    const events = sessionEvents({ address: london, minutes: 30 });

    const answer = await cloud.deliver([events]);

    expect(answer.batchItemFailures).toEqual([]);
    const keys = (await rowsOf('alice')).map((row) => row['sk']?.S);
    expect(keys).toEqual([
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
    expect((await control().listAside(10)).entries).toEqual([]);

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

    const { entries } = await control().listAside(10);
    expect(entries.map((entry) => entry.event.user.account)).toEqual(['mallory']);
    expect(await rowsOf('alice')).toHaveLength(2);
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
