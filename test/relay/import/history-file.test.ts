import fs from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { AccountingEvent } from '../../../domain/accounting-event.ts';
import { historyRecords, openHistory } from '../../../relay/import/history-file.ts';
import { HistoryGateways } from '../../../relay/import/history-gateways.ts';
import { type HistoryRecord, noHistoryReport } from '../../../relay/import/history-record.ts';
import type { GatewayConfig } from '../../../relay/radius/gateway.ts';
import {
  type Datagram,
  framings,
  ipv4,
  ipv4Fragments,
  ipv6,
  pcap,
  pcapng,
} from '../../support/capture-writer.ts';
import { eventOf } from '../../support/records.ts';
import {
  gatewaySecret,
  startPacket,
  stopAll,
  temporaryFolder,
} from '../../support/running-relay.ts';

afterEach(stopAll);

const fixtures = path.join(__dirname, '../../fixtures/radius');

type Read = {
  records: HistoryRecord[];
  skipped: [place: number, reason: string][];
  dropped: [place: number, name: string][];
  passedOver: string[];
};

async function read(
  file: string,
  gateways: readonly GatewayConfig[],
  more: { isUnverifiedTaken?: boolean; timeZone?: string; ports?: ReadonlySet<number> } = {},
): Promise<Read> {
  const records: HistoryRecord[] = [];
  const skipped: Read['skipped'] = [];
  const dropped: Read['dropped'] = [];
  const passedOver: string[] = [];
  const options = {
    gateways: new HistoryGateways(gateways),
    ports: new Set([1813]),
    isUnverifiedTaken: false,
    timeZone: 'UTC',
    ...noHistoryReport,
    onSkipped: (place: number, reason: string) => void skipped.push([place, reason]),
    onDropped: (place: number, name: string) => void dropped.push([place, name]),
    onPassedOver: (what: string) => void passedOver.push(what),
    ...more,
  };
  for await (const some of historyRecords(await openHistory(file), options)) records.push(...some);
  return { records, skipped, dropped, passedOver };
}

function readOctets(octets: Buffer | string, ...more: unknown[]): Promise<Read> {
  const file = path.join(temporaryFolder(), 'history');
  fs.writeFileSync(file, octets);
  return read(file, gateways, ...(more as [object]));
}

const gateway = (name: string, address: string, secret = gatewaySecret): GatewayConfig => ({
  name,
  addresses: [address],
  secrets: [Buffer.from(secret)],
});
const gateways = [gateway('asa', '10.0.0.1'), gateway('six', '2001:db8::7')];

const eventsOf = ({ records }: Read): AccountingEvent[] =>
  records.map((record) => eventOf(record.payload, record));

const time = Date.UTC(2026, 10, 23, 7, 0, 0, 123);
const datagram = (session: string, more: Partial<Datagram> = {}): Datagram => ({
  time,
  source: '10.0.0.1',
  port: 1813,
  payload: startPacket(session),
  ...more,
});

describe('a real capture', () => {
  it.each(['ocserv', 'hostapd'])('of %s gives each record once, at its time', async (name) => {
    const lines = fs.readFileSync(path.join(fixtures, `${name}.jsonl`), 'utf8').trimEnd();
    const told = lines.split('\n').map((line) => JSON.parse(line));
    const known = [gateway(name, '10.77.0.10', 'testing123')];

    const { records, skipped } = await read(path.join(fixtures, `${name}.pcap`), known);

    expect(skipped).toEqual([]);
    expect(records).toHaveLength(told.length);
    expect(records.map(({ gatewayId }) => gatewayId)).toEqual(told.map(() => name));
    for (const [at, record] of records.entries()) {
      expect(Math.abs(record.receivedTime - told[at].time * 1000)).toBeLessThan(5);
    }
  });

  it('is not believed without its secret, unless that is asked for', async () => {
    const file = path.join(fixtures, 'ocserv.pcap');
    const stranger = [gateway('ocserv', '10.77.0.10', 'another-secret')];

    const strict = await read(file, stranger);
    const lenient = await read(file, stranger, { isUnverifiedTaken: true });

    expect(strict.records).toEqual([]);
    expect(strict.skipped[0]?.[1]).toContain('bad-authenticator');
    expect(lenient.skipped).toEqual([]);
    expect(lenient.records.length).toBeGreaterThan(10);
  });
});

