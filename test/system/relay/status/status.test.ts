import fs from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { startAdminSocket } from '../../../../relay/run/admin-socket.ts';
import type { StatusReport } from '../../../../relay/status/status-report.ts';
import { span, statusText } from '../../../../relay/status/status-text.ts';
import { runCommand, startCommand, writeConfigFile } from '../../../support/command.ts';
import { accounting, attribute } from '../../../support/radius-packets.ts';
import {
  configIn,
  gatewaySecret,
  runCloud,
  runRelay,
  startPacket,
  stopAll,
  temporaryFolder,
} from '../../../support/running-relay.ts';
import { until } from '../../../support/until.ts';

afterEach(stopAll);

const status = (file: string, ...more: string[]) => runCommand('status', '--config', file, ...more);

describe('status', () => {
  it('says healthy with 0, degraded with 1 and not running with 3', async () => {
    const cloud = await runCloud();
    const folder = temporaryFolder();
    const file = writeConfigFile(folder);
    const absent = await status(file);
    const { send, answers, relay, stop } = await runRelay(configIn(folder, cloud.cloud));
    await until(() => !relay.status().balance.isCounting, 'the records are counted');
    const healthy = await status(file);
    cloud.isAway = true;
    send(startPacket('s1'));
    await until(
      () => answers.length === 1 && relay.status().shipping?.trouble !== undefined,
      'the packet is answered and the shipper in trouble',
    );
    const degraded = await status(file);
    await stop();
    const stopped = await status(file, '--json');

    expect([absent, healthy, degraded, stopped].map(({ exitCode }) => exitCode)).toEqual([
      3, 0, 1, 3,
    ]);
    expect(absent.stderr).toBe(
      `no relay is running (nothing listens on ${path.join(folder, 'relay.sock')})\n`,
    );
    expect(healthy.stdout).toContain(
      '0 acked = 0 shipped + 0 waiting + 0 dead letters   balanced\n',
    );
    expect(degraded.stdout).toMatch(/! the cloud answered 503: it is out of order/);
    expect(degraded.stdout).toMatch(
      /1 acked = 0 shipped \+ 1 waiting \+ 0 dead letters {3}balanced/,
    );
    expect(JSON.parse(stopped.stdout)).toEqual({ state: 'not-running' });
  });

  it('shows each gateway: what it sends, what is missing, what was refused and why', async () => {
    const cloud = await runCloud();
    const folder = temporaryFolder();
    const { send, answers, relay, allShipped } = await runRelay(configIn(folder, cloud.cloud));
    const session = attribute(44, 'the-session');
    const interim = (seconds: number): Buffer =>
      accounting(gatewaySecret, [
        attribute(40, [0, 0, 0, 3]),
        session,
        attribute(55, timeOctets(seconds)),
      ]);
    send(startPacket('with', attribute(31, '81.2.69.142'), attribute(1, 'alice@contoso.com')));
    send(startPacket('without', attribute(1, 'robert.miller')));
    send(interim(-600));
    send(interim(0));
    send(startPacket('forged').fill(7, 4, 20), 'rras');
    await until(() => answers.length === 4, '4 packets are answered');
    await allShipped();
    await until(
      () => relay.status().secretFindings.size === 1,
      'the relay has found out about the secret',
    );

    const { stdout, exitCode } = await status(writeConfigFile(folder), '--json');

    const report: StatusReport = JSON.parse(stdout);
    const [asa, rras] = report.gateways;
    expect(exitCode).toBe(0);
    expect(asa).toMatchObject({
      name: 'asa',
      perMinute: 4,
      starts: 2,
      interims: 2,
      stops: 0,
      clientAddressShare: 0.5,
      deviceShare: 0,
      interimSeconds: 600,
      acked: 4,
      shipped: 4,
      waiting: 0,
      setAside: 0,
      difference: 0,
      refused: {},
    });
    expect(rras).toMatchObject({
      name: 'rras',
      refused: { 'bad-authenticator': 1 },
      secretFinding: expect.stringContaining('the secrets differ'),
    });
    expect(rras).not.toHaveProperty('lastPacketTime');
    expect(stdout).not.toMatch(/81\.2\.69|alice@contoso|robert\.miller|the-session/);
  });

  it('can wait for a relay that is just starting', async () => {
    const folder = temporaryFolder();
    const waiting = startCommand('status', '--wait', '20', '--config', writeConfigFile(folder));
    await runRelay(configIn(folder));

    const { exitCode, stdout } = await waiting.ended;

    expect(exitCode).toBe(0);
    expect(stdout).toContain('journal only, no cloud configured');
  });

  it('works although the configuration on disk was broken since', async () => {
    const folder = temporaryFolder();
    await runRelay(configIn(folder));
    const broken = writeConfigFile(folder, { gateways: 'none' });

    expect(await status(broken)).toMatchObject({ exitCode: 0 });
    fs.writeFileSync(broken, '{ "dataDir": ');
    expect(await status(broken)).toMatchObject({
      exitCode: 78,
      stderr: expect.stringContaining('relay.json:1:14'),
    });
  });

  it('counts without a cloud, so that a set-up can be judged before there is one', async () => {
    const folder = temporaryFolder();
    const { send, relay } = await runRelay(configIn(folder));
    send(startPacket('s1', attribute(31, '81.2.69.142')));
    await until(
      () => relay.status().activity.get('asa')?.starts === 1,
      'a Start of asa is counted',
    );

    const { stdout } = await status(writeConfigFile(folder));

    expect(stdout).toMatch(/1 acked = 0 shipped \+ 1 waiting \+ 0 dead letters {3}balanced/);
    expect(stdout).toMatch(/^asa .* 1\/0\/0 +100 % +0 %/m);
  });
});

