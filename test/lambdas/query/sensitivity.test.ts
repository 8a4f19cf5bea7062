// `GET /v1/sensitivity`: the alerts of another sensitivity, counted over the real table.

import { startTestCloud, type TestCloud } from '../../support/cloud-in-test.ts';
import { eventOf, hourMs, minuteMs, morning, sessionEvents } from '../../support/events.ts';

const route = 'GET /v1/sensitivity';
const london = '81.2.69.142';
const tokyo = '126.0.0.1';

let cloud: TestCloud;

beforeAll(async () => {
  cloud = await startTestCloud(morning + 4 * hourMs);
  const days = Array.from({ length: 31 }, (_, index) => {
    const at = morning - (31 - index) * 24 * hourMs;
    return sessionEvents({ sessionId: `d${index}`, address: london, minutes: 60, at });
  });
  await cloud.deliver([days.flat()]);
  await cloud.deliver([
    [eventOf({ address: tokyo, sessionId: 's2', at: morning + 50 * minuteMs })],
  ]);
});

afterAll(() => cloud.stop());

it('counts the alerts of the settings as they are, and of those asked about', async () => {
  const { body, status } = await cloud.get(route, { query: { sensitivity: 'high' } });
  expect(status).toBe(200);
  expect(body).toMatchObject({
    current: { alerts: 1 },
    asked: { alerts: 1 },
    more: { alerts: 0, items: [] },
    fewer: { alerts: 0, items: [] },
    isAbout: false,
  });
});

it('names what would be raised no more', async () => {
  const { body } = await cloud.get(route, { query: { alertsPerThousandPerDay: '0.05' } });
  expect(body.asked.alerts).toBe(0);
  expect(body.fewer).toMatchObject({
    alerts: 1,
    items: [{ user: 'alice', place: 'JP/Tokyo/Tokyo', at: '2026-11-23T08:50:00.000Z' }],
  });
  const about = await cloud.get(route, { query: { alertsPerThousandPerDay: '40' } });
  expect(about.body.isAbout).toBe(true);
});

it.each([
  ['sensitivity', 'loud'],
  ['alertsPerThousandPerDay', '0'],
  ['alertsPerThousandPerDay', 'many'],
  ['strictGate', 'yes'],
])('refuses %s %s, naming the parameter', async (name, value) => {
  const { status, body } = await cloud.get(route, { query: { [name]: value } });
  expect(status).toBe(400);
  expect(JSON.stringify(body)).toContain(name);
});
