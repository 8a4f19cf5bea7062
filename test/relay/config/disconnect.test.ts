// The list `disconnect` of the relay's own file: what it takes, and each way to write it wrong.

import path from 'node:path';
import { markingShared } from '../../../relay/config/disconnect.ts';
import { findingText } from '../../../relay/config/findings.ts';
import { loadConfig } from '../../../relay/config/load.ts';

const folder = path.resolve('/etc/wherefrom');
const accounting = 'the-secret-of-accounting';
const own = 'the-secret-of-disconnects';

function load(more: object, files: Readonly<Record<string, string>> = { 'cut.secret': own }) {
  const text = JSON.stringify({
    gateways: [
      { name: 'vpn-1', address: '192.0.2.1', secretEnv: 'ACCOUNTING' },
      { name: 'vpn-2', address: '192.0.2.128/25', secretEnv: 'OTHER', behindProxy: true },
    ],
    dataDir: 'state',
    ...more,
  });
  const all = new Map([
    [path.join(folder, 'relay.json'), text],
    ...Object.entries(files).map(([name, content]) => [path.join(folder, name), content] as const),
  ]);
  const { config, findings } = loadConfig(path.join(folder, 'relay.json'), {
    env: { ACCOUNTING: accounting, OTHER: 'the-secret-of-the-second' },
    readFile(name) {
      const found = all.get(name);
      if (found === undefined) throw Object.assign(new Error('no'), { code: 'ENOENT' });
      return { octets: Buffer.from(found), mode: 0o600 };
    },
  });
  return { config, texts: findings.map((finding) => findingText(finding)) };
}

const entry = { gateway: 'vpn-1', address: '192.0.2.1', secretFile: 'cut.secret', form: 'rfc5176' };

describe('the list of gateways that may be asked to end a session', () => {
  it('is empty unless the file has one', () => {
    expect(load({}).config?.disconnect).toBeUndefined();
  });

  it('takes port and limit by default, the port by the form', () => {
    const { config, texts } = load({
      disconnect: [entry, { ...entry, gateway: 'asa', form: 'cisco-asa', perHour: 20 }],
    });

    expect(texts).toEqual([
      expect.stringContaining('asa is not in this file: only a gateway of the settings'),
    ]);
    const secret = Buffer.from(own);
    const { secretFile: _, ...rest } = entry;
    expect(config?.disconnect).toEqual({
      isEnabled: true,
      targets: [
        { ...rest, via: 'udp', port: 3799, secret, perHourMax: 5 },
        {
          ...rest,
          via: 'udp',
          gateway: 'asa',
          form: 'cisco-asa',
          port: 1700,
          secret,
          perHourMax: 20,
        },
      ],
    });
  });

  it('can be switched off as a whole', () => {
    const { config } = load({ disconnect: [entry], disconnectEnabled: false });

    expect(config?.disconnect?.isEnabled).toBe(false);
  });

  it.each<[string, object, string]>([
    ['an address that is not the gateway', { address: '192.0.2.7' }, 'is no address of vpn-1'],
    ['a gateway behind a proxy', { gateway: 'vpn-2', address: '192.0.2.130' }, 'behind a proxy'],
    ['a form that does not exist', { form: 'f5' }, 'expects one of rfc5176, strongswan'],
    ['a limit that is none', { perHour: 0 }, 'expects a whole number from 1 to 100'],
    ['a block for an address', { address: '192.0.2.0/24' }, 'expects an IPv4 or IPv6 address'],
    ['a secret that is not there', { secretFile: 'other' }, 'cannot be read (ENOENT)'],
    ['a key that is not known', { secret: own }, 'unknown key'],
  ])('refuses %s', (_what, changes, message) => {
    const { config, texts } = load({ disconnect: [{ ...entry, ...changes }] });

    expect(config).toBeUndefined();
    expect(texts.join('\n')).toContain(message);
  });

  it('refuses the accounting secret, a weak one, and the same place twice', () => {
    const shared = load({ disconnect: [entry] }, { 'cut.secret': accounting });
    const weak = load({ disconnect: [entry] }, { 'cut.secret': 'short' });
    const twice = load({ disconnect: [entry, entry] });

    expect(shared.texts.join()).toContain('is the accounting secret of vpn-1');
    expect(weak.texts.join()).toContain('has 5 characters');
    expect(twice.texts.join()).toContain('vpn-1 at 192.0.2.1 is there twice');
    expect([shared.config, weak.config, twice.config]).toEqual([undefined, undefined, undefined]);
    expect(shared.texts.join()).not.toContain(accounting);
  });

  it('says which gateway of the settings has the same secret, whatever it is called', () => {
    const { config } = load({ disconnect: [entry] });
    const gateway = (name: string, ...secrets: string[]) => ({
      name,
      addresses: ['10.0.0.1'],
      secrets: secrets.map((secret) => Buffer.from(secret)),
    });
    const sharedWith = (...gateways: ReturnType<typeof gateway>[]) =>
      config?.disconnect &&
      markingShared(config.disconnect, gateways).targets.map(
        (target) => target.via === 'udp' && target.secretSharedWith,
      )[0];

    expect(sharedWith(gateway('asa', accounting))).toBeUndefined();
    expect(sharedWith(gateway('asa', accounting), gateway('fw', accounting, own))).toBe('fw');
  });

  it('is refused in FIPS mode, which has no MD5', () => {
    const { texts } = load({ fips: true, disconnect: [entry] });

    expect(texts.join('\n')).toContain('needs MD5, which FIPS mode does not have');
  });

  it('takes the way over RadSec, which FIPS mode has, without port and secret', () => {
    const { secretFile: _, ...bare } = entry;
    const texts = (more: object, ...changes: object[]): string =>
      load({ ...more, disconnect: changes.map((one) => ({ ...bare, ...one })) }).texts.join('\n');
    const radsec = { certificateFile: 'c', keyFile: 'k', caFile: 'a' };

    expect(texts({}, { via: 'radsec' })).toContain('needs "radsec"');
    expect(texts({ radsec }, { via: 'radsec', port: 3799 })).toContain('is of UDP: leave it out');
    expect(texts({ radsec }, { via: 'radsec', secretFile: 'x' })).toContain('is of UDP');
    expect(texts({ radsec, fips: true }, { via: 'radsec' })).not.toContain('disconnect');
    expect(texts({}, {})).toContain('is missing: a secret of Disconnect-Requests alone');
  });
});
