// The lines of the FreeRADIUS guide, put into Debian's FreeRADIUS as they are printed: a record of
// a gateway gets through to the relay, and waits while the relay is away.

import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { renderGuide } from '../../../../../relay/cli/guide/guide.ts';
import { vendorGuides } from '../../../../../relay/cli/guide/guides.ts';
import { freePort } from '../../../../support/free-port.ts';
import { isFreeRadiusInstalled } from '../../../../support/freeradius-detail.ts';
import {
  configIn,
  gatewaySecret,
  runCloud,
  runRelay,
  stopAll,
  temporaryFolder,
} from '../../../../support/running-relay.ts';
import { until } from '../../../../support/until.ts';

const where = isFreeRadiusInstalled ? it : it.skip;
const children: ChildProcess[] = [];
const gatewaySideSecret = 'between-gateway-and-freeradius';

afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill();
    await new Promise((resolve) => child.once('exit', resolve));
  }
  await stopAll();
});

/** The blocks to paste: proxy.conf, the detail module, the forwarding server. */
function blocks(port: number): string[] {
  const guide = vendorGuides.find(({ name }) => name === 'freeradius');
  if (!guide) throw new Error('there is a guide for FreeRADIUS');
  const facts = { relay: '127.0.0.1', port, gateway: 'freeradius', gatewayAddress: '127.0.0.1' };
  const text = renderGuide(guide, { ...facts, isConfigured: true });
  return [...text.matchAll(/```\n([\s\S]+?)\n```/g)].map(([, block = '']) =>
    block.replace('REPLACE_ME', gatewaySecret),
  );
}

function configOf(folder: string, port: number, relayPort: number): string {
  const [proxy = '', detail = '', forward = ''] = blocks(relayPort);
  return `
prefix = /usr
confdir = ${folder}
logdir = ${folder}
radacctdir = ${folder}
run_dir = ${folder}
libdir = /usr/lib/freeradius
pidfile = ${folder}/freeradius.pid
log {
  destination = files
  file = ${folder}/radius.log
  auth = no
}
security {
  allow_core_dumps = no
}
client gateways {
  ipaddr = 127.0.0.1
  secret = ${gatewaySideSecret}
}
proxy_requests = yes
proxy server {
}
${proxy}
modules {
  always ok {
    rcode = ok
  }
  ${detail}
}
server default {
  listen {
    type = acct
    ipaddr = 127.0.0.1
    port = ${port}
  }
  preacct {
    ok
  }
  accounting {
    wherefrom
    ok
  }
}
${forward}
`;
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
  const port = await freePort();
  const own = temporaryFolder();
  const relayPort = relay.relay.addresses[0]?.port ?? 0;
  fs.writeFileSync(path.join(own, 'radiusd.conf'), configOf(own, port, relayPort), { mode: 0o600 });
  fs.writeFileSync(path.join(own, 'dictionary'), '');
  children.push(spawn('freeradius', ['-d', own, '-f'], { stdio: 'ignore' }));
  const client = spawn('radclient', [
    '-r',
    '10',
    '-t',
    '1',
    `127.0.0.1:${port}`,
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
