// The packaged relay, made, unpacked and installed for real: it runs without node_modules, answers
// radclient, and is removed again.

import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { connect } from 'node:tls';
import { hasProgram } from '../../../build/own-node.ts';
import { freePort } from '../../support/free-port.ts';
import { until } from '../../support/until.ts';

const root = path.join(__dirname, '../../..');
const fixtures = path.join(root, 'test/fixtures/tls');
const out = fs.mkdtempSync(path.join(os.tmpdir(), 'package-'));
const children: ChildProcess[] = [];
const secret = 'a-secret-of-the-packaged-relay';

const itWithDpkg = hasProgram('dpkg-deb') ? it : it.skip;
for (const program of ['rpmbuild', 'wixl']) {
  if (!hasProgram(program))
    process.stdout.write(`package-relay.test: no ${program} here, not built\n`);
}
const itWithRpm = hasProgram('rpmbuild') ? it : it.skip;
const itWithWixl = hasProgram('wixl') && hasProgram('msiextract') ? it : it.skip;
/** The folder that the packages hold. */
const bundleFolder = (): string =>
  path.join(out, fs.readdirSync(out).find((name) => /^wherefrom-relay-[\d.]+$/.test(name)) ?? '');
const packageEnding = (ending: string): string =>
  path.join(out, fs.readdirSync(out).find((name) => name.endsWith(ending)) ?? '');

beforeAll(() => {
  execFileSync(process.execPath, ['--import', 'tsx', 'bin/package-relay.ts', out], {
    cwd: root,
    env: { ...process.env, NODE_OPTIONS: '' },
  });
});

afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  fs.rmSync(out, { recursive: true, force: true });
});

/** Starts a program with an environment of its own, and reads what it says. */
function start(program: string, ...args: string[]) {
  const { PATH } = process.env;
  const child = spawn(program, args, { cwd: '/', env: { PATH, PACKAGED_SECRET: secret } });
  children.push(child);
  const output = { text: '' };
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output.text += chunk;
    });
  }
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  return { child, output, ended };
}

async function said(output: { readonly text: string }, word: string): Promise<void> {
  await until(
    () => output.text.includes(word),
    () => `it says ${word}: ${output.text}`,
  );
}

function writeConfig(folder: string, port: number, more: object = {}): string {
  const file = path.join(folder, 'relay.json');
  const gateway = { name: 'asa', address: '127.0.0.1', secretEnv: 'PACKAGED_SECRET' };
  const listen = [{ address: '127.0.0.1', port }];
  const config = { listen, gateways: [gateway], dataDir: 'state', ...more };
  fs.writeFileSync(file, JSON.stringify(config));
  return file;
}

/** Sends a Start by radclient; resolves to what it prints. */
async function radclient(port: number): Promise<string> {
  const attributes = 'Acct-Status-Type=Start,Acct-Session-Id=s1,User-Name=alice';
  const client = start('radclient', '-t', '5', `127.0.0.1:${port}`, 'acct', secret);
  client.child.stdin?.end(`${attributes},Calling-Station-Id=203.0.113.7\n`);
  await client.ended;
  return client.output.text;
}

it('is one folder without node_modules, with the licences of what it holds', () => {
  const names = fs.readdirSync(out);
  const folder = bundleFolder();
  const unpacked = fs.mkdtempSync(path.join(out, 'unpacked-'));
  const tarball = path.join(out, names.find((name) => name.endsWith('.tar.gz')) ?? '');

  execFileSync('tar', ['-xzf', tarball, '-C', unpacked]);
  const program = path.join(unpacked, path.basename(folder), 'wherefrom-relay');
  const help = spawnSync(program, ['--help'], { cwd: '/', encoding: 'utf8' });

  expect(fs.readdirSync(folder).sort()).toEqual([
    'LICENSE',
    'NOTICE',
    'THIRD-PARTY.txt',
    'radius-dictionaries',
    'relay.cjs',
    'wherefrom-relay',
  ]);
  expect(fs.readFileSync(path.join(folder, 'THIRD-PARTY.txt'), 'utf8')).toMatch(
    /valibot[\s\S]+MIT/,
  );
  expect({ status: help.status, stderr: help.stderr }).toEqual({ status: 0, stderr: '' });
  expect(help.stdout).toContain('  wherefrom-relay VERB [options]');
});

