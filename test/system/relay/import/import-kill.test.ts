// kill -9 of the import and of the relay, in their own processes, at any moment of an import.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { stampedOrdinal } from '../../../../relay/import/import-stamp.ts';
import { makeReader } from '../../../../relay/journal/reader.ts';
import { builtProgram } from '../../../support/built-program.ts';
import { detailText, writtenSessions } from '../../../support/detail-text.ts';
import { freePort } from '../../../support/free-port.ts';
import {
  gatewaySecret,
  runCloud,
  stopAll,
  type TestCloud,
  temporaryFolder,
} from '../../../support/running-relay.ts';
import { until } from '../../../support/until.ts';

jest.setTimeout(120_000);

const children = new Set<ChildProcess>();
afterEach(async () => {
  for (const child of children) await kill(child);
  await stopAll();
});

const root = path.join(__dirname, '../../../..');
const sessions = 15_000;
const july = Date.UTC(2026, 6, 1);

async function kill(child: ChildProcess): Promise<void> {
  children.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

function start(args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [builtProgram('bin/relay.ts'), ...args], {
    cwd: root,
    env: { ...process.env, TEST_SECRET: gatewaySecret, NODE_NO_WARNINGS: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.add(child);
  return child;
}

/** A relay process that listens. */
async function startRelay(config: string): Promise<ChildProcess> {
  const child = start(['run', '--json', '--config', config]);
  if (!child.stdout) throw new Error('no output');
  for await (const line of createInterface({ input: child.stdout })) {
    if (JSON.parse(line).event !== 'listening') continue;
    child.stdout.resume();
    return child;
  }
  throw new Error('the relay does not listen');
}

async function writeConfig(folder: string, cloud: TestCloud): Promise<string> {
  const key = path.join(folder, 'relay.key');
  const { privateKey, url, relayId } = cloud.cloud;
  fs.writeFileSync(key, privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 });
  const config = path.join(folder, 'relay.json');
  const settings = {
    listen: [{ address: '127.0.0.1', port: await freePort() }],
    gateways: [{ name: 'asa', address: '127.0.0.1', secretEnv: 'TEST_SECRET' }],
    dataDir: '.',
    cloud: { url, relayId, keyFile: key },
  };
  fs.writeFileSync(config, JSON.stringify(settings));
  return config;
}

/** Ordinals of all imported records, in the order of the journal. */
async function ordinalsIn(folder: string): Promise<number[]> {
  const imports = path.join(folder, 'journal', 'imports');
  const [id = ''] = fs.readdirSync(imports);
  const reader = makeReader({ directory: path.join(folder, 'journal') });
  const ordinals: number[] = [];
  for (let next = 1; ; ) {
    const { entries } = await reader.readFrom(next, 2000, 1 << 22);
    for (const entry of entries) {
      if (entry.kind !== 'record') throw new Error(`position ${entry.position} is damaged`);
      ordinals.push(stampedOrdinal(entry.record.payload, Buffer.from(id, 'hex')) ?? -1);
    }
    const last = entries.at(-1);
    if (!last) break;
    next = last.position + 1;
  }
  await reader.close();
  return ordinals;
}

it('misses nothing and doubles nothing after kill -9 of the import and of the relay', async () => {
  const folder = temporaryFolder();
  const cloud = await runCloud();
  const config = await writeConfig(folder, cloud);
  const file = path.join(folder, 'detail');
  fs.writeFileSync(file, detailText(writtenSessions(sessions, july)));
  const args = ['import', '--config', config, file];
  let relay = await startRelay(config);

  // Twice the import dies on its way, then the relay under a third one, which waits for its return.
  for (const share of [0.1, 0.3]) {
    const killed = start(args);
    await until(() => cloud.events.length > sessions * 2 * share, `a share of ${share}`, 30_000);
    await kill(killed);
  }
  const last = start(args);
  await until(() => cloud.events.length > sessions * 2 * 0.5, 'half of it', 30_000);
  await kill(relay);
  const atDeath = cloud.events.length;
  relay = await startRelay(config);
  const [exitCode] = await once(last, 'exit');
  await kill(relay);

  expect({ exitCode, isInTheMiddle: atDeath < sessions * 2 }).toEqual({
    exitCode: 0,
    isInTheMiddle: true,
  });
  expect(await ordinalsIn(folder)).toEqual(Array.from({ length: sessions * 2 }, (_, at) => at));
  // What the relay had shipped without noting it, it ships again: the same events.
  const events = new Map(cloud.events.map((event) => [event.eventId, event]));
  expect(events.size).toBe(sessions * 2);
  expect([...events.values()].every(({ flags }) => flags.includes('imported'))).toBe(true);
});
