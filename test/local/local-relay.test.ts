// The relay of `npm start` against the embedded cloud: settings reach it, and it tells how it is.

import { setTimeout as sleep } from 'node:timers/promises';
import { startLocalCloud } from '../../local/cloud.ts';
import { openDataDir } from '../../local/data-dir.ts';
import { startLocalRelay } from '../../local/local-relay.ts';

const network = { asn: 0, organization: '', type: 'unknown' } as const;
const unknownPlace = () => ({ kind: 'unknown', network }) as const;

async function until<T>(read: () => Promise<T | undefined>): Promise<T> {
  for (let tries = 0; tries < 200; tries += 1) {
    const value = await read();
    if (value !== undefined) return value;
    await sleep(20);
  }
  throw new Error('it did not come within 4 s');
}

it('takes the settings, reports its health, and shuts its port when they say so', async () => {
  const dataDir = await openDataDir();
  const folder = `${dataDir.path}/cloud`;
  const errors: string[] = [];
  const writeLog = () => undefined;
  const cloud = await startLocalCloud({ folder, apiPort: 0, locate: unknownPlace, writeLog });
  const put = (enabled: boolean, version: number) =>
    fetch(`${cloud.url}/v1/settings`, {
      method: 'PUT',
      headers: {
        origin: cloud.url,
        'content-type': 'application/json',
        'if-match': `"${version}"`,
      },
      body: JSON.stringify({ enabled, gateways: [], domains: { netbios: {} } }),
    });
  expect((await put(false, 0)).status).toBe(200);
  const gateway = {
    name: 'local',
    addresses: ['127.0.0.1'],
    secrets: [Buffer.from('s'.repeat(16))],
  };
  const relay = await startLocalRelay({
    port: 0,
    gateways: [gateway],
    dataDir,
    cloud,
    writeError: (line) => errors.push(line),
  });
  try {
    await until(async () => (relay.status().isEnabled ? undefined : true));
    const told = await until(async () => {
      const answer = await fetch(`${cloud.url}/v1/relays`);
      const [item] = JSON.parse(await answer.text()).items;
      return item?.health ? item : undefined;
    });

    expect(told).toMatchObject({
      relayId: 'local',
      state: 'enrolled',
      keys: [{ takesSettings: true }],
    });
    expect(errors.join('')).toContain('the settings switch this relay off');
  } finally {
    await relay.stop();
    await cloud.stop();
    await dataDir.release();
  }
});
