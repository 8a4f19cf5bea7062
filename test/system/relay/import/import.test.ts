import fs from 'node:fs';
import path from 'node:path';
import { makeReader } from '../../../../relay/journal/reader.ts';
import { type After, systemAfter } from '../../../../relay/timers.ts';
import { runCommand, writeConfigFile } from '../../../support/command.ts';
import { detailText, writtenSessions } from '../../../support/detail-text.ts';
import {
  configIn,
  runCloud,
  runRelay,
  startPacket,
  stopAll,
  type TestCloud,
  temporaryFolder,
} from '../../../support/running-relay.ts';
import { until } from '../../../support/until.ts';

afterEach(stopAll);

const july = Date.UTC(2026, 6, 1);

type Bench = { folder: string; config: string; cloud: TestCloud };

/** A running relay with a cloud, and its configuration as a file. */
async function start(
  after: After = systemAfter,
): Promise<Bench & { relay: Awaited<ReturnType<typeof runRelay>> }> {
  const folder = temporaryFolder();
  const cloud = await runCloud();
  const relay = await runRelay(configIn(folder, cloud.cloud), Date.now, { after });
  return { folder, config: writeConfigFile(folder), cloud, relay };
}

function write({ folder }: Bench, name: string, text: string): string {
  const file = path.join(folder, name);
  fs.writeFileSync(file, text);
  return file;
}

const sessionsOf = ({ cloud }: Bench): string[] =>
  cloud.events.map(({ kind, session }) => `${session.id} ${kind}`).sort();

const expectedOf = (count: number): string[] =>
  [...writtenSessions(count, july)]
    .flatMap(({ session }) => [`${session} start`, `${session} stop`])
    .sort();

async function importedRecords({ folder }: Bench): Promise<number> {
  const reader = makeReader({ directory: path.join(folder, 'journal') });
  let count = 0;
  for (let next = 1; ; ) {
    const { entries } = await reader.readFrom(next, 1000, 1 << 20);
    const last = entries.at(-1);
    if (!last) break;
    count += entries.filter(
      (entry) => entry.kind === 'record' && entry.record.type === 'imported',
    ).length;
    next = last.position + 1;
  }
  await reader.close();
  return count;
}

