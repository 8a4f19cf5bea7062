import fs from 'node:fs';
import path from 'node:path';
import { openCursor } from '../../../../../relay/journal/cursor.ts';
import { DeadLetterFile } from '../../../../../relay/journal/dead-letters.ts';
import { nodeDisk } from '../../../../../relay/journal/disk.ts';
import { Journal } from '../../../../../relay/journal/journal.ts';
import type { NewJournalRecord } from '../../../../../relay/journal/record.ts';
import { redriveDeadLetters } from '../../../../../relay/journal/redrive.ts';
import { type CommandResult, runCommand, writeConfigFile } from '../../../../support/command.ts';
import { readAll } from '../../../../support/journal-samples.ts';
import { attribute } from '../../../../support/radius-packets.ts';
import {
  configIn,
  type RunningRelay,
  runCloud,
  runRelay,
  startPacket,
  stopAll,
  type TestCloud,
  temporaryFolder,
} from '../../../../support/running-relay.ts';
import { until } from '../../../../support/until.ts';

afterEach(stopAll);

const journalIn = (folder: string): string => path.join(folder, 'journal');
const firstSegment = (folder: string): string =>
  path.join(journalIn(folder), '0000000000000001.journal');

const journal = (folder: string, ...words: string[]): Promise<CommandResult> =>
  runCommand('journal', ...words, '--config', writeConfigFile(folder));

const jsonLines = (text: string) =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));

/** A relay that has recorded these sessions of asa. */
async function recorded(folder: string, sessions: readonly string[], cloud?: TestCloud) {
  const running = await runRelay(configIn(folder, cloud?.cloud));
  for (const [i, session] of sessions.entries()) {
    running.send(startPacket(session));
    // No faster than the socket's buffer holds.
    if (i % 50 === 49)
      await until(() => running.answers.length === i + 1, `packet ${i} is answered`);
  }
  await until(() => running.answers.length === sessions.length, 'every session is answered');
  return running;
}

const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `session-${i}`);

describe('journal cat', () => {
  it('prints every record as it came and as it is read, also while the relay runs', async () => {
    const folder = temporaryFolder();
    const { send, answers } = await recorded(folder, names(300));
    const packet = startPacket('last', attribute(1, 'alice'), attribute(31, '81.2.69.142'));
    send(packet, 'rras');
    await until(() => answers.length === 301, '301 packets are answered');

    const { stdout, exitCode } = await journal(folder, 'cat', '--json');

    const lines = jsonLines(stdout);
    expect(exitCode).toBe(0);
    expect(lines.map(({ position }) => position)).toEqual(names(301).map((_, i) => i + 1));
    expect(lines.at(-1)).toMatchObject({
      position: 301,
      arrival: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      source: { address: '127.0.0.2', port: expect.any(Number) },
      gatewayId: 'rras',
      isRepeated: false,
      raw: packet.toString('hex'),
      event: { kind: 'start', user: { account: 'alice' }, clientAddress: '81.2.69.142' },
    });
  });

  it('never prints a password, and no character that steers a terminal', async () => {
    const folder = temporaryFolder();
    const { send, answers } = await recorded(folder, []);
    const name = 'a\u202elice\u0007\u009b31m';
    send(
      startPacket('s', attribute(2, 'hunter2hunter2!!'), attribute(3, '\u0001chap-response-16')),
    );
    send(startPacket('s', attribute(1, name)));
    await until(() => answers.length === 2, '2 packets are answered');

    const { stdout } = await journal(folder, 'cat', '--json');

    const [first, second] = jsonLines(stdout);
    const hex = (text: string): string => Buffer.from(text).toString('hex');
    expect(first.raw).not.toContain(hex('hunter2'));
    expect(first.raw).not.toContain(hex('chap-response'));
    expect(first.raw).toContain(`0212${'00'.repeat(16)}`);
    for (const unsafe of ['\u202e', '\u0007', '\u009b']) expect(stdout).not.toContain(unsafe);
    expect(second.event.user.raw).toBe(name);
  });

  it('begins, ends and selects where it is told', async () => {
    const folder = temporaryFolder();
    const { send, answers } = await recorded(folder, names(20));
    for (let i = 0; i < 3; i++) send(startPacket(`rras-${i}`), 'rras');
    await until(() => answers.length === 23, '23 packets are answered');

    const some = await journal(folder, 'cat', '--json', '--from', '5', '--count', '4');
    const rras = await journal(folder, 'cat', '--gateway', 'rras', '--count', '2');

    expect(jsonLines(some.stdout).map(({ position }) => position)).toEqual([5, 6, 7, 8]);
    expect(rras.stdout).toMatch(/^21 {2}\S+Z {2}rras {2}start {2}\d+ octets\n22 .*\n$/);
    expect(rras.stdout).not.toContain('rras-0');
  });

  it('takes a record that is being written as the end', async () => {
    const folder = temporaryFolder();
    await (await recorded(folder, names(5))).stop();
    const octets = fs.readFileSync(firstSegment(folder));
    fs.writeFileSync(firstSegment(folder), octets.subarray(0, octets.length - 9));

    const { stdout, exitCode } = await journal(folder, 'cat', '--json');

    expect(exitCode).toBe(0);
    expect(jsonLines(stdout).map(({ position }) => position)).toEqual([1, 2, 3, 4]);
  });

  it('shows damaged records by their position', async () => {
    const folder = temporaryFolder();
    await (await recorded(folder, names(5))).stop();
    flipOctet(firstSegment(folder), 200);

    const { stdout } = await journal(folder, 'cat', '--json');

    expect(jsonLines(stdout).filter(({ damaged }) => damaged)).toHaveLength(1);
    expect(jsonLines(stdout)).toHaveLength(5);
  });
});

