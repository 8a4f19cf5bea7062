// What is left of a person after their erasure: nothing in any table, also when the erasure dies in
// the middle, when a message comes again, and when a writer did not know of it yet.

import { ScanCommand } from '@aws-sdk/client-dynamodb';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { AccountingEvent } from '../../../domain/accounting-event.ts';
import { makeControlStore } from '../../../lambdas/aws/dynamodb/control-store.ts';
import { makeErasureBook } from '../../../lambdas/aws/dynamodb/erasure-book.ts';
import { makePersonalRows } from '../../../lambdas/aws/dynamodb/personal-rows.ts';
import { makeQueryStore } from '../../../lambdas/aws/dynamodb/query-store.ts';
import { makeUserStore } from '../../../lambdas/aws/dynamodb/user-store.ts';
import { makeControl } from '../../../lambdas/control/control.ts';
import { type ErasureDeps, eraseUser, finishErasures } from '../../../lambdas/shared/erasures.ts';
import { makeLog } from '../../../lambdas/shared/log.ts';
import { startTestCloud, type TestCloud } from '../../support/cloud-in-test.ts';
import { eventOf, hourMs, minuteMs, morning, sessionEvents } from '../../support/events.ts';
import { storeUnderKey } from '../../support/former-rows.ts';
import { runs } from '../../support/property-runs.ts';

const london = '81.2.69.142';
const tokyo = '126.0.0.1';
const evening = morning + 10 * hourMs;

let cloud: TestCloud;
let deps: ErasureDeps;
let now: number;

beforeEach(async () => {
  now = evening;
  cloud = await startTestCloud(evening);
  const { client } = cloud.dynamo;
  const control = { client, tableName: cloud.tables.control, now: () => now };
  deps = {
    book: makeErasureBook(control),
    rows: makePersonalRows({ client, tableName: cloud.tables.profiles }),
    deadLetters: makeControlStore(control),
    domains: async () => ({ netbios: {} }),
  };
});
afterEach(() => cloud.stop());

const work = (user: string) => [
  ...sessionEvents({ user, address: london, minutes: 120, interims: 3, device: 'lt-0412' }),
  eventOf({ user, address: tokyo, sessionId: 's2', at: morning + 50 * minuteMs, device: 'mac-1' }),
];

/** Everything in a table that has the text in it, as `pk sk`. */
async function rowsWith(text: string, table = cloud.tables.profiles): Promise<string[]> {
  const { Items: items = [] } = await cloud.dynamo.client.send(
    new ScanCommand({ TableName: table }),
  );
  return items
    .filter((item) => JSON.stringify(item).includes(text))
    .map((item) => `${item['pk']?.S} ${item['sk']?.S}`);
}

const storeUnder = (key: string, events: readonly AccountingEvent[]) =>
  storeUnderKey(cloud, now, key, events);

const later = (ms: number): void => {
  now += ms;
  cloud.setNow(now);
};

it('leaves nothing of the person in any table, and everything of the others', async () => {
  await cloud.deliver([[...work('alice'), ...work('bob')]]);
  const deadLetters = eventOf({ user: 'alice', sessionId: 's9' });
  const control = makeControlStore({
    client: cloud.dynamo.client,
    tableName: cloud.tables.control,
    now: () => now,
  });
  await control.setAside({
    event: deadLetters,
    reason: 'fold-failed',
    relayId: 'r',
    batchId: 'r.1.1',
  });
  const bobs = await rowsWith('bob');

  const { rows } = await eraseUser(deps, 'alice', 'admin-1');

  expect(rows).toBeGreaterThan(8);
  expect(await rowsWith('alice')).toEqual([]);
  expect(await rowsWith('alice', cloud.tables.control)).toEqual([]);
  expect(await rowsWith('bob')).toEqual(bobs);
  expect((await cloud.get('GET /v1/users/{user}', { params: { user: 'alice' } })).status).toBe(404);
});

it('takes a computer off the list only when nobody else uses it', async () => {
  await cloud.deliver([[...work('alice')]]);
  await cloud.deliver([[eventOf({ user: 'bob', address: london, device: 'lt-0412' })]]);

  await eraseUser(deps, 'alice', 'admin-1');

  expect(await rowsWith('mac-1')).toEqual([]);
  expect(await rowsWith('DEVICES host:lt-0412')).toEqual([]);
  expect((await rowsWith('lt-0412')).filter((row) => row.startsWith('DEVICES'))).toHaveLength(1);
});

