// `try` against real relays: how far a test packet gets, and what is said where it stops.

import { generateKeyPairSync } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { startLocalCloud } from '../../../../../local/cloud.ts';
import { isAnswerTo, trialPacket } from '../../../../../relay/cli/try/trial-packet.ts';
import { publicJwkOf } from '../../../../../wire/signature.ts';
import { runCommand } from '../../../../support/command.ts';
import { accounting } from '../../../../support/radius-packets.ts';
import { runCloud, stopAll, temporaryFolder } from '../../../../support/running-relay.ts';
import { run, secrets, setUp } from '../doctor/set-up.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await stopAll();
  for (const stop of stops.splice(0)) await stop();
});

const elsewhere = { name: 'asa', address: '192.0.2.7', secretFile: 'asa.secret' };

describe('the packets of try', () => {
  it('are signed as every gateway signs', () => {
    const secret = Buffer.from(secrets.asa);
    const packet = trialPacket({ kind: 'start', sessionId: 's', isVpn: true }, secret);

    const attributes = [packet.subarray(20)];
    const identifier = packet[1] ?? 0;
    expect(packet).toEqual(accounting(secrets.asa, attributes, { identifier }));
  });

  it('believe no answer that another secret has signed', () => {
    const secret = Buffer.from(secrets.asa);
    const packet = trialPacket({ kind: 'start', sessionId: 's', isVpn: true }, secret);
    const forged = accounting(secrets.rras, [], { code: 5, identifier: packet[1] ?? 0 });

    expect(isAnswerTo(packet, forged, secret)).toBe(false);
    expect(isAnswerTo(packet, Buffer.from('noise'), secret)).toBe(false);
  });
});

describe('try', () => {
  it('goes as a gateway of this machine, and says where the record lies', async () => {
    const site = setUp();
    await run(site);

    const { exitCode, stdout } = await runCommand('try', '--config', site.file);

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^answered {3}in [\d.]+ ms by 127\.0\.0\.1 port \d+, as gateway asa$/m);
    expect(stdout).toMatch(/^recorded {3}position 1 of the journal$/m);
    expect(stdout).toMatch(/^shipped {4}no cloud is configured: it stays here$/m);
  });

  it('goes as a guest of the running relay where no gateway is on this machine', async () => {
    const site = setUp({ gateways: [elsewhere] });
    const cloud = await runCloud();
    const relay = await run(site, cloud.cloud);

    const { exitCode, stdout } = await runCommand('try', '--json', '--config', site.file);

    expect(exitCode).toBe(0);
    const { steps } = JSON.parse(stdout);
    expect(steps.map(({ step, state }: Record<string, string>) => `${step} ${state}`)).toEqual([
      'answered ok',
      'recorded ok',
      'shipped ok',
    ]);
    const [event] = cloud.events;
    expect(event).toMatchObject({ gateway: { id: 'wherefrom-try' }, flags: ['not-vpn'] });
    // One guest at a time, so nobody can grow the table by asking.
    expect(relay.relay.host({ name: 'x', addresses: ['127.0.0.9'], secrets: [] })).toBeUndefined();
  });

  it('says that the cloud is in the way', async () => {
    const site = setUp();
    const cloud = await runCloud();
    cloud.isAway = true;
    await run(site, cloud.cloud);

    const { exitCode, stdout, stderr } = await runCommand(
      'try',
      '--wait',
      '1',
      '--config',
      site.file,
    );

    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^STOPPED {4}not shipped: the cloud answered 503/m);
    expect(stderr).toContain('doctor');
  });

  it('says that nothing comes back, when the secret on disk is not the one in use', async () => {
    const site = setUp();
    await run(site);
    fs.writeFileSync(path.join(site.folder, 'asa.secret'), 'changed-since-the-relay-was-started');

    const { exitCode, stdout } = await runCommand('try', '--wait', '1', '--config', site.file);

    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^STOPPED {4}not answered: nothing came back from 127\.0\.0\.1/m);
  });

  it('says that no relay runs, and that a gateway is elsewhere', async () => {
    const site = setUp({ gateways: [elsewhere] });
    const dead = await runCommand('try', '--config', site.file);
    await run(site);
    const far = await runCommand('try', '--gateway', 'asa', '--config', site.file);

    expect(dead.exitCode).toBe(1);
    expect(dead.stderr).toContain('no relay answers');
    expect(far.exitCode).toBe(1);
    expect(far.stderr).toContain('127.0.0.1 is not an address of asa');
  });

  it('is seen in the API of the whole local cloud', async () => {
    const folder = temporaryFolder();
    const cloud = await startLocalCloud({
      folder: path.join(folder, 'cloud'),
      apiPort: 0,
      locate: () => ({ kind: 'special', special: 'documentation' }),
      writeLog: () => undefined,
    });
    stops.push(() => cloud.stop());
    const { privateKey } = generateKeyPairSync('ed25519');
    await cloud.control.registerKey('lyon-1', publicJwkOf(privateKey));
    fs.mkdirSync(path.join(folder, 'relay'));
    const site = setUp({}, path.join(folder, 'relay'));
    await run(site, { url: cloud.url, relayId: 'lyon-1', privateKey });

    const words = ['try', '--url', cloud.url, '--config', site.file];
    const { stdout, stderr } = await runCommand(...words);

    expect(stdout + stderr).toMatch(/^visible {4}http.*\/v1\/users\/wherefrom-try\/activities$/m);
  });
});