function flipOctet(file: string, offset: number): void {
  const octets = fs.readFileSync(file);
  octets[offset] = (octets[offset] ?? 0) ^ 1;
  fs.writeFileSync(file, octets);
}

describe('journal verify', () => {
  it('finds all well, beside a running relay and after it', async () => {
    const folder = temporaryFolder();
    const { stop } = await recorded(folder, names(50));
    const beside = await journal(folder, 'verify');
    await stop();
    await (await recorded(folder, names(5))).stop();

    const after = await journal(folder, 'verify', '--json');

    expect(beside).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('all is well') });
    expect(after.exitCode).toBe(0);
    expect(JSON.parse(after.stdout)).toMatchObject({ ok: true, records: 55, faults: [] });
  });

  it.each([
    ['an octet of a record', 200, '1 records cannot be read'],
    ['its header', 3, 'its header is unreadable'],
  ])('exits 1 when %s is damaged', async (_, offset, said) => {
    const folder = temporaryFolder();
    await (await recorded(folder, names(10))).stop();
    await (await recorded(folder, names(1))).stop();
    flipOctet(firstSegment(folder), offset);
    if (offset === 3) flipOctet(firstSegment(folder), 35);

    const { exitCode, stdout } = await journal(folder, 'verify');

    expect(exitCode).toBe(1);
    expect(stdout).toContain(said);
  });

  it('says that a write cut short is none, and a damaged cursor is one', async () => {
    const folder = temporaryFolder();
    const cloud = await runCloud();
    const running = await recorded(folder, names(3), cloud);
    await until(() => cloud.events.length === 3, 'the cloud has 3 events');
    await running.stop();
    fs.appendFileSync(firstSegment(folder), 'half a record');
    const torn = await journal(folder, 'verify');
    flipOctet(path.join(journalIn(folder), 'cursor'), 12);

    const damaged = await journal(folder, 'verify');

    expect(torn).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('13 octets') });
    expect(damaged).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('! cursor') });
  });
});

describe('journal verify and the dead letters', () => {
  it('minds a line that rotted, not one that a crash cut short', async () => {
    const folder = temporaryFolder();
    await (await recorded(folder, names(3))).stop();
    const deadLetters = path.join(journalIn(folder), 'aside');
    fs.mkdirSync(deadLetters);
    const file = path.join(deadLetters, '0000000000000001.ndjson');
    fs.writeFileSync(file, '{"position":1,"reason":"x"}\n{"position":2,"rea');
    const cut = await journal(folder, 'verify');
    fs.writeFileSync(file, '{"position":1,"reason":"x"}\n{"position":"2","reason":"x"}\n');

    const rotten = await journal(folder, 'verify');

    expect(cut.exitCode).toBe(0);
    expect(rotten).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('! aside/') });
  });
});

