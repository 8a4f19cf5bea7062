// An enrolled relay beside its cloud: `run` as it is, real sockets, real files. Settings reach it
// while it runs; a cloud that is away, revokes or lies changes nothing for the gateways.

import { createSocket, type Socket } from 'node:dgram';
import fs from 'node:fs';
import path from 'node:path';
import type { StatusReport } from '../../../../relay/status/status-report.ts';
import { type RunningCommand, runCommand, startCommand } from '../../../support/command.ts';
import { type ControlCloud, startControlCloud } from '../../../support/control-cloud.ts';
import { accounting, attribute } from '../../../support/radius-packets.ts';
import { stopAll, temporaryFolder } from '../../../support/running-relay.ts';
import { until } from '../../../support/until.ts';

const secret = 'the-secret-of-the-settings';
const nextSecret = 'the-next-secret-of-the-settings';
const lyon = { name: 'asa-lyon', addresses: ['127.0.0.1'], vendor: 'cisco-asa', secret };

let cloud: ControlCloud;
let folder: string;
let file: string;
let port: number;
let client: Socket;
const running: RunningCommand[] = [];

beforeEach(async () => {
  cloud = await startControlCloud();
  folder = temporaryFolder();
  file = path.join(folder, 'relay.json');
  client = createSocket('udp4');
  await new Promise<void>((resolve) => client.bind(0, '127.0.0.1', resolve));
  const probe = createSocket('udp4');
  await new Promise<void>((resolve) => probe.bind(0, '127.0.0.1', resolve));
  port = probe.address().port;
  await new Promise<void>((resolve) => probe.close(() => resolve()));
  writeConfig({});
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => stop(one)));
  client.close();
  cloud.stop();
  await stopAll();
});

function writeConfig(more: object): void {
  const config = {
    listen: [{ address: '127.0.0.1', port }],
    dataDir: 'state',
    flushAfterMs: 50,
    ...more,
  };
  fs.writeFileSync(file, JSON.stringify(config));
}

async function enrol(): Promise<void> {
  const token = path.join(folder, 'token');
  fs.writeFileSync(token, cloud.token(), { mode: 0o600 });
  const args = ['enrol', '--config', file, '--url', cloud.url, '--token-file', token];
  const { exitCode, stderr } = await runCommand(...args);
  if (exitCode !== 0) throw new Error(stderr);
}

function run(): RunningCommand {
  const one = startCommand('run', '--config', file, '--json');
  running.push(one);
  return one;
}

async function stop(one: RunningCommand): Promise<void> {
  one.interrupt();
  await one.ended;
}

const said = (one: RunningCommand, event: string): boolean =>
  one.output.stdout.includes(`"event":"${event}"`);

/** Sends a Start until it is answered, as a gateway does. */
async function answered(session: string, withSecret = secret): Promise<void> {
  let isHeard = false;
  client.once('message', () => {
    isHeard = true;
  });
  const isAnswered = (): boolean => {
    if (!isHeard) send(session, withSecret);
    return isHeard;
  };
  await until(isAnswered, `${session} is answered`, 10_000, 25);
}

/** Sends a Start of which the relay says that it refuses it. */
async function refused(session: string, withSecret = secret): Promise<void> {
  const before = await refusals();
  send(session, withSecret);
  await until(async () => (await refusals()) > before, `${session} is refused`);
}

async function refusals(): Promise<number> {
  return Object.values((await status()).packets.refused).reduce((sum, count) => sum + count, 0);
}

/** Takes the port for a moment: the relay has let go of it. */
async function portIsShut(): Promise<void> {
  const taker = createSocket('udp4');
  await new Promise<void>((resolve, reject) => {
    taker.once('error', reject);
    taker.bind(port, '127.0.0.1', resolve);
  });
  await new Promise<void>((resolve) => taker.close(resolve));
}

function send(session: string, withSecret: string): void {
  const attributes = [attribute(40, [0, 0, 0, 1]), attribute(44, session)];
  client.send(accounting(withSecret, attributes), port, '127.0.0.1');
}

async function status(): Promise<StatusReport> {
  const { stdout } = await runCommand('status', '--config', file, '--json');
  return JSON.parse(stdout);
}

/** What SIGHUP or `enrol` bring about: everything is asked anew. */
const wake = (): Promise<unknown> => runCommand('reload', '--config', file);

