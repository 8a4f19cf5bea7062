import { createSocket } from 'node:dgram';
import fs from 'node:fs';
import path from 'node:path';
import radius from 'radius';
import { startCommand, writeConfigFile } from '../../../../support/command.ts';
import { freePort } from '../../../../support/free-port.ts';
import { attribute } from '../../../../support/radius-packets.ts';
import { vendorAttribute } from '../../../../support/records.ts';
import {
  configIn,
  runRelay,
  startPacket,
  stopAll,
  temporaryFolder,
} from '../../../../support/running-relay.ts';
import { until } from '../../../../support/until.ts';

afterEach(stopAll);

const password = 'hunter2hunter2!!';
const station = attribute(31, '81.2.69.142');
const person = [attribute(1, 'CONTOSO\\alice'), attribute(2, password), station];

const jsonLines = (text: string) =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));

/** A relay, and a capture that is connected to it. */
async function capturing(...options: string[]) {
  const folder = temporaryFolder();
  const running = await runRelay(configIn(folder));
  const command = startCommand('capture', '--config', writeConfigFile(folder), ...options);
  await until(() => command.output.stderr !== '', 'the command says something');
  return { folder, ...running, command };
}

describe('capture beside a running relay', () => {
  it('shows attributes as sent, the decoded event and hints, and ends after --count', async () => {
    const { send, command, answers } = await capturing('--count', '2');
    send(startPacket('s1', ...person, vendorAttribute(9, 1, 'mdm-tlv=device-platform=win')));
    send(startPacket('s2'));
    send(startPacket('s3'));

    const { stdout, stderr, exitCode } = await command.ended;

    expect(exitCode).toBe(0);
    expect(stderr).toContain('watching what the running relay receives');
    expect(stderr).toContain('2 packets captured\n');
    expect(stdout).toMatch(/^\S+Z {2}asa {2}from 127\.0\.0\.1:\d+, \d+ octets$/m);
    expect(stdout).toMatch(/^ +40 {2}Acct-Status-Type {4}Start \(1\)$/m);
    expect(stdout).toMatch(/^ +31 {2}Calling-Station-Id {2}#[0-9a-f]{8} \(IPv4 address\)$/m);
    expect(stdout).toMatch(
      /^ +9\/1 +mdm-tlv=device-platform=#[0-9a-f]{8} \(text, 3 characters\)$/m,
    );
    expect(stdout).toMatch(/^ +"vendor": "cisco-asa"$/m);
    expect(stdout).toContain('hint: no client address: set Calling-Station-Id on this gateway');
    await until(() => answers.length === 3, '3 packets are answered');
  });

  it('shows no name and no address unless it is told to, and no password ever', async () => {
    const hidden = await capturing('--count', '1', '--json');
    hidden.send(startPacket('the-session', ...person));
    const shown = await capturing('--count', '1', '--json', '--show-personal');
    shown.send(startPacket('s1', ...person));

    const [without, withPersonal] = [await hidden.command.ended, await shown.command.ended];

    expect(without.stdout).not.toMatch(/alice|81\.2\.69\.142|the-session/);
    expect(without.stdout).not.toContain(Buffer.from('alice').toString('hex'));
    expect(JSON.parse(withPersonal.stdout)).toMatchObject({
      gatewayId: 'asa',
      event: { clientAddress: '81.2.69.142', user: { account: 'alice', domain: 'CONTOSO' } },
      raw: expect.stringContaining(Buffer.from('alice').toString('hex')),
    });
    for (const { stdout } of [without, withPersonal]) {
      expect(stdout).not.toContain(password);
      expect(stdout).not.toContain(Buffer.from(password).toString('hex'));
      expect(stdout).toContain('(password, never shown)');
    }
  });

  it('hides equal values as equal ones, so that sessions can be followed', async () => {
    const { send, command } = await capturing('--count', '3', '--json');
    send(startPacket('same', ...person));
    send(startPacket('same', ...person, attribute(5, [0, 0, 0, 1])));
    send(startPacket('other', ...person));

    const ids = jsonLines((await command.ended).stdout).map(({ event }) => event.session.id);

    expect(ids[0]).toBe(ids[1]);
    expect(ids[0]).not.toBe(ids[2]);
  });

  it('lets nothing that was sent steer the terminal', async () => {
    const { send, command } = await capturing('--count', '1', '--show-personal');
    send(
      startPacket('\u001b[2J', attribute(1, 'a\u202elice\u2066\u009b'), attribute(32, 'x\r\ny')),
    );

    const { stdout } = await command.ended;

    const sent = ['\u001b', '\u202e', '\u2066', '\u009b', '\r'];
    expect(sent.filter((character) => stdout.includes(character))).toEqual([]);
    expect(stdout).toContain('\\u001b[2J');
    expect(stdout).toContain('a\\u202elice\\u2066\\u009b');
  });

  it('keeps to one gateway, and knows when there is none of that name', async () => {
    const { folder, send, command } = await capturing(
      '--gateway',
      'rras',
      '--count',
      '1',
      '--json',
    );
    send(startPacket('asa'));
    send(startPacket('rras'), 'rras');
    const unknown = startCommand(
      'capture',
      '--config',
      path.join(folder, 'relay.json'),
      '--gateway',
      'ras',
    );

    expect(jsonLines((await command.ended).stdout)).toMatchObject([{ gatewayId: 'rras' }]);
    expect(await unknown.ended).toMatchObject({
      exitCode: 78,
      stderr: 'no gateway is called ras; did you mean "rras"?\n',
    });
  });

  it('writes a file only its owner can read, and no file twice', async () => {
    const out = path.join(temporaryFolder(), 'capture.ndjson');
    const first = await capturing('--count', '1', '--out', out);
    first.send(startPacket('s1'));
    await first.command.ended;

    const second = await capturing('--count', '1', '--out', out);

    expect(fs.statSync(out).mode & 0o777).toBe(0o600);
    expect(jsonLines(fs.readFileSync(out, 'utf8'))).toMatchObject([{ gatewayId: 'asa' }]);
    expect(await second.command.ended).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('EEXIST'),
    });
  });

  it('ends when it is interrupted, and when the relay stops', async () => {
    const interrupted = await capturing();
    interrupted.command.interrupt();
    const left = await capturing();
    await left.stop();

    expect(await interrupted.command.ended).toMatchObject({ exitCode: 0 });
    expect(await left.command.ended).toMatchObject({ exitCode: 0 });
  });
});

describe('capture while no relay runs', () => {
  it('listens in its place, shows what comes, and answers nothing', async () => {
    const folder = temporaryFolder();
    const port = await freePort();
    const file = writeConfigFile(folder, { listen: [{ address: '127.0.0.1', port }] });
    const command = startCommand('capture', '--config', file, '--count', '1', '--json');
    await until(() => command.output.stderr !== '', 'the command says something');
    const socket = createSocket('udp4');
    let answers = 0;
    socket.on('message', () => {
      answers += 1;
    });
    const forged = radius.encode({
      code: 'Accounting-Request',
      secret: 'another secret',
      attributes: [],
    });
    socket.send(forged, port, '127.0.0.1');
    socket.send(startPacket('s1', station), port, '127.0.0.1');

    const { stdout, stderr } = await command.ended;

    socket.close();
    expect(stderr).toContain('no relay is running: listening in its place');
    expect(jsonLines(stdout)).toMatchObject([{ gatewayId: 'asa', event: { kind: 'start' } }]);
    expect(answers).toBe(0);
    expect(fs.existsSync(path.join(folder, 'journal'))).toBe(false);
  });
});
