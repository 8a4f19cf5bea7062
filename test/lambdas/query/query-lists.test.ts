// Lists of the API under filters, as files and for security products; what is not sent twice; and
// what a stranger may not reach by guessing or by changing a cursor.

import fc from 'fast-check';
import type { Detection } from '../../../domain/detection.ts';
import { putTriage } from '../../../lambdas/aws/dynamodb/triage-store.ts';
import { makeUserStore } from '../../../lambdas/aws/dynamodb/user-store.ts';
import { csvText, jsonLine } from '../../../lambdas/query/csv.ts';
import { makeQuery } from '../../../lambdas/query/query.ts';
import { changed } from '../../../lambdas/shared/triage.ts';
import { anyCharacter } from '../../support/any-character.ts';
import { startTestCloud, type TestCloud } from '../../support/cloud-in-test.ts';
import { lyon } from '../../support/detections.ts';
import { eventOf, hourMs, minuteMs, morning, sessionEvents } from '../../support/events.ts';
import { ocsfViolations } from '../../support/ocsf.ts';

const now = morning + 4 * hourMs;
const detections = 240;
const lists = 'GET /v1/detections';
let cloud: TestCloud;

/** One in twelve is high; every fifth high is resolved. */
function detectionAt(index: number): Detection {
  const firstSeen = now - index * 3 * hourMs;
  const stamp = new Date(firstSeen).toISOString().replace(/[-:]|\.\d+/g, '');
  return {
    ...lyon,
    id: `${stamp}-${`${index}`.padStart(16, 'x')}`,
    severity: index % 12 === 0 ? 'high' : 'low',
    userKey: 'alice',
    firstSeen,
    lastSeen: firstSeen,
  };
}

beforeAll(async () => {
  cloud = await startTestCloud(now);
  const table = { client: cloud.dynamo.client, tableName: cloud.tables.profiles, now: () => now };
  const users = makeUserStore(table);
  for (let index = 0; index < detections; index += 1) {
    const detection = detectionAt(index);
    await users.mergeDetection(detection);
    if (index % 60 !== 0) continue;
    const change = { at: now, by: 'eve', status: 'resolved', classification: 'benign' } as const;
    await putTriage(table, detection, changed(undefined, change));
  }
  await cloud.deliver([
    sessionEvents({ user: 'alice', address: '81.2.69.142', minutes: 60, device: '=cmd|calc' }),
    [eventOf({ user: 'bob', address: '81.2.69.142', at: now - minuteMs })],
  ]);
}, 30_000);

afterAll(() => cloud.stop());

/** All pages of a list. */
async function walk(query: Record<string, string>): Promise<Record<string, unknown>[][]> {
  const pages: Record<string, unknown>[][] = [];
  let cursor: string | undefined;
  do {
    const answer = await cloud.get(lists, { query: { ...query, ...(cursor ? { cursor } : {}) } });
    pages.push(answer.body.items);
    cursor = answer.body.next;
  } while (cursor);
  return pages;
}

describe('a list under a filter', () => {
  it('has full pages, whatever the filter leaves out between', async () => {
    const pages = await walk({ severity: 'high', limit: '6', from: 'P60D' });

    expect(pages.slice(0, 3).map((page) => page.length)).toEqual([6, 6, 6]);
    const all = pages.flat();
    expect(all).toHaveLength(detections / 12);
    expect(new Set(all.map((one) => one['id'])).size).toBe(all.length);
    expect(all.every((one) => one['severity'] === 'high')).toBe(true);
  });

  it('takes several values, and the state that analysts gave', async () => {
    const both = (await walk({ severity: 'high,low', limit: '100', from: 'P60D' })).flat();
    const open = (await walk({ status: 'new,in-progress', limit: '100', from: 'P60D' })).flat();
    const resolved = (await walk({ status: 'resolved', from: 'P60D' })).flat();

    expect([both.length, open.length, resolved.length]).toEqual([240, 236, 4]);
    expect(resolved[0]).toMatchObject({ classification: 'benign', triage: { by: 'eve' } });
  });

  it('keeps the time range to the second', async () => {
    const [from, to] = [detectionAt(20), detectionAt(10)].map((one) => one.firstSeen);
    const query = { from: new Date(from!).toISOString(), to: new Date(to!).toISOString() };

    const found = (await walk(query)).flat();

    expect(found).toHaveLength(10);
    expect(found.at(-1)?.['id']).toBe(detectionAt(20).id);
  });

  it('names a value that it does not know', async () => {
    const answer = await cloud.get(lists, { query: { status: 'new,gone' } });

    expect([answer.status, answer.body.errors[0].parameter]).toEqual([400, 'status']);
  });
});