describe('a capture', () => {
  it.each(Object.entries(framings))('of %s frames gives its datagrams', async (_, [type, head]) => {
    const frame = { time, octets: Buffer.concat([head, ipv4(datagram('s1'))]) };

    for (const file of [
      pcap([frame], type),
      pcap([frame], type, { isLittle: false }),
      pcap([frame], type, { perSecond: 1e9 }),
      pcapng([frame], type),
      gzipSync(pcapng([frame], type)),
    ]) {
      const found = await readOctets(file);
      expect(found.skipped).toEqual([]);
      expect(found.records).toMatchObject([
        { type: 'imported', receivedTime: time, gatewayId: 'asa', source: { address: '10.0.0.1' } },
      ]);
      expect(eventsOf(found)[0]?.session.id).toBe('s1');
    }
  });

  it('puts fragments together, and reads IPv6 behind other headers', async () => {
    const frames = [...ipv4Fragments(datagram('v4')).reverse(), ipv6(datagram('v6'))].map(
      (octets) => ({ time, octets }),
    );

    const found = await readOctets(pcap(frames, 101));

    expect(found.records.map(({ gatewayId }) => gatewayId)).toEqual(['asa', 'six']);
    expect(eventsOf(found).map(({ session }) => session.id)).toEqual(['v4', 'v6']);
  });

  it('holds answers, other ports and retransmissions, which are no records', async () => {
    const answer = Buffer.from(startPacket('a'));
    answer[0] = 5;
    const frames = [
      datagram('s1'),
      datagram('s1', { time: time + 2000 }),
      datagram('s1', { payload: answer }),
      datagram('s2', { port: 53 }),
      datagram('s1', { time: time + 60_000 }),
    ].map((one) => ({ time: one.time, octets: ipv4(one) }));

    const { records } = await readOctets(pcap(frames, 101));

    expect(
      records.map(({ receivedTime, isRepeated }) => [receivedTime - time, isRepeated]),
    ).toEqual([
      [0, false],
      [60_000, true],
    ]);
  });

  it('that was cut off anywhere gives what came before, never an exception', async () => {
    const whole = pcapng(
      ['s1', 's2'].map((session) => ({ time, octets: ipv4(datagram(session)) })),
      101,
    );

    for (let end = 4; end < whole.length; end += 7) {
      const { records } = await readOctets(whole.subarray(0, end));
      expect(records.length).toBeLessThan(2);
    }
  });
});

describe('a radacct table', () => {
  const mysql = [
    '"radacctid","acctsessionid","username","nasipaddress","acctstarttime","acctupdatetime",' +
      '"acctstoptime","acctsessiontime","acctinputoctets","callingstationid","acctterminatecause"',
    '1,"long","alice, A.","10.0.0.1","2026-07-01 08:00:00",NULL,"2026-07-01 18:00:00",36000,' +
      '4294967297,"203.0.113.5","User-Request"',
    '2,"short","b""ob","10.0.0.1","2026-07-01 09:00:00","2026-07-01 09:10:00",' +
      '"2026-07-01 09:30:00",1800,5,"203.0.113.6","Lost-Carrier"',
    '3,"open","carol","10.0.0.1","2026-07-01 19:00:00","2026-07-01 19:30:00",\\N,1800,5,"","" ',
    '4,"timeless","dave","10.0.0.1","","","",0,0,"",""',
  ].join('\r\n');

  it('gives a Start and a Stop of each row, in the order of their times', async () => {
    const found = await readOctets(mysql);

    const events = eventsOf(found).map(({ kind, session, user, time: at }) => [
      new Date(at).toISOString().slice(11, 16),
      `${session.id} ${kind}`,
      user.raw,
    ]);
    expect(events).toEqual([
      ['08:00', 'long start', 'alice, A.'],
      ['09:00', 'short start', 'b"ob'],
      ['09:30', 'short stop', 'b"ob'],
      ['18:00', 'long stop', 'alice, A.'],
      ['19:00', 'open start', 'carol'],
      ['19:30', 'open interim', 'carol'],
    ]);
    expect(eventsOf(found)[3]).toMatchObject({
      gateway: { id: 'asa' },
      clientAddress: '203.0.113.5',
      session: { seconds: 36_000, octetsIn: '4294967297', terminateCause: 'User-Request' },
    });
    expect(found.skipped).toEqual([[5, 'its row holds no time']]);
  });

  it('of PostgreSQL has its zone in its times; others are read as the caller says', async () => {
    const table = (at: string): string =>
      `acctsessionid\tnasipaddress\tacctstarttime\ns1\t10.0.0.1\t${at}\n`;
    const startOf = async (text: string, timeZone = 'UTC'): Promise<string> => {
      const { records } = await readOctets(text, { timeZone });
      return new Date(records[0]?.receivedTime ?? 0).toISOString();
    };

    expect(await startOf(table('2026-07-01 10:00:00+02'))).toBe('2026-07-01T08:00:00.000Z');
    expect(await startOf(table('2026-07-01 10:00:00'), 'Europe/Berlin')).toBe(
      '2026-07-01T08:00:00.000Z',
    );
    expect(await startOf(table('2026-12-01 10:00:00'), 'Europe/Berlin')).toBe(
      '2026-12-01T09:00:00.000Z',
    );
  });
});
