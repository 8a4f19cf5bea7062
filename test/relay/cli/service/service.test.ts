// The relay as a service: what print shows is what install writes.

import fs from 'node:fs';
import path from 'node:path';
import { readWithCredentials } from '../../../../relay/cli/service/credentials.ts';
import { firewallKinds, firewallRules } from '../../../../relay/cli/service/firewall.ts';
import { serviceAccessFaults } from '../../../../relay/cli/service/service-access.ts';
import { systemdUnit } from '../../../../relay/cli/service/systemd-unit.ts';
import { loadConfig } from '../../../../relay/config/load.ts';
import { radsecDefaults } from '../../../../relay/config/radsec.ts';
import { runCommand } from '../../../support/command.ts';
import { stopAll, temporaryFolder } from '../../../support/running-relay.ts';
import { io, secrets, setUp } from '../../../system/relay/cli/doctor/set-up.ts';

afterEach(stopAll);

const unitPath = '/etc/systemd/system/wherefrom-relay.service';
const sysctlPath = '/etc/sysctl.d/60-wherefrom.conf';

const printed = async (...options: string[]) => {
  const { stdout } = await runCommand('service', 'print', '--json', ...options);
  return JSON.parse(stdout) as { files: Partial<Record<string, string>>; calls: string[][] };
};

describe('the systemd unit', () => {
  it('hands over every secret and key as a credential, and holds none', async () => {
    const site = setUp();
    const { files } = await printed('--config', site.file);
    const unit = files[unitPath] ?? '';

    for (const name of Object.keys(secrets)) {
      expect(unit).toContain(`LoadCredential=${name}.secret:${site.folder}/${name}.secret\n`);
    }
    for (const secret of Object.values(secrets)) expect(unit).not.toContain(secret);
    expect(unit).not.toContain(`:${site.file}`);
  });

  it('does not end a relay because the cloud is away', async () => {
    const { files } = await printed('--config', setUp().file);

    expect(files[unitPath]).toMatch(/^ExecStartPost=-.* status --wait 20 /m);
  });
});

describe('service install', () => {
  it('writes what print shows, says what it does, and takes it away again', async () => {
    const site = setUp();
    const root = temporaryFolder();
    const { files } = await printed('--config', site.file);

    const installed = await runCommand('service', 'install', '--root', root, '--config', site.file);
    const written = Object.keys(files).map((name) =>
      fs.readFileSync(path.join(root, name), 'utf8'),
    );
    const again = await runCommand('service', 'install', '--root', root, '--config', site.file);
    const words = ['service', 'uninstall', '--root', root, '--config', site.file];
    const { stdout, exitCode } = await runCommand(...words);

    expect(Object.keys(files)).toEqual([unitPath, sysctlPath]);
    expect(written).toEqual(Object.values(files));
    expect(installed.stdout).toContain('not run  systemctl enable --now wherefrom-relay');
    expect(again.stdout.match(/^unchanged/gm)).toHaveLength(2);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('kept     configuration, secrets, journal');
    expect(fs.existsSync(path.join(root, unitPath))).toBe(false);
  });
});

describe('what the service can reach', () => {
  const config = '/etc/wherefrom/relay.json';
  const unit = systemdUnit({ program: ['/usr/bin/wherefrom-relay'], config, credentials: [] });
  const data = '/var/lib/wherefrom';
  /** Modes as by deploy.md, with some of them otherwise. */
  const modes = (changed: Record<string, number> = {}) => {
    const all = { '/etc': 0o755, '/etc/wherefrom': 0o755, [config]: 0o644, ...changed };
    return (path: string): number | undefined => new Map(Object.entries(all)).get(path);
  };
  const faults = (changed: Record<string, number>, dataDir = data) =>
    serviceAccessFaults(unit, config, dataDir, modes(changed)).map(({ message }) => message);

  it('is everything where rights are as deploy.md sets them', () => {
    const deploy = fs.readFileSync(path.join(__dirname, '../../../../docs/deploy.md'), 'utf8');
    const [, folder] = /install -d -m (\d+) -o "\$USER" \/etc\/wherefrom\s/.exec(deploy) ?? [];

    expect(faults({ '/etc/wherefrom': Number.parseInt(folder ?? '0', 8) })).toEqual([]);
  });

  it.each([
    ['a closed folder', { '/etc/wherefrom': 0o700 }, data, 'look into /etc/wherefrom'],
    ['a closed file', { [config]: 0o600 }, data, `read ${config}`],
    ['a data directory elsewhere', {}, '/srv/wherefrom', 'write to /srv/wherefrom'],
    ['one that only begins alike', {}, '/var/lib/wherefrom2', 'write to /var/lib/wherefrom2'],
  ])('is not %s', (_, changed, dataDir, expected) => {
    expect(faults(changed, dataDir)).toEqual([expect.stringContaining(expected)]);
  });

  it('does not matter without the unit, or for another configuration', () => {
    const closed = modes({ '/etc/wherefrom': 0o700 });

    expect(serviceAccessFaults(undefined, config, data, closed)).toEqual([]);
    expect(serviceAccessFaults(unit, '/home/ann/relay.json', data, closed)).toEqual([]);
  });
});

