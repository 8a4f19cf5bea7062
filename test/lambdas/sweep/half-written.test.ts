// What is written in several steps may die between any two of them: each kind of deed dies before
// each of its writes, once for a user of its own, and nobody repeats it who would not. Then the
// queue delivers again what it has to, the sweep runs, and every row that follows from others is
// compared with what it follows from. Whoever adds a row that follows adds it to `faults`.

import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Detection } from '../../../domain/detection.ts';
import { bucketsOf, monthOf, unpackMonth } from '../../../domain/profile/month-days.ts';
import type { Session } from '../../../domain/session/session.ts';
import { makeExpectedBook } from '../../../lambdas/aws/dynamodb/expected-book.ts';
import { profileOfItem } from '../../../lambdas/aws/dynamodb/profile-item.ts';
import {
  detectionRefKeyOf,
  queueKeyOf,
  triageKeyOf,
} from '../../../lambdas/aws/dynamodb/profile-keys.ts';
import type { makeControl } from '../../../lambdas/control/control.ts';
import {
  decidedPart,
  foundPart,
  packDecided,
  packFound,
} from '../../../lambdas/shared/detection-row.ts';
import { healthLimitsOf } from '../../../lambdas/shared/relay-health.ts';
import type { Triage } from '../../../lambdas/shared/triage.ts';
import { makeTableControl } from '../../../lambdas/wiring/table-control.ts';
import { makeTableSweep } from '../../../lambdas/wiring/table-sweep.ts';
import { startTestCloud, type TestCloud } from '../../support/cloud-in-test.ts';
import { eventOf, hourMs, minuteMs, morning, sessionEvents } from '../../support/events.ts';
import { kindOf, readAllRows, type StoredRow } from '../../support/stored-rows.ts';

const tokyo = '126.0.0.1';
const london = '81.2.69.142';

let now: number;
let cloud: TestCloud;
let control: ReturnType<typeof makeControl>;
let sweep: ReturnType<typeof makeTableSweep>;
/** Writes that are still done; what comes then fails, as if the function had died. */
let writesLeft = Number.POSITIVE_INFINITY;

beforeAll(async () => {
  now = morning + 3 * hourMs;
  cloud = await startTestCloud(now);
  const options = {
    client: cloud.dynamo.client,
    profilesTable: cloud.tables.profiles,
    controlTable: cloud.tables.control,
    now: () => now,
    writeLog: () => undefined,
    publish: async () => undefined,
    limits: healthLimitsOf({ gapMinutes: 90, silentMinutes: 15 }),
  };
  control = makeTableControl({
    ...options,
    access: { kind: 'open' },
    bus: { send: async () => undefined },
    publishKeys: async () => undefined,
    allowedAuthorities: [],
    scheme: 'https',
    secrets: {} as Parameters<typeof makeTableControl>[0]['secrets'],
  });
  sweep = makeTableSweep(options);
  cloud.dynamo.client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        if (/^(?:Put|Update|Delete|BatchWrite)/.test(commandName)) {
          writesLeft -= 1;
          if (writesLeft < 0) throw new Error('killed');
        }
        return next(args);
      },
    { step: 'initialize' },
  );
});
afterAll(() => cloud.stop());

const later = (ms: number): void => {
  now += ms;
  cloud.setNow(now);
};

async function ask(routeKey: string, params: Record<string, string>, body: unknown, etag = '') {
  const answer = await control({
    routeKey,
    rawPath: routeKey,
    headers: { 'content-type': 'application/json', 'if-match': etag },
    pathParameters: params,
    requestContext: {},
    body: JSON.stringify(body),
    isBase64Encoded: false,
  } as unknown as APIGatewayProxyEventV2);
  const { statusCode = 500 } = answer;
  return { isDone: statusCode < 300, statusCode };
}

const deliver = async (events: Parameters<TestCloud['deliver']>[0][number], receives = 1) => {
  const { batchItemFailures } = await cloud.deliver([events], receives);
  return { isDone: batchItemFailures.length === 0 };
};

const home = (user: string) => sessionEvents({ user, address: london, minutes: 120 });
const thief = (user: string, sessionId = 'far') =>
  eventOf({ user, address: tokyo, sessionId, at: morning + 50 * minuteMs });

const idOf = async (user: string): Promise<string> =>
  (await cloud.get('GET /v1/detections', { query: { user } })).body.items[0].id;

const patch = async (user: string, change: object) => {
  const id = await idOf(user);
  const { headers } = await cloud.get('GET /v1/detections/{id}', { params: { id } });
  return ask('PATCH /v1/detections/{id}', { id }, change, `${headers['etag']}`);
};

/** How a deed is prepared, done, and, where somebody repeats it whatever happens, repeated. */
type Deed = {
  readonly before: (user: string) => Promise<unknown>;
  readonly deed: (user: string) => Promise<{ readonly isDone: boolean }>;
  readonly again?: (user: string) => Promise<unknown>;
};

const alerted = (user: string) => deliver([...home(user), thief(user)]);
const trip = (user: string) =>
  ask(
    'POST /v1/users/{user}/expected',
    { user },
    {
      kind: 'country',
      value: 'JP',
      until: new Date(now + 24 * hourMs).toISOString(),
      reason: 'a trip',
    },
  );

