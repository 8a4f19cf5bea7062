// Gateways behind a RADIUS server that forwards: Debian's FreeRADIUS as the proxy, and radclient as
// a gateway and as a proxy that asks whether we live. Neither shares a line with the relay. Only
// where they are installed; the same rules with packets of our own are in the other tests.

import { spawn } from 'node:child_process';
import { isFreeRadiusInstalled, startFreeRadius } from '../../../support/freeradius.ts';
import {
  configIn,
  gatewaySecret,
  onStop,
  runCloud,
  runRelay,
  stopAll,
  temporaryFolder,
} from '../../../support/running-relay.ts';
import { until } from '../../../support/until.ts';

const gatewaySideSecret = 'between-gateway-and-freeradius';
const where = isFreeRadiusInstalled ? describe : describe.skip;

afterEach(stopAll);

/** A relay to which 127.0.0.1 is a proxy named `nps-1`. */
async function relayBehindProxy() {
  const test = await runCloud();
  const gateway = { name: 'nps-1', addresses: ['127.0.0.1'], behindProxy: true };
  const running = await runRelay({
    ...configIn(temporaryFolder(), test.cloud),
    gateways: [{ ...gateway, secrets: [Buffer.from(gatewaySecret)] }],
  });
  return { test, running, port: running.relay.addresses[0]?.port ?? 0 };
}

/** FreeRADIUS that hands every Accounting-Request on, as in docs/gateways. */
async function startProxy(relayPort: number): Promise<number> {
  const server = await startFreeRadius({
    folder: temporaryFolder(),
    secret: gatewaySideSecret,
    before: `
proxy_requests = yes
proxy server {
}
home_server wherefrom {
  type = acct
  ipaddr = 127.0.0.1
  port = ${relayPort}
  secret = ${gatewaySecret}
  response_window = 10
  status_check = status-server
}
home_server_pool wherefrom {
  home_server = wherefrom
}
realm wherefrom {
  acct_pool = wherefrom
}`,
    modules: 'always ok {\n  rcode = ok\n}',
    sections: `
  preacct {
    update control {
      Proxy-To-Realm := "wherefrom"
    }
  }
  accounting {
    ok
  }`,
  });
  onStop(() => server.stop());
  return server.port;
}

type Sent = { readonly text: string; readonly isAnswered: boolean };

/** Sends with radclient, which checks the answer; this process goes on, for the relay is in it. */
async function radclient(
  port: number,
  kind: 'acct' | 'status',
  secret: string,
  text: string,
  times: readonly string[] = ['-t', '1', '-r', '10'],
): Promise<Sent> {
  const child = spawn('radclient', ['-x', ...times, `127.0.0.1:${port}`, kind, secret]);
  let shown = '';
  child.stdout.on('data', (chunk) => {
    shown += chunk;
  });
  child.stdin.end(text);
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { text: shown, isAnswered: status === 0 };
}

const start = (session: string, nas: string): string =>
  `Acct-Status-Type=Start,Acct-Session-Id=${session},User-Name=alice,` +
  `NAS-Port-Type=Virtual,Calling-Station-Id=198.51.100.7,${nas}`;

where('behind FreeRADIUS', () => {
  it('a gateway keeps its own name, by address or by identifier', async () => {
    const { test, running, port } = await relayBehindProxy();
    const proxyPort = await startProxy(port);

    const first = await radclient(
      proxyPort,
      'acct',
      gatewaySideSecret,
      start('a', 'NAS-IP-Address=10.1.1.1'),
    );
    const paris = start('b', 'NAS-Identifier=vpn-paris,NAS-IP-Address=127.0.0.1');
    const second = await radclient(proxyPort, 'acct', gatewaySideSecret, paris);

    expect(first.isAnswered).toBe(true);
    expect(second.isAnswered).toBe(true);
    await running.allShipped();
    expect(test.events.map(({ gateway }) => gateway.id)).toEqual([
      'nps-1/10.1.1.1',
      'nps-1/vpn-paris',
    ]);
    expect(test.events.map(({ clientAddress }) => clientAddress)).toEqual([
      '198.51.100.7',
      '198.51.100.7',
    ]);
  });

  it('the gateway gets its own Proxy-State back, and FreeRADIUS its one', async () => {
    const { port } = await relayBehindProxy();
    const proxyPort = await startProxy(port);
    const chained = `${start('c', 'NAS-IP-Address=10.1.1.1')},Proxy-State=0x616263`;

    const shown = await radclient(proxyPort, 'acct', gatewaySideSecret, chained);

    expect(shown.text).toMatch(/Received Accounting-Response[\s\S]*Proxy-State = 0x616263/);
  });

  it('a relay that is asked whether it lives answers, but not to a wrong secret', async () => {
    const { running, port } = await relayBehindProxy();
    const ask = 'Message-Authenticator=0x00';

    const right = await radclient(port, 'status', gatewaySecret, ask);
    const hurry = ['-t', '0.3', '-r', '1'];
    const wrong = await radclient(port, 'status', 'another-secret-entirely', ask, hurry);

    expect(right.isAnswered).toBe(true);
    expect(wrong.isAnswered).toBe(false);
    await until(
      () => running.relay.counts().outcomes['bad-message-authenticator'] === 1,
      'the wrong secret is counted',
    );
    expect(running.relay.counts().outcomes).toMatchObject({ 'status-answered': 1 });
  });
});
