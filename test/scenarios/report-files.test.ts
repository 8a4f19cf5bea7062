// Cases from public reports (test/fixtures/reports/files.json): history files as people have them,
// through reader, border, fold and tables, to what the API says. Kind: files.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AccountingEvent } from '../../domain/accounting-event.ts';
import { historyRecords, recognise } from '../../relay/import/history-file.ts';
import { HistoryGateways } from '../../relay/import/history-gateways.ts';
import { noHistoryReport } from '../../relay/import/history-record.ts';
import { startTestCloud, type TestCloud } from '../support/cloud-in-test.ts';
import { eventOf } from '../support/records.ts';

type File = { readonly name: string; readonly text?: string; readonly base64?: string };
type Case = { readonly id: string; readonly file: File };

const cases: readonly Case[] = JSON.parse(
  readFileSync(join(__dirname, '..', 'fixtures', 'reports', 'files.json'), 'utf8'),
);
const now = Date.UTC(2026, 10, 29);
const gateway = { name: 'G1', addresses: ['10.0.0.1'], secrets: [Buffer.from('testing123')] };

/** The events of a case's file, and what its reader said of the rest. */
async function eventsOf(id: string): Promise<{ events: AccountingEvent[]; said: string[] }> {
  const file = cases.find((one) => one.id.startsWith(id))?.file;
  if (!file) throw new Error(`no case ${id}`);
  const octets = Buffer.from(file.text ?? file.base64 ?? '', file.text ? 'utf8' : 'base64');
  const said: string[] = [];
  const chunks = (async function* () {
    yield octets;
  })();
  const options = {
    ...noHistoryReport,
    gateways: new HistoryGateways([gateway]),
    ports: new Set([1813]),
    isUnverifiedTaken: false,
    timeZone: 'UTC',
    onSkipped: (place: number, reason: string) => void said.push(`${place}: ${reason}`),
    onDropped: (place: number, name: string) => void said.push(`${place}: ${name}`),
    onPassedOver: (what: string) => void said.push(what),
  };
  const events: AccountingEvent[] = [];
  for await (const records of historyRecords(await recognise(chunks), options)) {
    events.push(...records.map((record) => eventOf(record.payload, record, gateway)));
  }
  return { events, said };
}

let cloud: TestCloud;
beforeEach(async () => {
  cloud = await startTestCloud(now);
});
afterEach(() => cloud.stop());

async function activitiesOf(user: string) {
  const answer = await cloud.get('GET /v1/users/{user}/activities', {
    params: { user },
    query: { from: new Date(now - 170 * 86_400_000).toISOString() },
  });
  return answer.status === 200 ? [...answer.body.items].reverse() : [];
}

it('H03: values are named as FreeRADIUS 4 names them', async () => {
  const { events, said } = await eventsOf('H03');
  await cloud.deliverAt(now, events);

  expect(said).toEqual([]);
  expect(events[0]?.gateway).toMatchObject({ id: 'G1', portType: 5, serviceType: 2 });
  const sessions = await activitiesOf('i1@ex.com');
  expect(sessions).toMatchObject([{ state: 'ended', durationSeconds: 3600 }]);
});

it('H09: escapes of mysql -B, zero dates and counters that ran over', async () => {
  const { events, said } = await eventsOf('H09');
  await cloud.deliverAt(now, events);

  expect(said).toEqual([]);
  expect(events.map(({ user }) => user.raw)).toContain('CORP\\mysqlbob');
  expect(await activitiesOf('mysqlold@ex.com')).toHaveLength(1);
  expect(await activitiesOf('mysqlneg@ex.com')).toMatchObject([{ durationSeconds: 3600 }]);
  const zero = await activitiesOf('mysqlzero@ex.com');
  expect(zero).toMatchObject([{ state: 'ended', durationSeconds: 5 * 3600 }]);
});

it('H11: a mirrored packet in VXLAN is its record', async () => {
  const { events, said } = await eventsOf('H11');

  expect(said).toEqual([]);
  expect(events).toMatchObject([{ kind: 'start', gateway: { id: 'G1' } }]);
});

it('H17: a lone quote spoils nothing', async () => {
  const { events, said } = await eventsOf('H17');
  await cloud.deliverAt(now, events);

  expect(said).toEqual([]);
  expect(events).toHaveLength(10);
  for (const user of ['csv1@ex.com', 'csv2@ex.com', 'csv3@ex.com', 'csv4@ex.com']) {
    expect(await activitiesOf(user)).toMatchObject([{ durationSeconds: 60, gateway: 'G1' }]);
  }
});
