// A burst through the real table: the alert names people whom the population knows by hash only,
// and stands in the list of each of them.

import { startTestCloud, type TestCloud } from '../../support/cloud-in-test.ts';
import { eventOf, minuteMs, morning } from '../../support/events.ts';
import { ordinaryDays, tokyo } from '../../support/life.ts';

const victims = ['ann', 'bob', 'cem', 'dora'];
let cloud: TestCloud;

beforeAll(async () => {
  cloud = await startTestCloud(morning);
  const usual = victims.flatMap((user) => ordinaryDays(32, { user, device: `LT-${user}` }));
  await cloud.deliver([usual]);
  for (const [at, user] of victims.entries()) {
    // Another instance of the function each time: what it remembers of the population is old.
    const time = morning + at * 10 * minuteMs;
    cloud.setNow(time);
    const theft = { user, address: tokyo, device: 'KALI', sessionId: `spray-${user}`, at: time };
    await cloud.deliver([[eventOf(theft)]]);
  }
});
afterAll(() => cloud.stop());

it('is one detection that lists everybody, also those who came before it was one', async () => {
  const { body } = await cloud.get('GET /v1/detections', { query: { limit: '50' } });
  const bursts = body.items.filter(({ kind }: { kind: string }) => kind === 'connection-burst');

  expect(bursts).toHaveLength(1);
  expect(bursts[0].users).toEqual(victims);
  expect(bursts[0].severity).toBe('high');
});

it.each(victims)('stands in the list of %s', async (user) => {
  const options = { params: { user } };
  const { body } = await cloud.get('GET /v1/users/{user}/detections', options);
  const kinds = body.items.map((item: { kind?: string }) => item.kind);

  expect(kinds.sort()).toEqual(['abnormal-vpn-connection', 'connection-burst']);
});