describe('an answer that has not changed', () => {
  it('is not sent again to a client that names its tag', async () => {
    const route = 'GET /v1/users/{user}';
    const first = await cloud.get(route, { params: { user: 'alice' } });
    const tag = String(first.headers['etag']);
    const again = async (value: string) =>
      cloud.get(route, { params: { user: 'alice' }, headers: { 'if-none-match': value } });

    expect(tag).toMatch(/^"[\w-]{22}"$/);
    expect(await again(tag)).toMatchObject({ status: 304, text: '', headers: { etag: tag } });
    expect((await again(`"other", W/${tag}`)).status).toBe(304);
    expect((await again('"other"')).status).toBe(200);
  });

  it('has another tag once it has', async () => {
    const query = { from: 'P1D', limit: '1' };
    const first = await cloud.get(lists, { query });
    const table = { client: cloud.dynamo.client, tableName: cloud.tables.profiles, now: () => now };
    const newest = detectionAt(0);
    const before = first.body.items[0].triage;
    const change = { at: now + 1, by: 'ann', status: 'in-progress' } as const;
    const known = changed(undefined, { ...before, at: Date.parse(before.at) });
    expect(await putTriage(table, newest, changed(known, change))).toBe('written');
    expect(await putTriage(table, newest, changed(known, change))).toBe('conflict');

    const headers = { 'if-none-match': String(first.headers['etag']) };
    const second = await cloud.get(lists, { query, headers });

    expect(second.status).toBe(200);
    expect(second.body.items[0].triage.history).toMatchObject([{ by: 'eve' }]);
  });
});

describe('a list as a file', () => {
  it('has a thousand rows at most and says where more are', async () => {
    const query = { format: 'csv', from: 'P60D', limit: '200' };
    const first = await cloud.get(lists, { query });
    const link = String(first.headers['link']);
    const next = Object.fromEntries(
      new URLSearchParams(/^<\?([^>]*)>; rel="next"$/.exec(link)?.[1]),
    );
    const second = await cloud.get(lists, { query: next });

    expect(first.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(first.headers['content-disposition']).toContain('wherefrom-detections.csv');
    expect(first.text.split('\r\n')[0]).toMatch(/^id,severity,score,status,classification,user,/);
    expect(first.text.split('\r\n')).toHaveLength(202);
    expect(second.text.split('\r\n')).toHaveLength(42);
    expect(second.headers['link']).toBeUndefined();
    expect((await cloud.get(lists, { query: { ...query, limit: '1001' } })).status).toBe(400);
  });

  it('holds the same as CSV and as NDJSON, and nothing a spreadsheet would run', async () => {
    const route = 'GET /v1/users/{user}/activities';
    const get = (format: string) =>
      cloud.get(route, { params: { user: 'alice' }, query: { format } });
    const csv = (await get('csv')).text;
    const lines = (await get('ndjson')).text.trimEnd().split('\n');
    const page = await cloud.get(route, { params: { user: 'alice' } });

    expect(lines.map((line) => JSON.parse(line))).toEqual(page.body.items);
    expect(csv.split('\r\n')[1]).toContain(",'=cmd|calc,");
    expect(csv).toContain(',London,51.5,-0.1,');
  });

  it.each(['ocsf', 'ecs', 'cef'])(
    'is told as %s, detections and sessions alike',
    async (format) => {
      const one = { params: { user: 'alice' }, query: { format } };
      const sessions = await cloud.get('GET /v1/users/{user}/activities', one);
      const found = await cloud.get('GET /v1/users/{user}/detections', one);
      const lines = [...sessions.text.trimEnd().split('\n'), ...found.text.trimEnd().split('\n')];

      expect(lines).toHaveLength((format === 'ocsf' ? 2 : 1) + detections);
      if (format === 'cef') {
        expect(lines.every((line) => line.startsWith('CEF:0|wherefrom|wherefrom|'))).toBe(true);
        return;
      }
      const documents = lines.map((line) => JSON.parse(line));
      if (format === 'ecs') {
        expect(documents.every((one) => one.user.name === 'alice')).toBe(true);
        return;
      }
      const bad = documents.flatMap((event) =>
        ocsfViolations(event.class_uid === 2004 ? 'detection_finding' : 'tunnel_activity', event),
      );
      expect(bad).toEqual([]);
    },
  );

  it('tells one detection as one OCSF event', async () => {
    const params = { id: detectionAt(60).id };
    const route = 'GET /v1/detections/{id}';
    const answer = await cloud.get(route, { params, query: { format: 'ocsf' } });

    expect(ocsfViolations('detection_finding', answer.body)).toEqual([]);
    expect(answer.body).toMatchObject({ activity_id: 3, status_id: 4, verdict_id: 5 });
  });
});

it('the summary knows who is connected now', async () => {
  const { body } = await cloud.get('GET /v1/summary');

  expect(body.live).toMatchObject({ openSessions: 1, usersConnected: 1, isComplete: true });
});

describe('cells of a spreadsheet', () => {
  it('begin no formula and hide nothing, whatever text they hold', () => {
    const begins = fc.constantFrom('=', '+', '-', '@', '\t', '\r', ' =', '\uff1d', '\u202e', '');
    fc.assert(
      fc.property(begins, fc.string({ unit: anyCharacter, maxLength: 20 }), (begin, rest) => {
        const line = csvText([], [[`${begin}${rest}`]]).slice(2, -2);
        const cell = /^".*"$/s.test(line) ? line.slice(1, -1).replaceAll('""', '"') : line;

        expect(cell).not.toMatch(/^\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/);
        expect(cell).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      }),
    );
  });

  it('keep text of JSON lines as data', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), (text) => {
        expect(JSON.parse(jsonLine({ text }))).toEqual({ text });
        expect(jsonLine({ text })).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      }),
    );
  });
});

