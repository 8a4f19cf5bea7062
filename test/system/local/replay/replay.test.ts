import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type * as OpenLocator from '../../../../geo/open-locator.ts';
import { runReplay } from '../../../../local/replay/replay-command.ts';
import { builtProgram } from '../../../support/built-program.ts';
import { readersInProcess } from '../../../support/reader-in-process.ts';

const day = 86_400_000;
const first = Date.UTC(2026, 8, 1, 7);
/** Addresses of Deutsche Telekom and of Telstra. */
const home = '79.192.0.5';
const sydney = '1.128.0.9';

// A hundred megabytes, read and checked: once for all runs of this file.
jest.mock('../../../../geo/open-locator.ts', () => {
  const actual = jest.requireActual<typeof OpenLocator>('../../../../geo/open-locator.ts');
  let opened: ReturnType<typeof actual.openInstalledLocator> | undefined;
  const openInstalledLocator = () => {
    opened ??= actual.openInstalledLocator();
    return opened;
  };
  return { ...actual, openInstalledLocator };
});

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wherefrom-replay-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

type Written = { at: number; status: string; session: string; address?: string; more?: string };

/** A record as rlm_detail writes it. */
const record = ({ at, status, session, address, more }: Written): string =>
  [
    'Tue Sep  1 09:00:00 2026',
    `Acct-Status-Type = ${status}`,
    'User-Name = "CORP\\\\alice"',
    `Acct-Session-Id = "${session}"`,
    'NAS-IP-Address = 192.0.2.1',
    ...(address === undefined ? [] : [`Calling-Station-Id = "${address}"`]),
    ...(more === undefined ? [] : [more]),
    `Timestamp = ${at / 1000}`,
  ].join('\n\t');

/**
 * Six weeks of working days from home, then a night connection from the other end of the world.
 * @param more working days after it
 */
function history(more = 0): string {
  const days = Array.from({ length: 42 }, (_, at) => first + at * day);
  const records = days.flatMap((at, index) => [
    record({ at, status: 'Start', session: `h${index}`, address: home }),
    record({
      at: at + 8 * 3_600_000,
      status: 'Stop',
      session: `h${index}`,
      address: home,
      more: 'Acct-Session-Time = 28800',
    }),
  ]);
  const night = first + 42 * day + 12 * 3_600_000;
  const after = Array.from({ length: more }, (_, at) =>
    record({ at: first + (43 + at) * day, status: 'Start', session: `l${at}`, address: home }),
  );
  return [
    ...records,
    record({ at: night, status: 'Start', session: 'odd', address: sydney }),
    ...after,
  ]
    .map((text) => `${text}\n\n`)
    .join('');
}

function file(name: string, contents: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, contents);
  return path;
}

type Run = { code: number; lines: Record<string, unknown>[]; error: string };

async function run(args: readonly string[], stdin = ''): Promise<Run> {
  let out = '';
  let error = '';
  const code = await runReplay(args, {
    out: async (text) => {
      out += text;
    },
    error: (text) => {
      error += text;
    },
    isTerminal: false,
    now: () => 0,
    peakMemoryMiB: () => 1,
    startReader: readersInProcess(),
    stdin: async function* () {
      yield Buffer.from(stdin);
    },
  });
  const lines = out.startsWith('{') ? out.trimEnd().split('\n') : [];
  return { code, lines: lines.map((line) => JSON.parse(line)), error };
}

/** What package.json gives to node before its program. */
function memoryOptions(): readonly string[] {
  const { scripts } = JSON.parse(readFileSync(join(__dirname, '../../../../package.json'), 'utf8'));
  return (scripts.replay as string).split(' ').filter((word) => word.startsWith('--'));
}

const settings = (): string =>
  file(
    'settings.json',
    JSON.stringify({
      domains: { netbios: { CORP: 'corp.example' }, defaultDomain: 'corp.example' },
      gateways: [{ name: 'vpn-1', addresses: ['192.0.2.1'] }],
      sites: [],
    }),
  );

