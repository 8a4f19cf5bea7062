import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import radius from 'radius';
import { builtProgram } from '../../../support/built-program.ts';
import { freePort } from '../../../support/free-port.ts';
import { until } from '../../../support/until.ts';

const root = path.join(__dirname, '../../../..');
const secret = 'a-secret-of-the-test-gateway';
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'relay-cli-'));
const children: ChildProcess[] = [];

afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  fs.rmSync(folder, { recursive: true, force: true });
});

function write(name: string, text: string): string {
  const file = path.join(folder, name);
  fs.writeFileSync(file, text, { mode: 0o600 });
  return file;
}

/** Starts the real program; `stdout` and `stderr` grow while it runs. */
const relay = (...args: string[]) => start(builtProgram('bin/relay.ts'), ...args);

function start(...args: string[]) {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, NODE_OPTIONS: '', TEST_SECRET: secret, JOURNAL_STREAM: undefined },
  });
  children.push(child);
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    output.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output.stderr += chunk;
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  return { child, output, ended };
}

type LogLine = { readonly event: string; readonly [field: string]: unknown };

const linesOf = (text: string): LogLine[] =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));

const configText = (port: number, gateways: string): string => `{
  // Only for this test.
  "listen": [{ "address": "127.0.0.1", "port": ${port} }],
  "gateways": [${gateways}],
  "dataDir": "state-${port}",
}`;
const asa = '{ "name": "asa", "address": "127.0.0.1", "secretEnv": "TEST_SECRET" }';

describe('relay check', () => {
  it('exits 0 for a good configuration and shows settings, but no secret', async () => {
    const file = write('good.json', configText(1813, asa));

    const { output, ended } = relay('check', '--config', file, '--effective');

    expect(await ended).toBe(0);
    expect(output.stdout).toMatch(/\(set, 28 chars, fingerprint [0-9a-f]{4}\)/);
    expect(output.stdout).toContain(`${file}: good, 1 gateway(s)`);
    expect(output.stdout + output.stderr).not.toContain(secret);
  });

  it('exits 78 for a bad one and lists the findings, for machines too', async () => {
    const file = write('bad.json', configText(99_999, '{ "nam": "asa" }'));

    const { output, ended } = relay('check', '--json', '--config', file);

    expect(await ended).toBe(78);
    const { ok, findings } = JSON.parse(output.stdout);
    expect(ok).toBe(false);
    expect(findings.map(({ path: where }: { path: string }) => where)).toEqual([
      'gateways[0].nam',
      'listen[0].port',
      'gateways[0].name',
    ]);
  });
});

describe('relay run', () => {
  it('reloads on SIGHUP unless the new configuration is bad, and loses no packet', async () => {
    const port = await freePort();
    const file = write('run.json', configText(port, asa));
    const { child, output, ended } = relay('run', '--config', file);
    const events = (): string[] => linesOf(output.stdout).map(({ event }) => event);
    await until(() => output.stdout.includes('"listening"'), 'the relay listens');
    const client = createSocket('udp4');
    let answers = 0;
    client.on('message', () => {
      answers += 1;
    });
    const send = (identifier: number): void => {
      const attributes = [['Acct-Status-Type', 'Start']];
      const code = 'Accounting-Request';
      client.send(radius.encode({ code, secret, identifier, attributes }), port, '127.0.0.1');
    };
    send(1);
    await until(() => answers === 1, 'the packet is answered');

    write('run.json', '{ "listen": 1 }');
    child.kill('SIGHUP');
    await until(() => events().includes('reload-refused'), 'the relay says reload-refused');
    send(2);
    await until(() => answers === 2, '2 packets are answered');
    const second = '{ "name": "f5", "address": "192.0.2.1", "secretEnv": "TEST_SECRET" }';
    write('run.json', configText(port + 1, `${asa}, ${second}`));
    child.kill('SIGHUP');
    await until(() => events().includes('restart-needed'), 'the relay says restart-needed');
    send(3);
    await until(() => answers === 3, '3 packets are answered');
    client.close();
    child.kill('SIGTERM');

    expect(await ended).toBe(0);
    expect(events()).toEqual(expect.arrayContaining(['listening', 'reloaded', 'stopped']));
    expect(output.stdout + output.stderr).not.toContain(secret);
  });

  it('exits 78 with a bad configuration and 1 when the port is taken', async () => {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    const taken = write('taken.json', configText(socket.address().port, asa));
    const bad = write('none.json', '{}');

    const onTaken = relay('run', '--config', taken);
    const onBad = relay('run', '--config', bad);

    expect(await onTaken.ended).toBe(1);
    expect(onTaken.output.stdout).toContain('RELAY_PORT_UNUSABLE');
    expect(await onBad.ended).toBe(78);
    expect(onBad.output.stderr).toContain('gateways: is missing');
    socket.close();
  });
});

describe('the command line', () => {
  it('explains itself and names what is wrong', async () => {
    const help = relay('--help');
    // From source it calls itself as whoever has the source does.
    const verbHelp = start('bin/run.mjs', 'tsx', 'bin/relay.ts', 'run', '--help');
    const typo = relay('chekc');
    const unknown = relay('run', '--secret', 'x');

    expect(await help.ended).toBe(0);
    expect(help.output.stdout).toContain('check');
    expect(await verbHelp.ended).toBe(0);
    expect(verbHelp.output.stdout).toContain('Example: npm run relay -- run --config');
    expect(await typo.ended).toBe(64);
    expect(typo.output.stderr).toContain('did you mean "check"?');
    expect(await unknown.ended).toBe(64);
    expect(unknown.output.stderr).toContain("'--secret'");
  });
});