describe('a search for a user', () => {
  it('understands every spelling of an account, and the beginning of one', async () => {
    const domains = { netbios: { CONTOSO: 'contoso.com' }, defaultDomain: 'contoso.com' };
    const names = ['al@other.com', 'alan@contoso.com', 'alice@contoso.com', 'bob@contoso.com'];
    const search = makeQuery({
      access: { kind: 'open' },
      store: {
        users: async (prefix: string) => ({
          items: names
            .filter((n) => n.startsWith(prefix))
            .map((user) => ({ user, kind: 'person' })),
        }),
      },
      domains: async () => domains,
      cursorKey: async () => 'k',
      now: () => now,
    } as unknown as Parameters<typeof makeQuery>[0]);
    const found = async (text: string): Promise<string[]> => {
      const event = { routeKey: 'GET /v1/users', rawPath: '/v1/users', headers: {} };
      const answer = await search({
        ...event,
        queryStringParameters: { search: text },
      } as unknown as Parameters<typeof search>[0]);
      return JSON.parse(answer.body ?? '').items.map(({ user }: { user: string }) => user);
    };

    expect(await found('CONTOSO\\alice')).toEqual(['alice@contoso.com']);
    expect(await found('contoso\\AL')).toEqual(['alan@contoso.com', 'alice@contoso.com']);
    expect(await found('Alice@CONTOSO')).toEqual(['alice@contoso.com']);
    expect(await found('alice')).toEqual(['alice@contoso.com']);
    expect(await found('al')).toEqual(names.slice(0, 3));
    expect(await found('')).toEqual(names);
  });
});

describe('what a stranger may not reach', () => {
  const activities = 'GET /v1/users/{user}/activities';

  it('is not opened by the cursor of another user, path or filter', async () => {
    const mine = await cloud.get(lists, { query: { severity: 'low', limit: '1' } });
    const cursor: string = mine.body.next;
    const tries = [
      cloud.get(lists, { query: { severity: 'high', limit: '1', cursor } }),
      cloud.get(lists, { query: { limit: '1', cursor } }),
      cloud.get(activities, { params: { user: 'bob' }, query: { cursor } }),
      cloud.get('GET /v1/users', { query: { cursor } }),
    ];

    expect((await Promise.all(tries)).map(({ body }) => body.code)).toEqual(
      Array(4).fill('invalid-cursor'),
    );
    expect(
      (await cloud.get(lists, { query: { severity: 'low', limit: '9', cursor } })).status,
    ).toBe(200);
  });

  it('is not opened by any changed byte of a cursor', async () => {
    const first = await cloud.get(lists, { query: { limit: '1' } });
    const bytes = Buffer.from(first.body.next, 'base64url');
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: bytes.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        async (at, change) => {
          const other = Buffer.from(bytes);
          other[at] = (other[at] ?? 0) ^ change;
          const query = { limit: '1', cursor: other.toString('base64url') };

          expect((await cloud.get(lists, { query })).body.code).toBe('invalid-cursor');
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is not reached by names that are keys of the table', async () => {
    const names = ['alice#S', 'USER#alice', 'DETECTIONS#202611', 'alice\\-', '../alice', '%', '#'];
    for (const user of names) {
      const answers = await Promise.all([
        cloud.get('GET /v1/users/{user}', { params: { user } }),
        cloud.get(activities, { params: { user } }),
        cloud.get('GET /v1/devices/{device}', { params: { device: user } }),
        cloud.get('GET /v1/detections/{id}', { params: { id: user } }),
      ]);

      expect([user, answers.map(({ status }) => status)]).toEqual([user, [404, 404, 404, 404]]);
    }
  });
});

it('a busy table is a 503 that says when to try again', async () => {
  const busy = Object.assign(new Error('slow down'), {
    name: 'ProvisionedThroughputExceededException',
  });
  const query = makeQuery({
    access: { kind: 'open' },
    store: {
      detection: () => Promise.reject(busy),
      triages: async () => new Map(),
      endings: async () => new Map(),
    },
    now: () => now,
    onError: () => undefined,
  } as unknown as Parameters<typeof makeQuery>[0]);

  const answer = await query({
    routeKey: 'GET /v1/detections/{id}',
    rawPath: '/',
    headers: {},
    pathParameters: { id: detectionAt(0).id },
  } as unknown as Parameters<typeof query>[0]);

  expect(answer).toMatchObject({ statusCode: 503, headers: { 'retry-after': '5' } });
});