/** Event-Timestamp, this many seconds from now. */
function timeOctets(seconds: number): Buffer {
  const octets = Buffer.alloc(4);
  octets.writeUInt32BE(Math.floor(Date.now() / 1000) + seconds);
  return octets;
}

describe('the admin socket', () => {
  const nothing = {
    log: () => undefined,
    status: async () => ({}),
    capture: () => () => undefined,
    requeue: async () => ({ requeued: 0, underWay: 0, lost: 0 }),
  };

  it('is for owner and group only', async () => {
    const folder = temporaryFolder();
    await runRelay(configIn(folder));

    expect(fs.statSync(path.join(folder, 'relay.sock')).mode & 0o777).toBe(0o660);
  });

  it('takes the place of one that a killed relay left behind, never of a live one', async () => {
    const socketPath = path.join(temporaryFolder(), 'relay.sock');
    const warnings: string[] = [];
    const log = (_level: string, _event: string, message: string): void => {
      warnings.push(message);
    };
    await leaveSocketBehind(socketPath);
    expect(fs.existsSync(socketPath)).toBe(true);

    const first = await startAdminSocket({ ...nothing, log, path: socketPath });
    const second = await startAdminSocket({ ...nothing, log, path: socketPath });

    expect(warnings).toEqual([
      expect.stringContaining(`${socketPath} cannot be used (EADDRINUSE)`),
    ]);
    await second.close();
    await first.close();
  });

  it('that cannot be bound keeps no relay from answering', async () => {
    const folder = temporaryFolder();
    const adminSocket = path.join(folder, 'no/such/folder.sock');

    const { send, answers, events } = await runRelay({ ...configIn(folder), adminSocket });
    send(startPacket('s1'));
    await until(() => answers.length === 1, 'the packet is answered');

    expect(events).toContain('admin-socket-unusable');
  });
});

/** What a killed relay leaves: a socket file that nobody listens on. */
async function leaveSocketBehind(socketPath: string): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(`${socketPath}.own`, resolve));
  // Closing removes the name it was bound to; this one stays.
  fs.linkSync(`${socketPath}.own`, socketPath);
  await new Promise((resolve) => server.close(resolve));
}

describe('the text of a status', () => {
  const report: StatusReport = {
    version: '1.4.0',
    processId: 1,
    startedTime: '2026-11-10T00:00:00.000Z',
    state: 'degraded',
    problems: ['records are unaccounted for'],
    isEnabled: true,
    radius: ['0.0.0.0:1813', '[::]:1813'],
    journal: {
      isWritable: true,
      bytes: 0,
      bytesMax: 4 * 1024 ** 3,
      diskFreeBytes: 1e12,
      waiting: 0,
    },
    balance: {
      state: 'unbalanced',
      since: '2026-11-21T23:10:00.000Z',
      isCountedPerGateway: true,
      acked: 1_204_311,
      shipped: 1_204_300,
      waiting: 1,
      setAside: 0,
      difference: 10,
    },
    packets: {
      received: 1_204_400,
      inFlight: 0,
      refused: { 'bad-authenticator': 17 },
      kernelDrops: 3,
    },
    gateways: [],
  };

  it('shouts when records are unaccounted for', () => {
    const text = statusText(report, Date.parse('2026-11-22T03:11:00.000Z'));

    expect(text).toContain('degraded  up 12 d 03 h');
    expect(text).toContain(
      'packets   since 2026-11-21T23:10Z 1 204 311 acked != 1 204 300 shipped + 1 waiting + ' +
        '0 dead letters   UNBALANCED',
    );
    expect(text).toContain('refused 17: bad-authenticator 17');
    expect(text).toContain('lost in the kernel: 3');
    expect(text).toContain('! records are unaccounted for');
  });

  it('writes spans of time as people say them', () => {
    expect([400, 12_000, 600_000, 7_500_000, 1_048_000_000].map(span)).toEqual([
      '0.4 s',
      '12 s',
      '10 min',
      '2 h 05 min',
      '12 d 03 h',
    ]);
  });

  it('says that a gateway sends no VPN connection at all, and what to set', async () => {
    const folder = temporaryFolder();
    const { send, relay } = await runRelay(configIn(folder));
    send(startPacket('s1', attribute(61, [0, 0, 0, 15]), attribute(31, '02-00-00-00-01-01')));
    await until(
      () => relay.status().activity.get('asa')?.starts === 1,
      'a Start of asa is counted',
    );

    const { stdout } = await status(writeConfigFile(folder));

    expect(stdout).toMatch(/^asa: none of 1 starts reads as a VPN connection.*"isVpn": true/m);
    expect(stdout).not.toMatch(/^rras: none/m);
  });
});
