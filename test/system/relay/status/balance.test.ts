import fs from 'node:fs';
import path from 'node:path';
import { unshippedSpans } from '../../../../relay/journal/covered.ts';
import type { ShipItem } from '../../../../relay/ship/load.ts';
import {
  Balance,
  type BalanceRow,
  completeRows,
  isBalanced,
} from '../../../../relay/status/balance.ts';
import type { BalanceReport } from '../../../../relay/status/balance-report.ts';
import { recordOf } from '../../../support/records.ts';
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

const row = (numbers: Partial<BalanceRow>): BalanceRow => ({
  acked: 0,
  shipped: 0,
  waiting: 0,
  setAside: 0,
  difference: 0,
  ...numbers,
});

const rowsOf = ({ rows }: BalanceReport) => Object.fromEntries(rows);

/** Refuses what has `poison` in its session id. */
const refusePoison = (cloud: TestCloud): void => {
  cloud.refuse = ({ session }) => session.id?.includes('poison') === true;
};

describe('the balance of a running relay', () => {
  it('says of every acknowledged record where it is, per gateway', async () => {
    const cloud = await runCloud();
    refusePoison(cloud);
    const running = await runRelay(configIn(temporaryFolder(), cloud.cloud));
    const { send, balance } = running;
    for (let i = 0; i < 40; i++) send(startPacket(`asa-${i}`));
    for (let i = 0; i < 3; i++) send(startPacket(`poison-${i}`));
    for (let i = 0; i < 25; i++) send(startPacket(`rras-${i}`), 'rras');
    await until(
      () => cloud.events.length === 65 && cloud.setAside.length === 3,
      'the cloud has 65 events and 3 set aside',
    );
    await running.allShipped();

    const report = await balance();

    expect(report).toMatchObject({ state: 'balanced', isCountedPerGateway: true });
    expect(report.total).toEqual(row({ acked: 68, shipped: 65, setAside: 3 }));
    expect(rowsOf(report)).toEqual({
      asa: row({ acked: 43, shipped: 40, setAside: 3 }),
      rras: row({ acked: 25, shipped: 25 }),
    });
  });

  it('holds over a restart, counted from the files alone', async () => {
    const cloud = await runCloud();
    refusePoison(cloud);
    const config = configIn(temporaryFolder(), cloud.cloud);
    const first = await runRelay(config);
    for (let i = 0; i < 20; i++) first.send(startPacket(`asa-${i}`));
    first.send(startPacket('poison'), 'rras');
    await until(
      () => cloud.events.length === 20 && cloud.setAside.length === 1,
      'the cloud has 20 events and 1 set aside',
    );
    await first.allShipped();
    cloud.isAway = true;
    for (let i = 0; i < 7; i++) first.send(startPacket(`rras-${i}`), 'rras');
    await until(() => first.answers.length === 28, '28 packets are answered');
    const before = await first.balance();
    await first.stop();

    const again = await runRelay(config);
    const after = await again.balance();

    expect(before.state).toBe('balanced');
    expect(after.state).toBe('balanced');
    expect(rowsOf(after)).toEqual(rowsOf(before));
    expect(rowsOf(after)).toEqual({
      asa: row({ acked: 20, shipped: 20 }),
      rras: row({ acked: 8, waiting: 7, setAside: 1 }),
    });
    cloud.isAway = false;
    await again.allShipped();
    expect((await again.balance()).rows.get('rras')).toEqual(
      row({ acked: 8, shipped: 7, setAside: 1 }),
    );
  });

  it('calls shipped only what the cursor covers: an older one means waiting', async () => {
    const cloud = await runCloud();
    const config = configIn(temporaryFolder(), cloud.cloud);
    const first = await runRelay(config);
    const cursor = path.join(config.dataDir, 'journal/cursor');
    for (let i = 0; i < 5; i++) first.send(startPacket(`a${i}`));
    await until(
      () => cloud.events.length === 5 && fs.existsSync(cursor),
      'the cloud has 5 events and the cursor is written',
    );
    await first.stop();
    const old = fs.readFileSync(cursor);
    const second = await runRelay(config);
    for (let i = 0; i < 5; i++) second.send(startPacket(`b${i}`));
    await until(() => cloud.events.length === 10, 'the cloud has 10 events');
    await second.stop();
    cloud.isAway = true;
    fs.writeFileSync(cursor, old);

    const report = await (await runRelay(config)).balance();

    expect(report.state).toBe('balanced');
    expect(report.total).toEqual(row({ acked: 10, shipped: 5, waiting: 5 }));
  });

  it('counts damaged records under no gateway, and still accounts for each', async () => {
    const cloud = await runCloud();
    cloud.isAway = true;
    const config = configIn(temporaryFolder(), cloud.cloud);
    const first = await runRelay(config);
    for (let i = 0; i < 9; i++) first.send(startPacket(`session-${i}`));
    await until(() => first.answers.length === 9, '9 packets are answered');
    await first.stop();
    const segment = path.join(config.dataDir, 'journal/0000000000000001.journal');
    const octets = fs.readFileSync(segment);
    octets[300] = (octets[300] ?? 0) ^ 1;
    fs.writeFileSync(segment, octets);

    const again = await runRelay(config);
    const waiting = await again.balance();
    cloud.isAway = false;
    await again.allShipped();

    expect(waiting.state).toBe('balanced');
    expect(waiting.total.waiting).toBe(9);
    const shipped = await again.balance();
    expect(shipped).toMatchObject({
      state: 'balanced',
      total: { acked: 9, shipped: 8, setAside: 1 },
    });
    expect(shipped.rows.get('')).toMatchObject({ acked: 1, setAside: 1 });
  });

  it('waits with its number until the journal is counted, and answers meanwhile', async () => {
    const config = configIn(temporaryFolder());
    const first = await runRelay(config);
    for (let i = 0; i < 600; i++) {
      first.send(startPacket(`session-${i}`));
      // No faster than the socket's buffer holds.
      if (i % 50 === 49)
        await until(() => first.answers.length === i + 1, `packet ${i} is answered`);
    }
    await first.stop();

    const again = await runRelay(config);
    const early = again.relay.status().balance;
    again.send(startPacket('new'));
    await until(() => again.answers.length === 1, 'the packet is answered');

    expect(early).toMatchObject({ isCounting: true, total: { difference: 0 } });
    expect((await again.balance()).total).toEqual(row({ acked: 601, waiting: 601 }));
  });
});