describe('firewall rules', () => {
  const config = () => {
    const gateways = [
      { name: 'asa', address: '192.0.2.1', secretFile: 'asa.secret' },
      { name: 'six', addresses: ['2001:db8::/64', '198.51.100.0/24'], secretFile: 'rras.secret' },
    ];
    const loaded = loadConfig(setUp({ gateways }).file, io).config;
    if (!loaded) throw new Error('the set-up is sound');
    return loaded;
  };

  it.each(firewallKinds)('of %s let in exactly the configured gateways', (kind) => {
    const text = firewallRules(kind, config()).commands.join('\n');

    const addresses = text.match(/[\da-f.:]*[\da-f][.:][\da-f.:]*(\/\d+)?(?=[\s',]|$)/g) ?? [];
    expect([...new Set(addresses)].sort()).toEqual([
      '192.0.2.1',
      '198.51.100.0/24',
      '2001:db8::/64',
    ]);
    expect(text).toContain('31813');
  });

  it('let gateways reach the TLS port, too, where there is one', () => {
    const radsec = { ...radsecDefaults, listen: [{ address: '::', port: 2083 }] };
    const files = { certificateFile: 'c', keyFile: 'k', caFile: 'a' };
    const withTls = { ...config(), radsec: { ...radsec, ...files, limits: radsecDefaults } };

    const commands = firewallRules('ufw', withTls).commands;

    expect(commands).toContain(
      'ufw allow proto tcp from 192.0.2.1 to any port 2083 comment wherefrom',
    );
    expect(firewallRules('windows', withTls).commands[1]).toMatch(
      /-tls .*-Protocol TCP -LocalPort 2083/,
    );
  });

  it('are printed as they would be set, and only when asked for', async () => {
    const site = setUp();
    const without = await printed('--config', site.file);
    const { calls } = await printed('--config', site.file, '--firewall', 'ufw');

    expect(without.calls.flat()).not.toContain('ufw');
    expect(calls.filter(([program]) => program === 'ufw').map((call) => call.join(' '))).toEqual([
      'ufw allow proto udp from 127.0.0.1 to any port 31813 comment wherefrom',
      'ufw allow proto udp from 127.0.0.2 to any port 31813 comment wherefrom',
    ]);
  });

  it('refuse a firewall nobody knows', async () => {
    const { exitCode, stderr } = await runCommand('service', 'print', '--firewall', 'pf');

    expect(exitCode).toBe(64);
    expect(stderr).toContain('nft, ufw, firewalld, windows');
  });
});

it('prints the Windows service as a script for PowerShell', async () => {
  const site = setUp();

  const { stdout, exitCode } = await runCommand(
    'service',
    'print',
    '--windows',
    '--config',
    site.file,
  );

  expect(exitCode).toBe(0);
  const file = path.join(__dirname, '../../../fixtures/windows-service.ps1');
  expect(stdout).toBe(fs.readFileSync(file, 'utf8'));
});

describe('credentials of systemd', () => {
  it('do not hide files from commands that may not look at them', () => {
    const site = setUp();
    const closed = '/run/credentials/closed';
    const read = readWithCredentials(
      (name) => {
        if (name.startsWith(closed)) throw Object.assign(new Error('closed'), { code: 'EACCES' });
        return io.readFile(name);
      },
      { CREDENTIALS_DIRECTORY: closed },
    );

    expect(read(site.file).octets.toString()).toContain('gateways');
  });

  it('are read instead of the file of the same name', () => {
    const folder = temporaryFolder();
    fs.writeFileSync(path.join(folder, 'asa.secret'), 'handed-over-by-systemd', { mode: 0o444 });
    const site = setUp();

    const env = { CREDENTIALS_DIRECTORY: folder };
    const read = readWithCredentials(io.readFile, env);

    expect(read(path.join(site.folder, 'asa.secret'))).toMatchObject({ mode: 0o400 });
    expect(read(path.join(site.folder, 'asa.secret')).octets.toString()).toBe(
      'handed-over-by-systemd',
    );
    expect(read(path.join(site.folder, 'rras.secret')).octets.toString()).toContain(secrets.rras);
    expect(loadConfig(site.file, { env, readFile: read }).findings).toEqual([]);
  });
});
