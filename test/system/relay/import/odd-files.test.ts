// An import that loses something says what and where, and its exit code says so, too.

import fs from 'node:fs';
import path from 'node:path';
import { runCommand, writeConfigFile } from '../../../support/command.ts';
import {
  configIn,
  runCloud,
  runRelay,
  stopAll,
  temporaryFolder,
} from '../../../support/running-relay.ts';

afterEach(stopAll);

const head = 'Mon Nov 23 08:00:00 2026\n\tAcct-Status-Type = Start\n\tNAS-IP-Address = 127.0.0.1\n';
const sound = `${head}\tUser-Name = "sound"\n\tAcct-Session-Id = "s1"\n\n`;

async function importOf(name: string, content: string | Buffer, ...options: readonly string[]) {
  const folder = temporaryFolder();
  const cloud = await runCloud();
  await runRelay(configIn(folder, cloud.cloud));
  const config = writeConfigFile(folder);
  const file = path.join(folder, name);
  fs.writeFileSync(file, content);
  const result = await runCommand('import', '--config', config, file, ...options);
  return { ...result, events: cloud.events };
}

it('of a value that no packet can hold takes the rest of its record, and says so', async () => {
  const text = `${head}\tUser-Name = "odd"\n\tNAS-Port-Type = ::Hovercraft\n\n${sound}`;

  const { exitCode, stdout, stderr, events } = await importOf('detail', text);

  expect(exitCode).toBe(65);
  expect(events.map(({ user }) => user.raw)).toEqual(['odd', 'sound']);
  expect(stderr).toContain(':1: taken without NAS-Port-Type, whose value cannot be one');
  expect(stderr).toContain('not imported: 0 records or lines, 1 values');
  expect(stdout).toContain('values left out: 1 NAS-Port-Type');
});

it('of a line that is no attribute says so; attributes of the server are no loss', async () => {
  const odd = await importOf('detail', `${sound}what is this?\n\n`);
  const own = sound.replace('\n\n', '\n\tAcct-Unique-Session-Id = "b3"\n\tRealm = "x"\n\n');

  expect(odd.exitCode).toBe(0);
  const broken = await importOf('detail', `${sound}\tno attribute\n\n`);
  expect(broken.exitCode).toBe(65);
  expect(broken.stderr).toContain('not imported: 1 records or lines, 0 values');
  expect((await importOf('detail', own)).exitCode).toBe(0);
});

it('of a capture names what is no record, and what to do about another port', async () => {
  const file = path.join(__dirname, '../../../fixtures/radius/ocserv.pcap');

  const { exitCode, stderr, stdout } = await importOf('other.pcap', fs.readFileSync(file));

  // Its packets come from a gateway that is not configured here.
  expect(exitCode).toBe(1);
  expect(stderr).toContain('no configured secret');
  expect(stdout).toContain('passed over: ');
});
