// The lines of the FreeRADIUS guide, put into Debian's FreeRADIUS as they are printed: a record of
// a gateway gets through to the relay, and waits while the relay is away.

import { spawn } from 'node:child_process';
import { renderGuide } from '../../../../../relay/cli/guide/guide.ts';
import { vendorGuides } from '../../../../../relay/cli/guide/guides.ts';
import { isFreeRadiusInstalled, startFreeRadius } from '../../../../support/freeradius.ts';
import {
  configIn,
  gatewaySecret,
  onStop,
  runCloud,
  runRelay,
  stopAll,
  temporaryFolder,
} from '../../../../support/running-relay.ts';
import { until } from '../../../../support/until.ts';

const where = isFreeRadiusInstalled ? it : it.skip;
const gatewaySideSecret = 'between-gateway-and-freeradius';

afterEach(stopAll);

/** The blocks to paste: proxy.conf, the detail module, the forwarding server. */
function blocks(port: number): string[] {
  const guide = vendorGuides.find(({ name }) => name === 'freeradius');
  if (!guide) throw new Error('there is a guide for FreeRADIUS');
  const facts = { relay: '127.0.0.1', port, gateway: 'freeradius', gatewayAddress: '127.0.0.1' };
  const text = renderGuide(guide, { ...facts, isConfigured: true, command: 'wherefrom-relay' });
  return [...text.matchAll(/```\n([\s\S]+?)\n```/g)].map(([, block = '']) =>
    block.replace('REPLACE_ME', gatewaySecret),
  );
}

where('the FreeRADIUS guide works as it is printed', async () => {
  const cloud = await runCloud();
  const folder = temporaryFolder();
  const relay = await runRelay({
    ...configIn(folder, cloud.cloud),
    gateways: [
      {
        name: 'freeradius',
        addresses: ['127.0.0.1'],
        behindProxy: true,
        secrets: [Buffer.from(gatewaySecret)],
      },
    ],
  });
  const [proxy = '', detail = '', forward = ''] = blocks(relay.relay.addresses[0]?.port ?? 0);
  const server = await startFreeRadius({
    folder: temporaryFolder(),
    secret: gatewaySideSecret,
    before: `proxy_requests = yes\nproxy server {\n}\n${proxy}`,
    modules: `always ok {\n  rcode = ok\n}\n${detail}`,
    sections: 'preacct {\n  ok\n}\naccounting {\n  wherefrom\n  ok\n}',
    after: forward,
  });
  onStop(() => server.stop());
  const client = spawn('radclient', [
    '-r',
    '10',
    '-t',
    '1',
    `127.0.0.1:${server.port}`,
    'acct',
    gatewaySideSecret,
  ]);
  client.stdin.end(
    [
      'Acct-Status-Type=Start',
      'Acct-Session-Id=s1',
      'User-Name=alice',
      'NAS-IP-Address=192.0.2.50',
      'Calling-Station-Id=203.0.113.7',
    ].join(','),
  );
  await until(() => cloud.events.length === 1, 'the cloud has the event');

  expect(cloud.events[0]).toMatchObject({
    gateway: { id: 'freeradius/192.0.2.50' },
    user: { account: 'alice' },
    clientAddress: '203.0.113.7',
  });
});