describe('journal ls', () => {
  it('shows segments, what waits and the dead letters', async () => {
    const folder = temporaryFolder();
    const cloud = await runCloud();
    cloud.refuse = ({ session }) => session.id === 'session-2';
    const first = await recorded(folder, names(10), cloud);
    await until(
      () => cloud.events.length === 9 && cloud.setAside.length === 1,
      'the cloud has 9 events and 1 set aside',
    );
    await first.stop();
    cloud.isAway = true;
    await recorded(folder, names(4), cloud);

    const { stdout } = await journal(folder, 'ls', '--json');
    const text = await journal(folder, 'ls');

    expect(JSON.parse(stdout)).toMatchObject({
      segments: [
        { firstPosition: 1, records: 10, state: 'shipped' },
        { firstPosition: 11, records: 4, state: 'waiting' },
      ],
      records: 14,
      waiting: 4,
      setAside: 1,
      requeued: 0,
      quarantined: [],
    });
    expect(text.stdout).toMatch(/4 waiting to be shipped, the oldest \S+ s old\n1 dead letters\n/);
  });

  it('says where there is no journal', async () => {
    const folder = temporaryFolder();
    expect(await journal(folder, 'ls')).toMatchObject({
      exitCode: 1,
      stderr: `there is no journal in ${journalIn(folder)}\n`,
    });
  });
});

describe('journal redrive', () => {
  /** A relay whose cloud has refused two of its records for good. */
  async function withRefused(folder: string): Promise<{ cloud: TestCloud; running: RunningRelay }> {
    const cloud = await runCloud();
    cloud.refuse = ({ session }) => ['session-3', 'session-7'].includes(session.id ?? '');
    const running = await recorded(folder, names(10), cloud);
    await until(
      () => cloud.setAside.length === 2 && cloud.events.length === 8,
      'the cloud has 8 events and 2 set aside',
    );
    await running.allShipped();
    return { cloud, running };
  }

  it('ships again through the running relay, and the balance holds over a restart', async () => {
    const folder = temporaryFolder();
    const { cloud, running } = await withRefused(folder);
    cloud.refuse = () => false;

    const { stdout, exitCode } = await journal(folder, 'redrive');
    await running.allShipped();
    const now = await running.balance();
    const again = await journal(folder, 'requeue', '--json');
    expect(again.stderr).toContain('"requeue" is called "redrive" now');
    await running.stop();
    const restarted = await (await runRelay(configIn(folder, cloud.cloud))).balance();

    expect(exitCode).toBe(0);
    expect(stdout).toBe('2 records are in the journal again and will be shipped\n');
    expect(new Set(cloud.events.map(({ session }) => session.id))).toEqual(new Set(names(10)));
    expect(JSON.parse(again.stdout)).toEqual({ requeued: 0, underWay: 0, lost: 0 });
    for (const { state, total } of [now, restarted]) {
      expect(state).toBe('balanced');
      expect(total).toMatchObject({ acked: 10, shipped: 10, setAside: 0, waiting: 0 });
    }
  });

  it('keeps arrival, source and gateway of what it puts back', async () => {
    const folder = temporaryFolder();
    const { running } = await withRefused(folder);
    await running.stop();
    const before = await readAll({ directory: journalIn(folder) });

    await journal(folder, 'redrive');

    const after = await readAll({ directory: journalIn(folder) });
    const withoutPosition = ({ position: _, ...record }: (typeof after)[number]) => record;
    const refused = [before[3], before[7]].flatMap((one) => (one ? [withoutPosition(one)] : []));
    expect(after.slice(10).map(withoutPosition)).toEqual(refused);
  });

  it('works while no relay runs; the next one ships', async () => {
    const folder = temporaryFolder();
    const { cloud, running } = await withRefused(folder);
    await running.stop();
    cloud.refuse = () => false;

    const { exitCode } = await journal(folder, 'redrive');
    const next = await runRelay(configIn(folder, cloud.cloud));
    await next.allShipped();

    expect(exitCode).toBe(0);
    expect(cloud.events).toHaveLength(10);
    expect((await next.balance()).state).toBe('balanced');
  });

  it('puts back only dead letters of a reason it is given', async () => {
    const folder = temporaryFolder();
    const { cloud } = await withRefused(folder);
    cloud.refuse = () => false;

    const other = await journal(folder, 'redrive', '--json', '--reason', 'decoder-failed');
    const same = await journal(folder, 'redrive', '--json', '--reason', 'refused-422');

    expect(JSON.parse(other.stdout)).toMatchObject({ requeued: 0 });
    expect(JSON.parse(same.stdout)).toMatchObject({ requeued: 2 });
  });

  it('is refused beside a relay whose socket it cannot reach', async () => {
    const folder = temporaryFolder();
    await withRefused(folder);
    fs.rmSync(path.join(folder, 'relay.sock'));

    const { exitCode, stderr } = await journal(folder, 'redrive');

    expect(exitCode).toBe(1);
    expect(stderr).toContain('JOURNAL_LOCKED');
  });
});

