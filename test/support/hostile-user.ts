// A user whose name tries what names can try on a page.

import { type Attribute, getJson, type Pipeline, TestGateway } from './pipeline.ts';
import { until } from './until.ts';

export const hostileName = '<img src=x onerror=alert(1)>\u202e\u0007"\'`{{7*7}}/../%2e%2e?#é';

/** Connects that user through a gateway, and waits until the API knows them. */
export async function sendHostilePackets(pipeline: Pipeline): Promise<void> {
  const gateway = new TestGateway(pipeline.ready);
  const packet: Attribute[] = [
    ['User-Name', hostileName],
    ['Acct-Status-Type', 'Start'],
    ['Acct-Session-Id', '<script>alert(2)</script>'],
    ['NAS-Port-Type', 'Virtual'],
    ['NAS-Identifier', '<b>asa</b>'],
    ['Calling-Station-Id', '46.14.35.167'],
  ];
  expect(await gateway.send(packet)).toBe(true);
  gateway.close();
  await until(
    async () => {
      const path = '/v1/users?search=%3Cimg';
      const list = await getJson<{ items: unknown[] }>(pipeline.ready, path);
      return list?.items.length ? true : undefined;
    },
    'the hostile user is known',
    10_000,
  );
}