it('keeps an audit row that names who asked, and the person by a keyed hash only', async () => {
  await cloud.deliver([work('alice')]);

  const { subject, rows } = await eraseUser(deps, 'alice', 'admin-1');

  const audits = (await rowsWith('admin-1', cloud.tables.control)).filter((key) =>
    key.startsWith('ERASURES AUDIT#'),
  );
  expect(audits).toEqual([expect.stringContaining(subject)]);
  expect(subject).toMatch(/^[\w-]{22}$/);
  expect(rows).toBeGreaterThan(0);
  const other = await startTestCloud(evening);
  const elsewhere = makeErasureBook({
    client: other.dynamo.client,
    tableName: other.tables.control,
    now: () => now,
  });
  expect(await elsewhere.subjectOf('alice')).not.toBe(subject);
  await other.stop();
});

// One in four by hand, each in CI.
const firstCrashes = [1, 2, 3, 4].slice(0, runs(4));

it.each(firstCrashes)(
  'is complete when repeated after a crash before deletion %i, or any fourth after it',
  async (first) => {
    const { client } = cloud.dynamo;
    let deletions = 0;
    let dieAt = 0;
    client.middlewareStack.add(
      (next, context) => async (args) => {
        if (context.commandName === 'DeleteItemCommand') {
          deletions += 1;
          if (deletions === dieAt) throw new Error('killed');
        }
        return next(args);
      },
      { step: 'initialize' },
    );
    for (dieAt = first; ; dieAt += 4) {
      deletions = 0;
      later(minuteMs);
      const events = work('alice').map((event) => ({ ...event, receivedTime: now }));
      expect((await cloud.deliver([events])).batchItemFailures).toEqual([]);
      expect(await rowsWith('alice')).not.toEqual([]);

      const outcome = await eraseUser(deps, 'alice', 'admin-1').catch(() => 'killed');
      const hasEnded = outcome !== 'killed';
      if (!hasEnded) await eraseUser(deps, 'alice', 'admin-1');

      expect(await rowsWith('alice')).toEqual([]);
      if (hasEnded) break;
    }
    expect(dieAt).toBeGreaterThan(8);
  },
);

it('is not undone by messages that were received before', async () => {
  const events = work('alice');
  await cloud.deliver([events]);
  await eraseUser(deps, 'alice', 'admin-1');
  later(2 * minuteMs);

  const answer = await cloud.deliver([events]);

  expect(answer.batchItemFailures).toEqual([]);
  expect(await rowsWith('alice')).toEqual([]);
  expect(cloud.logLines.join()).toContain('"erased":');
});

it('takes what stands under keys of before, whichever of them is named', async () => {
  for (const named of ['alice@ex.com', 'alice@ex.com\0']) {
    later(2 * minuteMs);
    for (const key of ['alice@ex.com', 'alice@ex.com\0', 'azuread\\alice@ex.com']) {
      await storeUnder(key, work('alice@ex.com'));
    }
    await cloud.deliver([work('bob')]);

    await eraseUser(deps, named, 'admin-1');

    expect(await rowsWith('alice')).toEqual([]);
    expect(await rowsWith('bob')).not.toEqual([]);
  }
});

it('has the sweep take rows under keys of before that nobody points to', async () => {
  await eraseUser(deps, 'alice@ex.com', 'admin-1');
  await storeUnder('alice@ex.com\0', work('alice@ex.com'));
  later(6 * minuteMs);

  expect(await finishErasures(deps, now, () => false)).toBeGreaterThan(3);

  expect(await rowsWith('alice')).toEqual([]);
});