describe('redriving through crashes and failures', () => {
  const record = (number: number): NewJournalRecord => ({
    type: 'datagram',
    receivedTime: 1_790_000_000_000 + number,
    gatewayId: 'asa',
    source: { address: '192.0.2.1', port: 9 },
    isRepeated: number === 2,
    payload: Buffer.from(`packet ${number}`),
  });
  const line = (number: number) => ({
    position: number,
    reason: 'decoder-failed',
    type: 'datagram' as const,
    gatewayId: 'asa',
    receivedTime: 1_790_000_000_000 + number,
    sourceAddress: '192.0.2.1',
    sourcePort: 9,
    ...(number === 2 && { isRepeated: true }),
    payload: Buffer.from(`packet ${number}`).toString('base64'),
  });

  /** Three records set aside, of a journal in which positions to 3 are covered. */
  async function setUp() {
    const directory = journalIn(temporaryFolder());
    const cursor = await openCursor({ directory });
    const open = await Journal.open({ directory, now: Date.now, shippedPosition: 3, tickMs: 0 });
    const deadLetters = new DeadLetterFile(nodeDisk, directory);
    await deadLetters.keep([1, 2, 3].map(line));
    cursor.shipped({ first: 1, last: 3 }, 3);
    const append: Journal['append'] = (one, done) => open.append(one, done);
    const base = { disk: nodeDisk, directory, deadLetters, covered: cursor, append };
    return { directory, open, base };
  }

  it('a crash before the mark is written puts a record back twice, never loses it', async () => {
    const { directory, open, base } = await setUp();
    const noRename = async () => {
      throw new Error('the power is gone');
    };
    const disk = { ...nodeDisk, rename: noRename };
    await expect(redriveDeadLetters({ ...base, disk })).rejects.toThrow('the power is gone');

    const result = await redriveDeadLetters(base);
    await open.close();

    expect(result).toEqual({ requeued: 3, underWay: 0, lost: 0 });
    const { length } = await readAll({ directory });
    expect(length).toBe(6);
  });

  it('a journal that fails in the middle marks what it took', async () => {
    const { directory, open, base } = await setUp();
    let appended = 0;
    const append: Journal['append'] = (one, done) => {
      appended += 1;
      if (appended === 2) done(new Error('disk full'), 0);
      else open.append(one, done);
    };

    await expect(redriveDeadLetters({ ...base, append })).rejects.toThrow('disk full');
    const result = await redriveDeadLetters(base);
    await open.close();

    const back = await readAll({ directory });
    expect(result.requeued).toBe(1);
    expect(back.map(({ payload, isRepeated }) => [String(payload), isRepeated])).toEqual([
      ['packet 1', false],
      ['packet 3', false],
      ['packet 2', true],
    ]);
    expect(back[0]).toMatchObject(record(1));
  });

  it('leaves alone what is still on its way, and says what is lost', async () => {
    const { open, base } = await setUp();
    await base.deadLetters.keep([
      line(4),
      { position: 2, reason: 'damaged' },
      { position: 5, reason: 'x' },
    ]);

    const result = await redriveDeadLetters(base);
    await open.close();

    expect(result).toEqual({ requeued: 3, underWay: 1, lost: 1 });
  });

  it('a line cut short by a crash costs no other line', async () => {
    const { directory, open, base } = await setUp();
    const [name = ''] = fs.readdirSync(path.join(directory, 'aside'));
    const file = path.join(directory, 'aside', name);
    fs.writeFileSync(file, fs.readFileSync(file).subarray(0, -20));
    await base.deadLetters.keep([line(3)]);

    const result = await redriveDeadLetters(base);
    await open.close();

    expect(result.requeued).toBe(3);
    expect((await readAll({ directory })).map(({ payload }) => String(payload))).toEqual([
      'packet 1',
      'packet 2',
      'packet 3',
    ]);
  });
});