describe('the arithmetic', () => {
  const item = (gatewayId: string): ShipItem => ({
    position: 1,
    json: '{}',
    record: recordOf(Buffer.alloc(20), { gatewayId }),
  });
  const balanceOf = (acknowledged: number, position: number, durable: number): Balance => {
    const balance = new Balance({
      acknowledged: () => [['asa', acknowledged]],
      cursor: { position, ahead: [] },
      durablePosition: () => durable,
    });
    balance.found({ rows: new Map() });
    return balance;
  };

  it('shows a record that was answered and is nowhere', () => {
    const balance = balanceOf(10, 8, 9);
    balance.accepted(Array.from({ length: 8 }, () => item('asa')));

    const snapshot = balance.snapshot();

    expect(snapshot.total).toEqual(row({ acked: 10, shipped: 8, waiting: 1, difference: 1 }));
    expect(isBalanced(snapshot.total, completeRows(snapshot, undefined))).toBe(false);
  });

  it('shows records that were shipped twice', () => {
    const balance = balanceOf(2, 2, 2);
    balance.accepted([item('asa'), item('asa')]);
    balance.accepted([item('asa')]);

    expect(balance.snapshot().total.difference).toBe(-1);
  });

  it('shows a record that is under another gateway than it was answered for', () => {
    const balance = balanceOf(2, 2, 2);
    balance.accepted([item('asa'), item('rras/192.0.2.1')]);
    const snapshot = balance.snapshot();

    const rows = completeRows(snapshot, new Map());

    expect(rows.get('rras')).toEqual(row({ shipped: 1, difference: -1 }));
    expect(isBalanced(snapshot.total, rows)).toBe(false);
  });

  it('knows the spans that are not shipped, whatever was sent ahead', () => {
    const covered = {
      position: 10,
      ahead: [
        { first: 21, last: 30 },
        { first: 41, last: 50 },
      ],
    };

    expect(unshippedSpans(covered, 60)).toEqual([
      { first: 11, last: 20 },
      { first: 31, last: 40 },
      { first: 51, last: 60 },
    ]);
    expect(unshippedSpans(covered, 35, 15)).toEqual([
      { first: 15, last: 20 },
      { first: 31, last: 35 },
    ]);
    expect(unshippedSpans(covered, 10)).toEqual([]);
  });
});