describe('an enrolled relay', () => {
  it('needs nothing but the settings: a gateway named there is answered and shipped', async () => {
    cloud.set({ isEnabled: true, gateways: [lyon] });
    await enrol();
    run();

    await answered('s1');
    await until(() => cloud.sessions.includes('s1'), 'the cloud has s1');
    expect((await status()).control?.settings).toMatchObject({ source: 'cloud', version: 1 });
  });

  it('answers a gateway that is added while it runs, by either of its two secrets', async () => {
    cloud.set({ isEnabled: true, gateways: [] });
    await enrol();
    const one = run();
    await until(() => said(one, 'settings-taken'), 'the relay says settings-taken');
    await refused('s1');

    cloud.set({ gateways: [{ ...lyon, nextSecret }] });
    await wake();

    await answered('s2');
    await answered('s3', nextSecret);
  });

  it('shuts its port when switched off, ships what it holds, and opens it again', async () => {
    cloud.set({ isEnabled: true, gateways: [lyon] });
    await enrol();
    const one = run();
    await answered('s1');

    cloud.set({ isEnabled: false });
    await wake();
    await until(() => said(one, 'switched-off'), 'the relay says switched-off');
    await portIsShut();
    await until(() => cloud.sessions.includes('s1'), 'the cloud has s1');
    expect(await status()).toMatchObject({ state: 'healthy', isEnabled: false });

    cloud.set({ isEnabled: true });
    await wake();
    await answered('s3');
  });

  it('serves its gateways from the last good copy when the cloud is away', async () => {
    cloud.set({ isEnabled: true, gateways: [lyon] });
    await enrol();
    const first = run();
    await until(() => said(first, 'settings-taken'), 'the relay says settings-taken');
    await stop(first);
    cloud.isAway = true;

    run();

    await answered('s1');
    const { control, state } = await status();
    expect(state).toBe('degraded');
    expect(control?.settings).toMatchObject({ source: 'copy', version: 1 });
    const copy = path.join(folder, 'state/enrolment/settings.jws');
    expect(fs.statSync(copy).mode & 0o777).toBe(0o600);
    expect(fs.readFileSync(copy, 'latin1')).not.toContain(secret);
    cloud.isAway = false;
    await wake();
    await until(() => cloud.sessions.includes('s1'), 'the cloud has s1');
  });

  it('lets its own file win, and says so', async () => {
    const own = 'a-secret-of-the-test-gateway';
    writeConfig({
      gateways: [{ name: 'asa-lyon', address: '127.0.0.1', secretEnv: 'TEST_SECRET' }],
    });
    cloud.set({
      isEnabled: true,
      gateways: [lyon, { ...lyon, name: 'b', addresses: ['10.0.0.2'] }],
    });
    await enrol();
    const one = run();
    await until(() => said(one, 'settings-taken'), 'the relay says settings-taken');

    await refused('s1');
    await answered('s2', own);
    const { control } = await status();
    expect(control?.settings.overrides).toEqual(['gateways.asa-lyon']);
    const shown = await runCommand('check', '--config', file, '--effective');
    expect(shown.stdout).toContain('"origin": "settings"');
    expect(shown.stdout).toContain('gateways.asa-lyon');
    expect(shown.stdout).not.toContain(secret);
  });

  it('never goes back to older settings, and never takes unsigned ones', async () => {
    cloud.set({ isEnabled: true, gateways: [lyon], version: 7 });
    await enrol();
    const one = run();
    await until(() => said(one, 'settings-taken'), 'the relay says settings-taken');

    cloud.set({ gateways: [], version: 6 });
    await wake();
    await until(() => said(one, 'settings-refused'), 'the relay says settings-refused');
    cloud.set({ gateways: [], version: 8 });
    cloud.isForged = true;
    await wake();
    await until(
      () => one.output.stdout.includes('not signed by the cloud'),
      'the relay says that the settings are not signed',
    );

    await answered('s1');
    await until(
      async () => (await status()).problems.some((text) => text.includes('not signed')),
      'the status says that the settings are not signed',
    );
  });

  it('leaves out a gateway without a secret and takes the others', async () => {
    const { secret: _none, ...without } = { ...lyon, name: 'new', addresses: ['10.0.0.9'] };
    cloud.set({ isEnabled: true, gateways: [without, lyon] });
    await enrol();
    run();

    await answered('s1');
    expect((await status()).control?.settings.leftOut).toEqual(['new: it has no secret yet']);
  });
});

describe('a revoked relay', () => {
  it('answers and records on, says so, and ships all of it once enrolled again', async () => {
    cloud.set({ isEnabled: true, gateways: [lyon] });
    await enrol();
    const one = run();
    await answered('s1');
    await until(() => cloud.sessions.includes('s1'), 'the cloud has s1');

    cloud.revokeAll();
    await wake();
    await until(() => said(one, 'relay-revoked'), 'the relay says relay-revoked');
    await answered('s2');
    const report = await status();
    expect(report.control?.isRevoked).toBe(true);
    expect(report.problems.join(' ')).toContain('this relay was revoked');
    const text = await runCommand('status', '--config', file);
    expect(text.exitCode).toBe(1);
    expect(text.stdout).toMatch(/^settings {2}REVOKED/m);

    await enrol();
    await until(() => cloud.sessions.includes('s2'), 'the cloud has s2');
    await answered('s3');
    await until(() => cloud.sessions.includes('s3'), 'the cloud has s3');
    expect((await status()).control?.isRevoked).toBe(false);
  });
});

