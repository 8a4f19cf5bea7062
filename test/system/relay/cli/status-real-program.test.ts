// The real program in processes of its own: run, kill, run again, and ask it.

import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import fs from 'node:fs';
import path from 'node:path';
import type { StatusReport } from '../../../../relay/status/status-report.ts';
import { builtProgram } from '../../../support/built-program.ts';
import { freePort } from '../../../support/free-port.ts';
import {
  gatewaySecret,
  startPacket,
  stopAll,
  temporaryFolder,
} from '../../../support/running-relay.ts';
import { until } from '../../../support/until.ts';

const root = path.join(__dirname, '../../../..');
const children: ChildProcess[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await stopAll();
});

function relay(...args: string[]) {
  const child = spawn(process.execPath, [builtProgram('bin/relay.ts'), ...args], {
    cwd: root,
    env: { ...process.env, NODE_OPTIONS: '', TEST_SECRET: gatewaySecret },
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

it('a relay that was killed is not running; its successor accounts for every answer', async () => {
  const folder = temporaryFolder();
  const client = createSocket('udp4');
  await new Promise<void>((resolve) => client.bind(0, '127.0.0.1', resolve));
  let answers = 0;
  client.on('message', () => {
    answers += 1;
  });
  const port = await freePort();
  const file = path.join(folder, 'relay.json');
  const config = {
    listen: [{ address: '127.0.0.1', port }],
    gateways: [{ name: 'asa', address: '127.0.0.1', secretEnv: 'TEST_SECRET' }],
    dataDir: 'state',
  };
  fs.writeFileSync(file, JSON.stringify(config));
  const first = relay('run', '--config', file);
  await until(() => first.output.stdout.includes('"listening"'), 'the relay listens');
  for (let i = 0; i < 40; i++) client.send(startPacket(`session-${i}`), port, '127.0.0.1');
  await until(() => answers > 10, 'ten packets are answered');
  first.child.kill('SIGKILL');
  await first.ended;
  const answered = answers;

  const dead = relay('status', '--json', '--config', file);
  expect(await dead.ended).toBe(3);
  relay('run', '--config', file);
  const started = relay('status', '--wait', '20', '--config', file);
  expect(await started.ended).toBe(0);
  let report: StatusReport | undefined;
  while (!report || report.balance.state === 'counting') {
    const alive = relay('status', '--json', '--config', file);
    expect(await alive.ended).toBe(0);
    report = JSON.parse(alive.output.stdout);
  }
  const listing = relay('journal', 'cat', '--json', '--config', file);
  expect(await listing.ended).toBe(0);
  client.close();

  const records = listing.output.stdout.trimEnd().split('\n').length;
  expect(report.balance).toMatchObject({ state: 'balanced', acked: records, waiting: records });
  expect(records).toBeGreaterThanOrEqual(answered);
});
