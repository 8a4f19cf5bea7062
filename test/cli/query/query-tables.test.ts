// The tables of `npm run query`, made from what the real API answers.

import { runQuery } from '../../../cli/query/query-command.ts';
import { questions } from '../../../cli/query/query-questions.ts';
import { tablesText } from '../../../cli/query/query-table.ts';
import { startTestCloud, type TestCloud } from '../../support/cloud-in-test.ts';
import { eventOf, hourMs, minuteMs, morning, sessionEvents } from '../../support/events.ts';

const now = morning + 4 * hourMs;
let cloud: TestCloud;

beforeAll(async () => {
  cloud = await startTestCloud(now);
  const home = sessionEvents({ address: '81.2.69.142', minutes: 120, device: 'lt-0412' });
  const thief = eventOf({ address: '126.0.0.1', sessionId: 's2', at: morning + 50 * minuteMs });
  await cloud.deliver([[...home, thief]]);
  await cloud.deliver([[eventOf({ user: 'bo\u202eb\u001b[2J', address: '81.2.69.142' })]]);
});
afterAll(() => cloud.stop());

const tableOf = async (name: string, route: string, params: Record<string, string> = {}) => {
  const { body } = await cloud.get(route, { params });
  return tablesText(questions[name]?.tables(body) ?? []);
};

it('shows a profile in words and columns', async () => {
  const text = await tableOf('profile', 'GET /v1/users/{user}', { user: 'alice' });

  expect(text).toMatch(/^user +alice$/m);
  // The other one stands in an open detection.
  expect(text).toMatch(/^profile +learning until 23 Dec, and for 4 more sessions$/m);
  expect(text).toMatch(/^PLACE +SHARE +SESSIONS +FIRST SEEN +LAST SEEN$/m);
  expect(text).toMatch(/^London, GB +50 % +1 +2026-11-23 08:00/m);
  expect(text).toMatch(/^Detections\nSEVERITY/m);
});

it('shows sessions and detections, each on a line', async () => {
  const user = { user: 'alice' };
  const sessions = await tableOf('activities', 'GET /v1/users/{user}/activities', user);
  const found = await tableOf('detections', 'GET /v1/detections');

  expect(sessions.split('\n')[1]).toMatch(
    /^2026-11-23 08:50 +(?:\d+ h )?\d+ min +\w+ +Tokyo, JP +126\.0\.0\.1/,
  );
  expect(found.split('\n')[1]).toMatch(/^low +\d+ +new +2026-11-23 08:50 +alice +Tokyo, JP/);
});

it('shows a summary, and says so where there is nothing', async () => {
  expect(await tableOf('summary', 'GET /v1/summary')).toMatch(/^users +2$/m);
  expect(await tableOf('devices', 'GET /v1/devices')).toContain('lt-0412');
  expect(tablesText(questions['users']!.tables({ items: [] }))).toBe('No such user.\n');
});

it('lets no name move the cursor or turn a line around', async () => {
  const text = await tableOf('users', 'GET /v1/users');

  expect(text).toContain('bo\\u{202e}b\\u{1b}[2j');
  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});

describe('the questions', () => {
  const ask = async (...args: string[]) => {
    const asked: string[] = [];
    let out = '';
    let error = '';
    const pages = [{ items: [{ user: 'a', kind: 'person' }], next: 'c1' }, { items: [] }];
    const exitCode = await runQuery(args, {
      out: (text) => {
        out += text;
      },
      error: (text) => {
        error += text;
      },
      fetch: async (address) => {
        const url = new URL(String(address));
        asked.push(`${url.pathname}${url.search}`);
        return new Response(JSON.stringify(pages[asked.length - 1] ?? {}));
      },
      environment: {},
      platform: 'linux',
      home: '/nowhere',
      now: Date.now,
      readText: () => '',
    });
    return { exitCode, asked, out, error };
  };

  it('encode a name twice, as the gateway wants it', async () => {
    const { asked } = await ask('activities', 'host/pc17', '--from', 'P7D', '--json');

    expect(asked).toEqual(['/v1/users/host%252Fpc17/activities?from=P7D']);
  });

  it('say that there is more, and fetch it all when asked to', async () => {
    const first = await ask('users', 'a');
    const all = await ask('users', 'a', '--all');

    expect(first.out).toBe('USER  KIND\na     person\n');
    expect(first.error).toContain('--all');
    expect(all.asked).toEqual(['/v1/users?search=a', '/v1/users?search=a&cursor=c1']);
  });

  it.each([
    ['frobnicate', /there is no question "frobnicate": users, profile, activities/],
    ['profile', /expects: profile USER/],
    ['users --severity high', /users takes no --severity/],
  ])('refuse "%s" with what is expected', async (line, message) => {
    const { exitCode, error } = await ask(...line.split(' '));

    expect(exitCode).toBe(64);
    expect(error).toMatch(message);
  });
});