const deeds: Readonly<Record<string, Deed>> = {
  'a fold that raises a detection': {
    before: (user) => deliver(home(user)),
    deed: (user) => deliver([thief(user)]),
    again: (user) => deliver([thief(user)], 2),
  },
  'a fold that closes a session': {
    before: (user) => deliver(home(user).slice(0, 1)),
    deed: (user) => deliver(home(user).slice(1)),
    again: (user) => deliver(home(user).slice(1), 2),
  },
  'a decision': {
    before: alerted,
    deed: (user) => patch(user, { classification: 'malicious', owner: 'me' }),
  },
  'a decision that is taken back': {
    before: async (user) => {
      await alerted(user);
      await patch(user, { classification: 'benign' });
    },
    deed: (user) => patch(user, { classification: null }),
  },
  'what is expected': { before: (user) => deliver(home(user)), deed: trip },
};

/** Rows that do not say what those say from which they follow. */
function faults(rows: readonly StoredRow[]): string[] {
  const byKey = new Map(rows.map((row) => [`${row.pk} ${row.sk}`, row]));
  const docOf = <T>(row: StoredRow): T => JSON.parse(row.item['doc']?.S ?? 'null') as T;
  const found: string[] = [];
  const check = (row: StoredRow, what: string, isTrue: boolean) => {
    if (!isTrue) found.push(`${row.pk} ${row.sk}: ${what}`);
  };
  const at = ({ pk, sk }: { pk: string; sk: string }) => byKey.get(`${pk} ${sk}`);
  for (const row of rows) {
    const kind = kindOf(row);
    if (kind === 'DETECTIONS#') {
      const detection = docOf<Detection>(row);
      const triage = at(triageKeyOf(row.sk));
      const queue = at(queueKeyOf(row.sk));
      const { user, gateway, rest } = packFound(foundPart(detection));
      const { u, g, d, v, t } = queue?.item ?? {};
      check(row, 'its row of lists', u?.S === user && g?.S === gateway && d?.S === rest);
      check(row, 'version of its row', v?.N === row.item['version']?.N);
      const decided = triage && packDecided(decidedPart(docOf<Triage>(triage)));
      check(row, 'what was decided', t?.S === decided);
      check(row, 'pointer of its user', !!at(detectionRefKeyOf(detection.userKey, row.sk)));
      const item = at({ pk: `USER#${detection.userKey}`, sk: 'Z#profile' })?.item ?? {};
      const marks = profileOfItem(detection.userKey, item).learned.marks;
      const standing = triage && docOf<Triage>(triage).classification;
      const learned = [...new Set(marks.map(({ classification }) => classification))];
      check(row, `${learned} is learned`, `${learned}` === `${standing ? [standing] : []}`);
    }
    if (kind === 'QUEUE#' || kind === 'TRIAGE#') {
      check(row, 'its detection', byKey.has(`DETECTIONS#${row.pk.split('#')[1]} ${row.sk}`));
    }
    if (kind === 'USER#' && row.sk.startsWith('M#')) {
      const sessions = rows
        .filter(({ pk, sk }) => pk === row.pk && sk.startsWith('S#'))
        .map((one) => docOf<Session>(one))
        .filter(({ rowStart }) => `M#${monthOf(rowStart)}` === row.sk);
      // A day is counted when a session of it is over; open ones are read beside it.
      if (sessions.some(({ stoppedAt }) => stoppedAt === undefined)) continue;
      const days = unpackMonth(row.item['days']?.B ?? new Uint8Array());
      check(row, 'its days', JSON.stringify(days) === JSON.stringify(bucketsOf(sessions)));
    }
  }
  return found;
}

it('ends as if nothing had died, whichever write came last', async () => {
  const users: string[] = [];
  for (const [name, { before, deed, again }] of Object.entries(deeds)) {
    for (let dieAt = 0, isDead = true; isDead; dieAt += 1) {
      const user = `${name.replace(/\W/g, '-')}-${dieAt}`;
      users.push(user);
      await before(user);
      writesLeft = dieAt;
      const done = await deed(user).catch((error: unknown) => error);
      isDead = writesLeft < 0;
      writesLeft = Number.POSITIVE_INFINITY;
      // One that does not die does what it says: an answer of success, or a delivery that is done.
      if (!isDead) expect([user, done]).toMatchObject([user, { isDone: true }]);
      if (isDead && again) await again(user);
    }
  }
  expect(users.length).toBeGreaterThan(20);
  const tables = [cloud.tables.profiles, cloud.tables.control];
  const allRows = async () =>
    (await Promise.all(tables.map((name) => readAllRows(cloud.dynamo.client, name)))).flat();
  // The test sees what is wrong: decisions are not repeated by anybody.
  expect(faults(await allRows())).not.toEqual([]);

  later(6 * minuteMs);
  await sweep();

  expect(faults(await allRows())).toEqual([]);
  const table = { client: cloud.dynamo.client, tableName: cloud.tables.profiles, now: () => now };
  const book = makeExpectedBook(table);
  for (const row of (await allRows()).filter(({ sk }) => sk === 'Z#profile')) {
    const user = row.pk.slice('USER#'.length);
    const { expected = [] } = profileOfItem(user, row.item).learned;
    expect([user, expected.length]).toEqual([user, (await book.list(user)).length]);
  }
  // And it was not the pass over all detections, which runs once: one dies after it as well.
  await alerted('later');
  writesLeft = 6;
  await patch('later', { classification: 'benign' }).catch(() => undefined);
  writesLeft = Number.POSITIVE_INFINITY;
  expect(faults(await allRows())).not.toEqual([]);
  later(6 * minuteMs);
  await sweep();
  expect(faults(await allRows())).toEqual([]);
}, 60_000);