it('calls nothing that Node deprecates, not even for values that no dictionary has', () => {
  const folder = fs.mkdtempSync(path.join(out, 'deprecated-'));
  const file = path.join(folder, 'detail');
  const record = [
    'Mon Nov 23 08:00:00 2026',
    '\tAcct-Status-Type = Start',
    '\tUser-Name = "alice"',
    '\tAcct-Session-Id = "s1"',
    '\tNAS-IP-Address = 127.0.0.1',
    '\tNAS-Port-Type = Virtual',
    '\tTunnel-Type:0 = L2TP',
    '\tTunnel-Medium-Type:0 = Carrier-Pigeon',
    '\tAcct-Terminate-Cause = No-Such-Cause',
    '\tTimestamp = 1795420800',
  ];
  fs.writeFileSync(file, `${record.join('\n')}\n\n`);
  const config = writeConfig(folder, 1813, { adminSocket: path.join(folder, 'admin.sock') });
  const node = ['--pending-deprecation', '--throw-deprecation'];
  const relay = [
    path.join(bundleFolder(), 'relay.cjs'),
    'import',
    '--dry-run',
    '--config',
    config,
    file,
  ];
  const { PATH } = process.env;
  const env = { PATH, PACKAGED_SECRET: secret };

  const done = spawnSync(process.execPath, [...node, ...relay], { env, encoding: 'utf8' });

  expect(done.stdout).toContain('1 records');
  expect(done.stderr).not.toContain('Deprecation');
  expect(done.status).toBeLessThan(66);
});

it('starts its RadSec thread from the same one file', async () => {
  const folder = fs.mkdtempSync(path.join(out, 'radsec-'));
  const [cert, key] = ['cert', 'key'].map((one) => path.join(fixtures, `loopback.${one}.pem`));
  fs.copyFileSync(key ?? '', path.join(folder, 'key.pem'));
  fs.chmodSync(path.join(folder, 'key.pem'), 0o600);
  const port = await freePort();
  const radsec = {
    listen: [{ address: '127.0.0.1', port }],
    certificateFile: cert,
    keyFile: 'key.pem',
    caFile: cert,
  };
  const config = writeConfig(folder, await freePort(), { radsec });

  const relay = start(path.join(bundleFolder(), 'wherefrom-relay'), 'run', '--config', config);
  await said(relay.output, '"radsec-listening"');
  const protocol = await new Promise((resolve, reject) => {
    const client = connect({
      port,
      host: '127.0.0.1',
      servername: 'localhost',
      ALPNProtocols: ['radius/1.1'],
      cert: fs.readFileSync(cert ?? ''),
      key: fs.readFileSync(key ?? ''),
      ca: fs.readFileSync(cert ?? ''),
    });
    client.once('error', reject);
    client.once('secureConnect', () => {
      resolve(client.alpnProtocol);
      client.destroy();
    });
  });
  relay.child.kill('SIGTERM');

  expect(await relay.ended).toBe(0);
  expect(protocol).toBe('radius/1.1');
});

