// An instance that reads the index of open sessions again and again answers as one that reads it
// for the first time: whatever was said meanwhile by whatever clock, whether the parts were written
// anew, or somebody was taken out of them; and it reads less.

import {
  ConditionalCheckFailedException,
  type PutItemCommandInput,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { wordKeyOf } from '../../../../domain/session/last-word.ts';
import type { OpenSession } from '../../../../domain/session/open-session.ts';
import type { Session } from '../../../../domain/session/session.ts';
import { forgetOpen } from '../../../../lambdas/aws/dynamodb/open-erasure.ts';
import { makeOpenStore } from '../../../../lambdas/aws/dynamodb/open-store.ts';
import { openIndexKey } from '../../../../lambdas/aws/dynamodb/profile-keys.ts';
import { makeWordStore } from '../../../../lambdas/aws/dynamodb/word-store.ts';
import type { OpenRead } from '../../../../lambdas/query/ports.ts';
import { sha256Hash } from '../../../../lambdas/shared/hash.ts';
import { startTestCloud } from '../../../support/cloud-in-test.ts';
import { startTestDynamo } from '../../../support/dynalite.ts';
import { addresses, hourMs, locationOf, minuteMs, morning } from '../../../support/events.ts';
import { openLife, randomOf } from '../../../support/open-life.ts';

/** What was read, in an order of its own. */
const read = ({ sessions, visits, isWhole }: OpenRead) => ({
  sessions: sessions.map((one) => JSON.stringify(one)).sort(),
  visits: visits.map((one) => JSON.stringify(one)).sort(),
  isWhole,
});

const steps = 24;

it('answers as a reader that begins, at any time', async () => {
  const dynamo = await startTestDynamo();
  let now = morning;
  let clockOffMs = 0;
  const table = { client: dynamo.client, tableName: await dynamo.createTable(), now: () => now };
  // Each writer has a clock of its own, which may be wrong by minutes.
  const words = makeWordStore({ ...table, now: () => now + clockOffMs });
  const store = makeOpenStore(table);
  const random = randomOf(3);
  const open: OpenSession[] = [];
  const seen = { compacted: 0, forgotten: 0, most: 0 };
  for (let step = 0; step < steps; step += 1) {
    now += Math.ceil(random() * 12) * minuteMs;
    clockOffMs = Math.floor((random() * 2 - 1) * 8) * minuteMs;
    const opened = Array.from({ length: Math.floor(random() * 3) }, (_, at) =>
      openOf(`${step}.${at}`, now),
    );
    open.push(...opened);
    const ended = open.length > 6 ? open.splice(Math.floor(random() * open.length), 1) : [];
    const heard = open.filter(() => random() < 0.3);
    await words.add(
      heard.map(({ key, session }) => ({
        key,
        word: { time: now, seconds: Math.floor((now - session.startedAt) / 1000), address: 7 },
      })),
      { opened, ended: ended.map(({ key }) => key) },
    );

    const warm = read(await store.read());

    expect(warm).toEqual(read(await makeOpenStore(table).read()));
    seen.most = Math.max(seen.most, warm.sessions.length);
    if (step % 9 === 8) {
      now += 7 * hourMs;
      if ((await store.compact(async () => new Map())) !== undefined) seen.compacted += 1;
    }
    if (step % 7 !== 6 || open.length === 0) continue;
    const user = open[Math.floor(random() * open.length)]?.userKey ?? '';
    if ((await forgetOpen(table, new Map([[user, now]]))) > 0) seen.forgotten += 1;
    const left = await store.read();
    expect(left.sessions.filter(({ userKey }) => userKey === user)).toEqual([]);
  }
  await dynamo.stop();

  expect(seen.most).toBeGreaterThan(4);
  expect(seen.compacted).toBeGreaterThan(1);
  expect(seen.forgotten).toBeGreaterThan(1);
}, 60_000);

function openOf(name: string, startedAt: number): OpenSession {
  const [address = ''] = addresses;
  const session: Session = {
    rowStart: startedAt,
    identity: sha256Hash(name).slice(0, 12),
    gatewayId: 'asa-lyon',
    sessionId: `s-${name}`,
    startedAt,
    isStartSeen: true,
    lastSeen: startedAt,
    assignedAddresses: [],
    sightings: [{ address, location: locationOf(address), firstSeen: startedAt }],
    devices: [],
    marks: [],
  };
  return { key: wordKeyOf(sha256Hash, session), userKey: `user ${name}`, session };
}

const died = new Error('died');
const lost = new ConditionalCheckFailedException({ message: 'lost', $metadata: {} });

it.each([
  ['dies', died, 1],
  ['loses the row to others once', lost, 1],
  ['loses it more often than it tries', lost, 4],
])('keeps nobody when an erasure that has yet to say so %s', async (_, error, times) => {
  const dynamo = await startTestDynamo();
  const { client } = dynamo;
  const table = { client, tableName: await dynamo.createTable(), now: () => morning };
  const opened = openOf('alice', morning);
  await makeWordStore(table).add([], { opened: [opened], ended: [] });
  const store = makeOpenStore(table);
  expect((await store.read()).sessions).toHaveLength(1);
  let left = times;
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const { Item: item } = args.input as Partial<PutItemCommandInput>;
        const isRow = commandName === 'PutItemCommand' && item?.['pk']?.S === openIndexKey.pk;
        if (isRow && left-- > 0) throw error;
        return next(args);
      },
    { step: 'initialize' },
  );
  const users = new Map([[opened.userKey, morning]]);

  await forgetOpen(table, users).catch(() => forgetOpen(table, users));
  const { sessions } = await store.read();
  await dynamo.stop();

  expect(left).toBeLessThanOrEqual(0);
  expect(sessions).toEqual([]);
});

it('asks only for what was written since, or may have been by a wrong clock', async () => {
  const cloud = await startTestCloud(morning);
  const { client } = cloud.dynamo;
  let now = morning + 2 * hourMs;
  const store = makeOpenStore({ client, tableName: cloud.tables.profiles, now: () => now });
  await cloud.deliver([openLife({ users: 2, hours: 1, seed: 5 }).map(({ event }) => event)]);
  await store.read();
  const send = jest.spyOn(client, 'send');
  now += minuteMs;
  await store.read();
  const froms = send.mock.calls.flatMap(([command]) =>
    command instanceof QueryCommand
      ? (command.input.ExpressionAttributeValues?.[':from']?.S ?? [])
      : [],
  );
  send.mockRestore();
  await cloud.stop();

  expect(froms.length).toBeGreaterThan(0);
  const times = froms.map((from) => Date.parse(from.split('#')[0] ?? ''));
  expect(new Set(times)).toEqual(new Set([now - minuteMs - 15 * minuteMs]));
});