it('lets the person begin anew with what is received afterwards', async () => {
  await cloud.deliver([work('alice')]);
  await eraseUser(deps, 'alice', 'admin-1');
  later(2 * minuteMs);

  await cloud.deliver([[eventOf({ user: 'alice', address: tokyo, sessionId: 'new', at: now })]]);
  later(hourMs);
  await finishErasures(deps, now, () => false);

  expect(await rowsWith('alice')).toEqual(
    expect.arrayContaining([expect.stringMatching(/^USER#alice Z#profile$/), 'DIRECTORY alice']),
  );
  const { body } = await cloud.get('GET /v1/users/{user}/activities', {
    params: { user: 'alice' },
  });
  expect(body.items).toHaveLength(1);
});

it('takes the person out of an alert about several, which stays for the others', async () => {
  await cloud.deliver([[...work('alice'), ...work('bob')]]);
  const users = makeUserStore({
    client: cloud.dynamo.client,
    tableName: cloud.tables.profiles,
    now: () => now,
  });
  const [one] = (await cloud.get('GET /v1/users/{user}/detections', { params: { user: 'bob' } }))
    .body.items;
  const stored = await makeQueryStore({
    client: cloud.dynamo.client,
    tableName: cloud.tables.profiles,
    now: () => now,
  }).detection(String(one.id));
  if (!stored) throw new Error('no detection of bob');
  const id = `${stored.id}-burst`;
  await users.mergeDetection({ ...stored, id, userKey: 'alice', users: ['alice', 'bob'] });

  await eraseUser(deps, 'alice', 'admin-1');

  const { body } = await cloud.get('GET /v1/users/{user}/detections', { params: { user: 'bob' } });
  expect(body.items.map((item: { id: string }) => item.id)).toContain(id);
  expect(await rowsWith('alice')).toEqual([]);
});

describe('DELETE /v1/users/{user}', () => {
  const ask = (user: string, groups?: string) => {
    const log = makeLog({ service: 'control', now: () => now, write: () => undefined });
    const access = groups ? { kind: 'token', groupsClaim: 'groups' } : { kind: 'open' };
    const control = makeControl({
      access,
      now: () => now,
      log,
      erasure: deps,
    } as unknown as Parameters<typeof makeControl>[0]);
    return control({
      routeKey: 'DELETE /v1/users/{user}',
      rawPath: '/v1/users/user',
      headers: {},
      pathParameters: { user },
      requestContext: { authorizer: { jwt: { claims: { sub: 'eve', groups } } } },
      isBase64Encoded: false,
    } as unknown as APIGatewayProxyEventV2);
  };

  it('says how many rows went, and names the person by the hash of the audit only', async () => {
    await cloud.deliver([work('alice')]);

    const answer = await ask('alice', '[admin]');

    expect(answer.statusCode).toBe(200);
    expect(JSON.parse(answer.body ?? '')).toEqual({
      subject: await deps.book.subjectOf('alice'),
      rows: expect.any(Number),
    });
    expect(answer.body).not.toContain('alice');
    expect(await rowsWith('alice')).toEqual([]);
  });

  it('tells a name that nobody has', async () => {
    expect((await ask('nobody')).statusCode).toBe(404);
  });

  it('takes an admin', async () => {
    await cloud.deliver([work('alice')]);

    expect((await ask('alice', '[analyst]')).statusCode).toBe(403);
    expect(await rowsWith('alice')).not.toEqual([]);
  });
});

describe('the sweep after an erasure', () => {
  it('removes what a writer with an old view wrote, and rows nobody points to', async () => {
    await cloud.deliver([work('alice')]);
    await eraseUser(deps, 'alice', 'admin-1');
    // The instance has read the erasures less than a minute ago.
    await cloud.deliver([work('alice')]);
    const users = makeUserStore({
      client: cloud.dynamo.client,
      tableName: cloud.tables.profiles,
      now: () => now,
    });
    const place = { type: 'place-user', cell: '1.0_1.0', place: 'FR//Lyon' } as const;
    await users.putIndexRows([
      { ...place, userKey: 'alice', firstSeen: morning },
      { ...place, userKey: 'bob', firstSeen: morning },
    ]);
    expect(await rowsWith('alice')).not.toEqual([]);

    expect(await finishErasures(deps, now, () => false)).toBe(0);
    later(10 * minuteMs);
    const rows = await finishErasures(deps, now, () => false);

    expect(rows).toBeGreaterThan(5);
    expect(await rowsWith('alice')).toEqual([]);
    // The row of a place, and the reference to it.
    expect(await rowsWith('bob')).toHaveLength(2);
    expect(await finishErasures(deps, now, () => false)).toBe(0);
    expect(await deps.book.erasures()).toEqual([expect.objectContaining({ isSwept: true })]);
  });

  it('goes on where its time ended', async () => {
    await cloud.deliver([work('alice')]);
    await eraseUser(deps, 'alice', 'admin-1');
    await cloud.deliver([work('alice')]);
    later(10 * minuteMs);

    expect(await finishErasures(deps, now, () => true)).toBe(0);
    expect(await deps.book.erasures()).toEqual([expect.objectContaining({ isSwept: false })]);
    expect(await finishErasures(deps, now, () => false)).toBeGreaterThan(5);
    expect(await rowsWith('alice')).toEqual([]);
  });
});