it('names no function when it runs: inner ones are made for every packet', () => {
  const text = fs.readFileSync(path.join(bundleFolder(), 'relay.cjs'), 'utf8');

  expect(text).toContain('readSaid(');
  expect(text).not.toMatch(/__name\(/);
});

it('names the sums of what it made', () => {
  const check = spawnSync('sha256sum', ['--check', 'SHA256SUMS'], { cwd: out, encoding: 'utf8' });

  expect(
    check.stdout
      .trim()
      .split('\n')
      .every((line) => line.endsWith(': OK')),
  ).toBe(true);
});

itWithDpkg('brings its own Node, or says that it needs one', () => {
  const deb = fs.readdirSync(out).find((name) => name.endsWith('.deb')) ?? '';
  const field = (name: string): string =>
    execFileSync('dpkg-deb', ['--field', path.join(out, deb), name], { encoding: 'utf8' }).trim();
  const listed = execFileSync('dpkg-deb', ['--contents', path.join(out, deb)], {
    encoding: 'utf8',
  });

  // Without a registry there is no Node to bring, and the package says so.
  const hasNode = / \.\/usr\/lib\/wherefrom\/node$/m.test(listed);
  expect(deb).toContain(`_${field('Architecture')}.deb`);
  expect(field('Architecture') === 'all').toBe(!hasNode);
  expect(field('Depends').includes('nodejs')).toBe(!hasNode);
  expect(/ \.\/usr\/lib\/wherefrom\/NODE-LICENSE$/m.test(listed)).toBe(hasNode);
  expect(listed).not.toMatch(/node_modules/);
});

itWithDpkg('speaks of itself in every guide, as it is installed', () => {
  const folder = fs.mkdtempSync(path.join(out, 'plain-'));
  const deb = fs.readdirSync(out).find((name) => name.endsWith('.deb')) ?? '';
  execFileSync('dpkg-deb', ['--extract', path.join(out, deb), folder]);
  const relay = (...args: string[]) =>
    spawnSync(path.join(folder, 'usr/bin/wherefrom-relay'), args, { cwd: '/', encoding: 'utf8' });

  for (const vendor of ['microsoft-rras', 'rras', 'cisco-asa', 'freeradius']) {
    const { status, stdout } = relay('guide', vendor, '--config', '/nowhere/relay.json');
    expect(status).toBe(0);
    expect(stdout).toContain('`wherefrom-relay capture');
    expect(stdout).not.toContain('npm');
  }
  const checked = relay('check', '--config', '/nowhere/relay.json');
  expect(checked.status).toBe(78);
  expect(checked.stderr).toMatch(/is not there.*gateway-secrets/s);
  expect(checked.stderr).not.toContain('npm');
});

itWithDpkg(
  'is installed by dpkg, started, answers radclient, and goes away again',
  async () => {
    const target = fs.mkdtempSync(path.join(out, 'root-'));
    for (const folder of ['info', 'updates', 'triggers']) {
      fs.mkdirSync(path.join(target, 'var/lib/dpkg', folder), { recursive: true });
    }
    fs.writeFileSync(path.join(target, 'var/lib/dpkg/status'), '');
    const deb = path.join(out, fs.readdirSync(out).find((name) => name.endsWith('.deb')) ?? '');
    const dpkg = (...args: string[]): void => {
      const force = ['--force-depends', '--force-not-root', '--force-script-chrootless'];
      execFileSync('dpkg', [`--root=${target}`, ...force, ...args], { stdio: 'pipe' });
    };
    const config = writeConfig(fs.mkdtempSync(path.join(out, 'site-')), await freePort());
    const port = JSON.parse(fs.readFileSync(config, 'utf8')).listen[0].port;

    dpkg('--install', deb);
    const program = path.join(target, 'usr/bin/wherefrom-relay');
    const relay = start(program, 'run', '--config', config);
    await said(relay.output, 'listening');
    const answer = await radclient(port);
    const status = start(program, 'status', '--json', '--config', config);
    expect(await status.ended).toBe(0);
    relay.child.kill('SIGTERM');
    expect(await relay.ended).toBe(0);
    const journal = start(program, 'journal', 'cat', '--json', '--config', config);
    expect(await journal.ended).toBe(0);
    dpkg('--remove', 'wherefrom-relay');

    expect(answer).toContain('Accounting-Response');
    expect(JSON.parse(status.output.text)).toMatchObject({
      state: 'healthy',
      balance: { acked: 1 },
    });
    expect(JSON.parse(journal.output.text)).toMatchObject({
      event: { kind: 'start', user: { account: 'alice' }, clientAddress: '203.0.113.7' },
    });
    expect(fs.existsSync(program)).toBe(false);
  },
  60_000,
);

itWithRpm('is the same as an RPM package, whose content runs', () => {
  const rpm = packageEnding('.rpm');
  const ask = (...args: string[]): string =>
    execFileSync('rpm', ['--nosignature', '-qp', ...args, rpm], { encoding: 'utf8' });
  const files = ask('--list').trim().split('\n');
  const hasNode = files.includes('/usr/lib/wherefrom/node');
  const scripts = ask('--scripts');

  expect(ask('--queryformat', '%{ARCH}').trim() === 'noarch').toBe(!hasNode);
  expect(ask('--requires').includes('nodejs')).toBe(!hasNode);
  expect(files).toEqual(
    expect.arrayContaining([
      '/etc/wherefrom',
      '/usr/bin/wherefrom-relay',
      '/usr/lib/wherefrom/relay.cjs',
      '/usr/lib/systemd/system/wherefrom-relay.service',
      '/usr/lib/sysctl.d/60-wherefrom.conf',
    ]),
  );
  expect(scripts).toContain('systemctl daemon-reload');
  // An update removes the package of before as its last step: the service goes on.
  expect(scripts).toMatch(/"\$1" -eq 0[\s\S]*systemctl disable --now/);
  expect(ask('--queryformat', '[%{FILEUSERNAME}:%{FILEGROUPNAME} ]')).toMatch(/^(root:root )+$/);

  const folder = fs.mkdtempSync(path.join(out, 'rpm-'));
  // Packed once more on its way, it took fourteen times as long.
  execFileSync('sh', ['-c', 'rpm2archive -n - < "$0" | tar -x', rpm], { cwd: folder });
  const program = path.join(folder, 'usr/bin/wherefrom-relay');
  const { status, stdout } = spawnSync(program, ['--help'], { cwd: '/', encoding: 'utf8' });
  expect([status, stdout.includes('  wherefrom-relay VERB [options]')]).toEqual([0, true]);
  const deb = packageEnding('.deb');
  if (!fs.existsSync(deb)) return;
  const unpacked = fs.mkdtempSync(path.join(out, 'deb-'));
  execFileSync('dpkg-deb', ['--extract', deb, unpacked]);
  for (const name of ['relay.cjs', ...(hasNode ? ['node'] : [])]) {
    const of = (root: string): Buffer =>
      fs.readFileSync(path.join(root, 'usr/lib/wherefrom', name));
    expect(of(folder).equals(of(unpacked))).toBe(true);
  }
});

itWithWixl('is for Windows a package with its own Node, as far as tables and files tell', () => {
  const msi = packageEnding('.msi');
  // Without a registry there is no Node for Windows to bring, and no package.
  if (!fs.existsSync(msi)) return;
  const table = (name: string): string[] =>
    execFileSync('msiinfo', ['export', msi, name], { encoding: 'utf8' }).split(/\r?\n/).slice(3);
  const folder = fs.mkdtempSync(path.join(out, 'msi-'));
  execFileSync('msiextract', ['-C', folder, msi], { stdio: 'ignore' });
  // The folder of Windows is known to its installer alone.
  const at = path.join(folder, 'wherefrom');
  expect(table('Directory')).toContain('INSTALLDIR\tProgramFiles64Folder\twherefrom');
  const bundle = bundleFolder();
  const names = [...fs.readdirSync(bundle), 'NODE-LICENSE', 'node.exe', 'wherefrom-relay.cmd'];

  expect(fs.readdirSync(at).sort()).toEqual(
    names.filter((name) => name !== 'wherefrom-relay').sort(),
  );
  const relay = (root: string): Buffer => fs.readFileSync(path.join(root, 'relay.cjs'));
  expect(relay(at).equals(relay(bundle))).toBe(true);
  // A program of Windows for x64 (PE signature, machine 8664h).
  const node = fs.readFileSync(path.join(at, 'node.exe'));
  const header = node.readUInt32LE(0x3c);
  expect(node.toString('latin1', header, header + 4)).toBe('PE\0\0');
  expect(node.readUInt16LE(header + 4)).toBe(0x8664);
  expect(fs.readFileSync(path.join(at, 'wherefrom-relay.cmd'), 'latin1')).toContain(
    '"%~dp0node.exe" "%~dp0relay.cjs" %*',
  );
  // Nothing starts by itself, and an update takes the place of what was there.
  expect(table('ServiceInstall').filter(Boolean)).toEqual([]);
  expect(table('CustomAction').filter((row) => /relay|node/i.test(row))).toEqual([]);
  expect(table('Upgrade').filter(Boolean)).toHaveLength(2);
  expect(table('Property').find((row) => row.startsWith('Manufacturer'))).toBeDefined();
});