describe('replay', () => {
  it('finds the connection from the other end of the world, as the cloud would', async () => {
    const { code, lines, error } = await run(['--settings', settings(), file('a', history())]);

    expect(code).toBe(0);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({
      userKey: 'alice@corp.example',
      learning: false,
      firstSeen: '2026-10-13T19:00:00.000Z',
    });
    expect(['medium', 'high']).toContain(lines[0]?.['severity']);
    expect(error).toContain('85 records');
  });

  it('prints a line a detection, however long the user goes on, and a report', async () => {
    const path = file('on', history(60));

    const { lines, error } = await run(['--settings', settings(), path]);

    expect(lines.map(({ userKey }) => userKey)).toEqual(['alice@corp.example']);
    expect(error).toContain('1 users, 103 sessions scored, 1 detections');
    expect(error).toContain('102 days, 1 user: 0.0 alerts a day at normal');
    expect(error).toMatch(/What weighed most in them: [^(]+\(100 %\)\./);
    expect(error).toMatch(/about 0\.0 a day at low, about 0\.0 a day at high/);
  });

  it('prints and counts what is asked for, and learns from all', async () => {
    const path = file('asked', history());
    const args = ['--settings', settings(), path];

    const later = await run(['--since', '2026-10-13T19:00:01Z', ...args]);
    const since = await run(['--since', '2026-10-13', '--scores', ...args]);
    const alice = await run(['--user', 'CORP\\alice', ...args]);
    const bob = await run(['--user', 'bob', ...args]);

    expect([later, since, alice, bob].map(({ lines }) => lines.length)).toEqual([0, 1, 1, 0]);
    expect(bob.error).toContain('0 users');
    expect(bob.error).toContain('No record is of the user bob@corp.example.');
    expect(alice.error).not.toContain('No record');
    for (const option of ['--since', '--until']) {
      for (const wrong of ['yesterday', '5', '2026-13-01', '2026-11-01T08:00']) {
        const { code, error } = await run([option, wrong, ...args]);
        expect([wrong, code]).toEqual([wrong, 1]);
        expect(error).toContain(`${option} expects a time as ISO 8601`);
      }
    }
  });

  it('prints and counts what began before a time, and reads on', async () => {
    const args = ['--settings', settings(), file('until', history())];

    const before = await run(['--until', '2026-10-13T19:00:00Z', ...args]);
    const after = await run(['--until', '2026-10-13T19:00:01Z', ...args]);
    const between = ['--since', '2026-09-05', '--until', '2026-09-11'];
    const week = await run([...between, '--scores', ...args]);
    const none = await run(['--since', '2026-09-11', '--until', '2026-09-11', ...args]);

    expect([before, after, week].map(({ lines }) => lines.length)).toEqual([0, 1, 6]);
    expect(week.error).toContain('85 records');
    expect(week.error).toContain('6 days, 1 user: 0.0 alerts a day');
    expect(none).toMatchObject({
      code: 1,
      error: expect.stringContaining('is not before --until'),
    });
  });

  it('says when there is nothing of what is asked for', async () => {
    const path = file('nothing', history());

    const late = await run(['--since', '2027-01-01', path]);
    const early = await run(['--until', '2026-09-01', path]);
    const empty = await run([file('empty', '')]);

    expect([late.code, late.lines, empty.code, empty.lines]).toEqual([0, [], 0, []]);
    expect(late.error).toContain(
      'No record is of then or later: the last is of 2026-10-13T19:00Z.',
    );
    expect(early.error).toContain(
      'No record is from before then: the first is of 2026-09-01T07:00Z.',
    );
    expect(late.error).toContain('0 days, 0 users: 0.0 alerts a day');
    expect(empty.error).toContain('There is no record.');
    expect(empty.error).toContain('0 records in 0.0 s (0/s)');
  });

  it('prints the same octets with threads that read', async () => {
    const text = history();
    const paths = [file('t1', text.slice(0, 5000)), file('t2', `${text.slice(5000)}nonsense=\n`)];
    const args = ['--scores', '--settings', settings(), ...paths];

    const program = builtProgram('bin/replay.ts');
    // With the options of the process that `npm run replay` has.
    const command = [...memoryOptions(), program, '--workers', '3', ...args];
    const threads = spawnSync(process.execPath, command, { encoding: 'utf8' });

    const { lines, error } = await run(['--workers', '1', ...args]);
    expect(threads.stderr.split('\n').filter((one) => one.includes('skipped'))).toEqual(
      error.split('\n').filter((one) => one.includes('skipped')),
    );
    const whole = threads.stdout.trimEnd().split('\n');
    expect(whole.map((one) => JSON.parse(one))).toEqual(lines);
    expect(lines.length).toBeGreaterThan(40);
    for (const wrong of ['0', '17', 'two', '-1']) {
      const { code, error } = await run([`--workers=${wrong}`, ...paths]);
      expect([wrong, code, error]).toEqual([wrong, 1, expect.stringContaining('--workers')]);
    }
  });

  it('scores every session, also one without an address or of a single Stop', async () => {
    const lone = [
      record({ at: first, status: 'Start', session: 'no-address' }),
      record({ at: first + day, status: 'Stop', session: 'lone', address: home }),
      record({ at: first + 2 * day, status: 'Interim-Update', session: 'open', address: home }),
    ].join('\n\n');

    const { lines } = await run(['--scores', '--settings', settings(), file('b', lone)]);

    expect(lines.map((line) => Object.keys(line))).toEqual(
      Array(3).fill([
        'user',
        'sessionId',
        'gateway',
        'startedAt',
        'score',
        'severity',
        'learning',
        'reasons',
      ]),
    );
    expect(lines.map(({ sessionId }) => sessionId)).toEqual(['no-address', 'lone', 'open']);
    expect(lines[0]).toMatchObject({ user: 'alice@corp.example', gateway: 'vpn-1' });
  });

  it('gives the same for gzip, for standard input, and for CR LF', async () => {
    const text = history();
    const args = ['--scores', '--settings', settings()];
    const plain = await run([...args, file('c', text)]);

    const packed = await run([...args, file('c.gz', gzipSync(text))]);
    const piped = await run([...args, '-'], text);
    const windows = await run([...args, file('d', text.replaceAll('\n', '\r\n'))]);

    expect(plain.lines).toHaveLength(43);
    expect(packed.lines).toEqual(plain.lines);
    expect(piped.lines).toEqual(plain.lines);
    expect(windows.lines).toEqual(plain.lines);
  });

  it('takes several files as one stream, in whichever order they are named', async () => {
    const whole = history();
    const records = whole.split(/(?<=\n\n)/);
    const part = (name: string, isWanted: (at: number) => boolean): string =>
      file(name, records.filter((_, at) => isWanted(at)).join(''));
    // Two gateways' folders, the first one in two files.
    const early = part('early', (at) => at % 2 === 0 && at < 40);
    const late = part('late', (at) => at % 2 === 0 && at >= 40);
    const other = part('other', (at) => at % 2 === 1);
    const args = ['--scores', '--settings', settings()];

    const one = await run([...args, file('whole', whole)]);
    const several = await run([...args, late, other, early]);

    expect(several.lines).toEqual(one.lines);
  });

  it('reads the JSON lines of the wire format', async () => {
    const event = JSON.stringify({
      eventId: 'A'.repeat(22),
      kind: 'start',
      time: first,
      receivedTime: first,
      gateway: { id: 'vpn-1', address: '192.0.2.1', vendor: 'generic' },
      session: { id: 's1' },
      user: { raw: 'älice', account: 'älice', form: 'plain' },
      clientAddress: home,
      assignedAddresses: [],
      vendorAttributes: {},
      flags: [],
    });

    const { lines, error } = await run(['--scores', file('e', `${event}\n{"eventId":3}\n`)]);

    expect(lines).toMatchObject([{ user: 'älice', sessionId: 's1', gateway: 'vpn-1' }]);
    expect(error).toMatch(/e:2: skipped, it is no accounting event: see eventId/);
  });

  it('names what it cannot read by file and line, and goes on', async () => {
    const start = record({ at: first, status: 'Start', session: 's', address: home });
    const text = `${start}\n\tnonsense\n\n`;

    const { code, lines, error } = await run(['--scores', file('f', text)]);

    expect({ code, sessions: lines.length }).toEqual({ code: 0, sessions: 1 });
    expect(error).toMatch(/f:8: skipped/);
  });

  it('names what it does not use of the settings; packets tell an unknown vendor', async () => {
    const odd = file(
      'odd.json',
      JSON.stringify({
        domains: { CORP: 'corp.example' },
        gateways: [{ name: 'vpn-1', address: '192.0.2.1', vendor: 'Cisco' }],
        sties: [],
        sites: [
          { cidr: '10.0.0.0/8', name: 'x', country: 'DE' },
          { networks: [home], name: 'Office', country: 'FR', city: 'Lyon', lat: 45.8, lon: 4.8 },
        ],
      }),
    );
    const more = 'Cisco-AVPair = "mdm-tlv=device-uid=u1"';
    const text = record({ at: first, status: 'Start', session: 's', address: home, more });

    const { lines, error } = await run(['--scores', '--settings', odd, file('odd', text)]);

    expect(lines).toMatchObject([{ user: 'alice@corp.example', gateway: 'vpn-1' }]);
    expect(error).toMatch(/"sties" is not used/);
    expect(error).toMatch(/there is no vendor "Cisco"/);
    expect(error).toMatch(/site 1 is not used: it has no "lat" and "lon"/);
    expect(JSON.stringify(lines[0])).toContain('First time in FR');
  });

  it('refuses a file that holds no record, a missing one, and wrong settings', async () => {
    const wrong = file('wrong.json', '{"gateways":[{"name":"a","addresses":["x"]}]}');

    expect(await run([file('g', 'hello = world\n')])).toMatchObject({ code: 1 });
    expect(await run([join(folder, 'missing')])).toMatchObject({ code: 1 });
    const { code, error } = await run(['--settings', wrong, file('h', history())]);
    expect(code).toBe(1);
    expect(error).toMatch(/wrong\.json: gateways/);
  });

  it('says how it is used', async () => {
    expect(await run([])).toMatchObject({ code: 2 });
    expect(await run(['--frobnicate', 'x'])).toMatchObject({ code: 2 });
    expect(await run(['--help'])).toMatchObject({ code: 0 });
  });

  it('takes what FreeRADIUS wrote of every vendor', async () => {
    const path = join(__dirname, '../../../fixtures/import/freeradius-vendors.detail');

    const { code, error } = await run(['--scores', path]);

    expect(code).toBe(0);
    expect(error).toContain(`${readFileSync(path, 'utf8').split('\n\n').length - 1} records`);
    expect(error).toContain('0 unreadable');
  });
});