describe('a relay that is enrolled under another name while it runs', () => {
  it('goes on under its own until it is restarted, and is told so', async () => {
    cloud.set({ isEnabled: true, gateways: [lyon] });
    await enrol();
    const one = run();
    await answered('s1');
    const token = path.join(folder, 'token');
    fs.writeFileSync(token, cloud.token('paris-1'), { mode: 0o600 });

    const { stdout } = await runCommand(
      'enrol',
      '--config',
      file,
      '--url',
      cloud.url,
      '--token-file',
      token,
    );

    expect(stdout).toContain('Restart the running relay.');
    expect(said(one, 'restart-needed')).toBe(true);
    expect((await status()).cloud?.relayId).toBe('lyon-2');
    expect(said(one, 'keys-changed')).toBe(false);
  });
});

describe('a configuration that is taken over while the relay runs', () => {
  it('keeps the settings under it, says what takes a restart, and refuses a bad one', async () => {
    cloud.set({ isEnabled: true, gateways: [lyon] });
    await enrol();
    run();
    await answered('s1');

    writeConfig({ keepShippedHours: 7 });
    const good = await runCommand('reload', '--config', file);
    fs.writeFileSync(file, '{ "dataDir": "state", "listen": [] }');
    const bad = await runCommand('reload', '--config', file);

    expect(good.stdout).toContain('in effect; keepShippedHours: after a restart');
    expect(bad.exitCode).toBe(78);
    await answered('s2');
    writeConfig({});
  });
});

describe('the keys of a running relay', () => {
  it('change without a batch lost, and the settings are read with the new ones', async () => {
    cloud.set({ isEnabled: true, gateways: [lyon] });
    await enrol();
    const one = run();
    for (let i = 0; i < 5; i++) await answered(`before-${i}`);

    const { stdout, exitCode } = await runCommand('keys', 'rotate', '--config', file, '--json');
    expect(exitCode).toBe(0);
    expect(said(one, 'keys-changed')).toBe(true);
    for (let i = 0; i < 5; i++) await answered(`after-${i}`);
    cloud.set({ gateways: [lyon, { ...lyon, name: 'b', addresses: ['127.0.0.9'] }] });
    await wake();

    await until(
      async () => (await status()).control?.settings.version === 2,
      'the relay has version 2 of the settings',
    );
    const { control } = await status();
    expect(control?.fingerprint).toBe(JSON.parse(stdout).fingerprint.sha256);
    await until(() => cloud.sessions.length >= 10, 'the cloud has ten sessions');
    expect(new Set(cloud.sessions).size).toBe(10);
  });
});

describe('a rotation that was cut short', () => {
  it('is finished at the next start of the relay, with the keys the cloud knows', async () => {
    cloud.set({ isEnabled: true, gateways: [lyon] });
    await enrol();
    cloud.loseAnswers = 1;
    const cut = await runCommand('keys', 'rotate', '--config', file);
    expect(cut.exitCode).toBe(1);

    const one = run();
    await until(() => said(one, 'keys-changed'), 'the relay says keys-changed');

    await answered('s1');
    await until(() => cloud.sessions.includes('s1'), 'the cloud has s1');
    const sent = cloud.wire.filter(
      (text) => text.includes('"signingKey"') && text.includes('proof'),
    );
    const [first, second] = sent.slice(-2).map((text) => JSON.parse(text).signingKey);
    expect(second).toEqual(first);
  });
});

describe('the health report', () => {
  it('comes at once, with the gateways and nothing wrong', async () => {
    cloud.set({ isEnabled: true, gateways: [lyon] });
    await enrol();
    const one = run();
    await until(() => said(one, 'settings-taken'), 'the relay says settings-taken');
    await until(() => cloud.health.length > 0, 'the cloud has a report of health');

    expect(cloud.health[0]).toMatchObject({ isBalanced: true, conditions: [] });
    expect(cloud.health[0]?.gateways.map(({ name }) => name)).toEqual(['asa-lyon']);
  });
});

it('no gateway secret crosses the wire in any body, in either direction', async () => {
  cloud.set({ isEnabled: true, gateways: [{ ...lyon, nextSecret }] });
  await enrol();
  run();
  await answered('s1');
  await until(
    () => cloud.sessions.includes('s1') && cloud.health.length > 0,
    'the cloud has s1 and a report of health',
  );

  const forms = [secret, nextSecret].flatMap((text) => [
    text,
    Buffer.from(text).toString('base64').replace(/=+$/, '').slice(0, -2),
    Buffer.from(text).toString('base64url').slice(0, -2),
    Buffer.from(text).toString('hex'),
  ]);
  const wire = cloud.wire.flatMap((text) => [text, ...decoded(text)]).join('\n');
  expect(wire).toContain('asa-lyon');
  for (const form of forms) expect(wire).not.toContain(form);
});

/** The parts of a signed document, so that base64 hides nothing. */
function decoded(text: string): string[] {
  return text.split('.').map((part) => Buffer.from(part, 'base64url').toString('latin1'));
}
