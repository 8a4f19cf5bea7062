// `try --disconnect` beside a running relay: a test session that begins is ended, up to its Stop.
// The gateway is scripted.

import { join } from 'node:path';
import { startCommand } from '../../../support/command.ts';
import { type CutSite, startCutSite } from '../../../support/cut-site.ts';
import { freePort } from '../../../support/free-port.ts';
import { stopAll } from '../../../support/running-relay.ts';
import { type ScriptedGateway, startScriptedGateway } from '../../../support/scripted-gateway.ts';
import { until } from '../../../support/until.ts';

let site: CutSite;
let gateway: ScriptedGateway;

beforeAll(async () => {
  const radiusPort = await freePort();
  gateway = await startScriptedGateway(radiusPort);
  site = await startCutSite({
    listen: { address: '127.0.0.1', port: radiusPort },
    sources: [{ name: 'vpn-1', address: '127.0.0.1' }],
    gateways: [{ name: 'vpn-1', address: '127.0.0.1', port: gateway.port, form: 'rfc5176' }],
  });
}, 60_000);

afterAll(stopAll);

/** Starts it and waits until it says that somebody may connect. */
async function begin(...more: string[]) {
  const config = join(site.folder, 'relay.json');
  const words = ['try', '--disconnect', '--gateway', 'vpn-1', '--user', 'tester', ...more];
  const command = startCommand(...words, '--config', config);
  await until(
    () => command.output.stdout.includes('connect now'),
    () => `it is ready: ${command.output.stdout}${command.output.stderr}`,
  );
  return command;
}

describe('try --disconnect', () => {
  it('ends the session that begins, of that user alone, and sees its Stop', async () => {
    await gateway.send(1, 'tester', 'before-1');
    const command = await begin();
    await gateway.send(1, 'alice', 'a-1');
    await gateway.send(1, 'CORP\\Tester', 't-1');
    const { exitCode, stdout } = await command.ended;

    expect([exitCode, gateway.requests.length]).toEqual([0, 1]);
    expect(gateway.requests[0]?.includes('t-1')).toBe(true);
    expect(stdout).toMatch(
      /connected +session t-1\nanswered .* says yes, which proves nothing yet/,
    );
    expect(stdout).toMatch(/ended +its Stop came \d+\.\d s after the request/);
  });

  it('says where it stopped', async () => {
    gateway.answer = 42;
    const command = await begin();
    await gateway.send(1, 'tester', 't-2');
    await gateway.send(2, 'tester', 't-2');
    const { exitCode, stdout } = await command.ended;

    expect(exitCode).toBe(1);
    expect(stdout).toMatch(
      /STOPPED +not answered: UDP \d+ of 127\.0\.0\.1 refuses: is form rfc5176/,
    );
  });

  it('asks nobody without an entry, or without a name', async () => {
    const before = gateway.requests.length;
    const config = join(site.folder, 'relay.json');
    const asked = (...words: string[]) =>
      startCommand('try', '--disconnect', '--config', config, ...words);
    const without = asked('--gateway', 'vpn-1');
    const other = asked('--gateway', 'vpn-2', '--user', 'tester');
    const [nameless, unknown] = [await without.ended, await other.ended];

    expect(nameless.stdout).toContain('expects --gateway NAME and --user NAME');
    expect(unknown.stdout).toContain('"disconnect" has no entry for vpn-2');
    expect([nameless.exitCode, unknown.exitCode]).toEqual([1, 1]);
    expect(gateway.requests).toHaveLength(before);
  });
});