describe('import of a detail file', () => {
  it('brings every record to the cloud once, as imported, at its own time', async () => {
    const bench = await start();
    const file = write(bench, 'detail', detailText(writtenSessions(600, july)));

    const { exitCode, stdout, stderr } = await runCommand('import', '--config', bench.config, file);

    expect(exitCode).toBe(0);
    expect(stderr).not.toContain('skipped');
    expect(stdout).toContain('1,200 records imported');
    expect(stdout).toContain('the cloud has them all');
    expect(sessionsOf(bench)).toEqual(expectedOf(600));
    expect(bench.cloud.events.every(({ flags }) => flags.includes('imported'))).toBe(true);
    const first = bench.cloud.events.find(
      ({ session, kind }) => session.id === 'h0' && kind === 'start',
    );
    expect(first).toMatchObject({
      time: july,
      gateway: { id: 'asa', address: '127.0.0.1', vendor: 'cisco-asa' },
      clientAddress: '203.0.113.1',
      device: { key: 'uid:uid-of-user0' },
    });
  });

  it('does not import a file twice, and goes on where one has grown', async () => {
    const bench = await start();
    const command = ['import', '--config', bench.config];
    const file = write(bench, 'detail', detailText(writtenSessions(40, july)));
    await runCommand(...command, file);

    const again = await runCommand(...command, file);
    fs.writeFileSync(file, detailText(writtenSessions(50, july)));
    const grown = await runCommand(...command, file);

    expect(again.stdout).toContain('0 records imported');
    expect(again.stdout).toContain('80 were imported before');
    expect(grown.stdout).toContain('20 records imported');
    expect(sessionsOf(bench)).toEqual(expectedOf(50));
  });

  it('leaves the record that is being written for the next time', async () => {
    const bench = await start();
    const command = ['import', '--config', bench.config];
    const whole = detailText(writtenSessions(40, july));
    const cut = whole.slice(0, whole.lastIndexOf('\tAcct-Session-Time'));
    const file = write(bench, 'detail', cut);

    const early = await runCommand(...command, file);
    fs.writeFileSync(file, whole);
    const late = await runCommand(...command, file);

    expect(early.stderr).toContain('it is still being written');
    expect(early.stdout).toContain('79 records imported');
    expect(late.stdout).toContain('1 records imported');
    expect(sessionsOf(bench)).toEqual(expectedOf(40));
  });

  it('remembers what was imported over a restart of the relay', async () => {
    const bench = await start();
    const file = write(bench, 'detail', detailText(writtenSessions(40, july)));
    await runCommand('import', '--config', bench.config, file);
    await bench.relay.stop();
    await runRelay(configIn(bench.folder, bench.cloud.cloud));

    const { stdout } = await runCommand('import', '--config', bench.config, file);

    expect(stdout).toContain('80 were imported before');
    expect(await importedRecords(bench)).toBe(80);
  });

  it('keeps the balance, the age of the backlog and what gateways send as they were', async () => {
    const bench = await start();
    bench.relay.send(startPacket('live'));
    await until(() => bench.cloud.events.length === 1, 'the cloud has the event');
    const file = write(bench, 'detail', detailText(writtenSessions(40, july)));

    await runCommand('import', '--config', bench.config, file);

    const { total, since } = await bench.relay.balance();
    expect(total).toMatchObject({ acked: 81, shipped: 81, waiting: 0, difference: 0 });
    expect(since ?? Date.now()).toBeGreaterThan(july + 86_400_000);
    expect(bench.relay.relay.status().activity.get('asa')?.starts).toBe(1);
  });

  it('refuses gateways that nobody has named, before the first record', async () => {
    const bench = await start();
    const text = detailText(writtenSessions(5, july, '10.0.0.1'));
    const file = write(bench, 'detail', text);
    const command = ['import', '--config', bench.config, file];

    const refused = await runCommand(...command);
    const mapped = await runCommand(...command, '--gateway', '10.0.0.1=rras');

    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain('--gateway 10.0.0.1=NAME');
    expect(mapped.exitCode).toBe(0);
    expect(bench.cloud.events.map(({ gateway }) => gateway.id)).toEqual(Array(10).fill('rras'));
  });

  it('tells what it would do and does nothing with --dry-run', async () => {
    const bench = await start();
    const old = write(bench, 'old', detailText(writtenSessions(3, Date.now() - 200 * 86_400_000)));
    const recent = write(bench, 'recent', detailText(writtenSessions(2, Date.now() - 86_400_000)));

    const { exitCode, stdout } = await runCommand(
      'import',
      '--dry-run',
      '--json',
      '--config',
      bench.config,
      recent,
      old,
    );

    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ records: 10, profileOnly: 6, skipped: 0 });
    expect(await importedRecords(bench)).toBe(0);
  });

  it('waits while the cloud is away, and a live packet does not wait behind it', async () => {
    // It tries again as often as ever, but waits a hundredth of the time.
    const bench = await start((ms, run) => systemAfter(ms / 100, run));
    bench.cloud.isAway = true;
    const file = write(bench, 'detail', detailText(writtenSessions(6000, july)));
    const running = runCommand('import', '--config', bench.config, file);
    await until(
      async () => bench.relay.relay.status().journal.durablePosition > 8000,
      '8,000 records are on disk',
    );
    bench.relay.send(startPacket('live'));
    await until(() => bench.relay.answers.length > 0, 'a packet is answered');
    const before = bench.relay.relay.status().journal.durablePosition;
    const { oldestWaitingTime = 0 } = await bench.relay.balance();
    bench.cloud.isAway = false;

    const { exitCode } = await running;

    expect(before).toBeLessThan(9000);
    // What has waited since July has not waited here.
    expect(Date.now() - oldestWaitingTime).toBeLessThan(60_000);
    expect(exitCode).toBe(0);
    const imported = bench.cloud.events.filter(({ flags }) => flags.includes('imported'));
    expect(new Set(imported.map(({ session, kind }) => `${session.id} ${kind}`)).size).toBe(12_000);
    expect(bench.cloud.events.some(({ session }) => session.id === 'live')).toBe(true);
  });

  it('says that no relay runs, and names wrong files and options', async () => {
    const bench = await start();
    const file = write(bench, 'empty', '');

    const empty = await runCommand('import', '--config', bench.config, file);
    const missing = await runCommand('import', '--config', bench.config, `${file}-x`);
    const option = await runCommand('import', '--config', bench.config, '--gateway', 'x', file);

    expect(empty).toMatchObject({ exitCode: 1 });
    expect(missing).toMatchObject({ exitCode: 1, stderr: `${file}-x: there is no such file\n` });
    expect(option.stderr).toContain('expects NAS=NAME');
  });
});
