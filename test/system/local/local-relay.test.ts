// The relay of `npm start` against the embedded cloud: settings reach it, and it tells how it is.

import { startLocalCloud } from '../../../local/cloud.ts';
import { openDataDir } from '../../../local/data-dir.ts';
import { startLocalRelay } from '../../../local/local-relay.ts';
import { until } from '../../support/until.ts';

const network = { asn: 0, organization: '', type: 'unknown' } as const;
const unknownPlace = () => ({ kind: 'unknown', network }) as const;

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
    await until(
      async () => (relay.status().isEnabled ? undefined : true),
      'the relay is switched off',
      4_000,
    );
    const told = await until(
      async () => {
        const answer = await fetch(`${cloud.url}/v1/relays`);
        const [item] = JSON.parse(await answer.text()).items;
        return item?.health ? item : undefined;
      },
      'the relay has told its health',
      4_000,
    );

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
