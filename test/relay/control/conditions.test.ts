// What a relay calls wrong, since when, and when it says that it is over. Numbers only, no clock.

import fs from 'node:fs';
import path from 'node:path';
import { ConditionBook, type ConditionFacts } from '../../../relay/control/conditions.ts';
import { makeHealthReport } from '../../../relay/control/health-report.ts';
import { Histogram } from '../../../relay/histogram.ts';
import type { RelayStatus } from '../../../relay/status/relay-status.ts';
import { parseRelayHealth } from '../../../wire/relay-documents.ts';

const minute = 60_000;
const hour = 60 * minute;
const started = 1_790_000_000_000;

type Gateway = {
  readonly lastPacketTime?: number;
  readonly wrong?: number;
  readonly starts?: number;
  readonly stops?: number;
  readonly interimSeconds?: number;
};

function statusOf(gateway: Gateway, more: Partial<RelayStatus> = {}): RelayStatus {
  const { lastPacketTime, wrong = 0, starts = 0, stops = 0, interimSeconds } = gateway;
  const outcomes = { acknowledged: starts + stops, 'bad-authenticator': wrong };
  return {
    isReady: true,
    isEnabled: true,
    counts: {
      received: 0,
      inFlight: 0,
      outcomes,
      gateways: { asa: { outcomes, ...(lastPacketTime !== undefined && { lastPacketTime }) } },
    },
    journal: {
      isWritable: true,
      firstPosition: 1,
      durablePosition: 100,
      segments: 1,
      bytes: 1000,
      freeBytes: 1e9,
      records: 0,
      commits: 0,
      commitsFailed: 0,
      tornBytes: 0,
      damaged: 0,
    },
    journalBytesMax: 1000,
    syncTimes: new Histogram(),
    balance: {
      isCounting: false,
      total: { acked: 100, shipped: 100, waiting: 0, setAside: 0, difference: 0 },
      rows: new Map(),
      unshipped: [],
      durablePosition: 100,
    },
    activity: new Map([
      [
        'asa',
        {
          starts,
          stops,
          interims: 0,
          others: 0,
          clockSuspects: 0,
          vpnStarts: starts,
          withClientAddress: 0,
          withDevice: 0,
          ...(interimSeconds !== undefined && { interimSeconds }),
        },
      ],
    ]),
    perMinute: new Map([['asa', 0]]),
    clocks: new Map(),
    secretFindings: new Map(),
    strangers: [],
    receiveBufferBytes: 0,
    sendErrors: 0,
    remembered: { held: 0, dropped: 0 },
    ...more,
  };
}

/** A book that is shown one status after the other. */
function watch() {
  const book = new ConditionBook();
  return (status: RelayStatus, now: number, facts: Partial<ConditionFacts> = {}) => {
    const isChanged = book.update(status, { now, startedTime: started, ...facts });
    return { isChanged, codes: book.list().map(({ code }) => code), list: book.list() };
  };
}

describe('a gateway is silent', () => {
  it('when sessions are open and three interim updates did not come', () => {
    const look = watch();
    const gateway = { lastPacketTime: started, starts: 5, stops: 2, interimSeconds: 600 };

    expect(look(statusOf(gateway), started + 29 * minute).codes).toEqual([]);
    const silent = look(statusOf(gateway), started + 31 * minute);

    expect(silent.isChanged).toBe(true);
    expect(silent.list).toEqual([
      {
        code: 'gateway-silent',
        gateway: 'asa',
        since: started + 31 * minute,
        detail: 'no packet for 31 min while sessions were open',
      },
    ]);
  });

  it('until it is heard again, and its beginning is remembered meanwhile', () => {
    const look = watch();
    const gateway = { lastPacketTime: started, starts: 1, interimSeconds: 600 };
    look(statusOf(gateway), started + hour);

    const later = look(statusOf(gateway), started + 2 * hour);
    expect(later.isChanged).toBe(false);
    expect(later.list[0]?.since).toBe(started + hour);
    const back = look(
      statusOf({ ...gateway, lastPacketTime: started + 2 * hour }),
      started + 2 * hour,
    );

    expect(back).toEqual({ isChanged: true, codes: [], list: [] });
  });

  it('not over a weekend when nobody is connected, but after three days', () => {
    const look = watch();
    const gateway = { lastPacketTime: started, starts: 5, stops: 5, interimSeconds: 600 };

    expect(look(statusOf(gateway), started + 71 * hour).codes).toEqual([]);
    expect(look(statusOf(gateway), started + 73 * hour).codes).toEqual(['gateway-silent']);
  });

  it('not while the relay is switched off: then nobody is heard', () => {
    const look = watch();
    const status = statusOf({ lastPacketTime: started, starts: 1, interimSeconds: 600 });
    look(status, started + hour);

    expect(look({ ...status, isEnabled: false }, started + hour).codes).toEqual([]);
  });
});

describe('a gateway has a wrong secret', () => {
  it('while such packets come, with what was found out about it, and 15 minutes more', () => {
    const look = watch();
    const finding = 'signed with the secret of gateway asa-paris';
    const wrong = statusOf(
      { wrong: 3, lastPacketTime: started },
      { secretFindings: new Map([['asa', finding]]) },
    );

    expect(look(wrong, started).list).toEqual([
      { code: 'wrong-secret', gateway: 'asa', since: started, detail: finding },
    ]);
    expect(look(wrong, started + 15 * minute).codes).toEqual(['wrong-secret']);
    expect(look(wrong, started + 16 * minute)).toMatchObject({ isChanged: true, codes: [] });
  });

  it('again when they come again', () => {
    const look = watch();
    look(statusOf({ wrong: 3, lastPacketTime: started }), started);
    look(statusOf({ wrong: 3, lastPacketTime: started }), started + hour);

    const again = look(statusOf({ wrong: 4, lastPacketTime: started }), started + hour + 1);

    expect(again.list[0]?.since).toBe(started + hour + 1);
  });
});

describe('the relay itself', () => {
  const calm = statusOf({ lastPacketTime: started });

  it.each<[string, string, Partial<RelayStatus>, Partial<ConditionFacts>]>([
    ['a clock that is off', 'clock', {}, { clockAheadMs: -90_000 }],
    ['settings it cannot use', 'settings-refused', {}, { settingsTrouble: 'not signed' }],
    [
      'a journal that takes nothing',
      'journal-full',
      { journal: { ...calm.journal, isWritable: false } },
      {},
    ],
    [
      'a journal full of what waits',
      'journal-full',
      { balance: { ...calm.balance, total: { ...calm.balance.total, waiting: 95 } } },
      {},
    ],
    [
      'records that are unaccounted for',
      'unbalanced',
      { balance: { ...calm.balance, total: { ...calm.balance.total, difference: 2 } } },
      {},
    ],
    [
      'a record that waits for more than an hour',
      'backlog',
      {
        shipping: {
          epoch: 1,
          shippedPosition: 0,
          durablePosition: 1,
          waiting: 1,
          setAsideTotal: 0,
          batches: 0,
          records: 0,
          bytes: 0,
          failures: 9,
          oldestTime: started - hour - 1,
        },
      },
      {},
    ],
  ])('tells of %s, and that it is over', (_, code, more, facts) => {
    const look = watch();

    expect(look({ ...calm, ...more }, started, facts).codes).toEqual([code]);
    expect(look(calm, started)).toMatchObject({ isChanged: true, codes: [] });
  });

  it('is calm about a journal full of what was shipped: that makes room by itself', () => {
    expect(watch()(calm, started).codes).toEqual([]);
  });

  it('is calm about a clock a few seconds off', () => {
    expect(watch()(calm, started, { clockAheadMs: 20_000 }).codes).toEqual([]);
  });
});

it('the report is one the cloud reads, whatever a finding says', () => {
  const look = watch();
  const odd = new Map([['asa', `signed with “quotes”\n${'x'.repeat(500)}`]]);
  const status = statusOf({ wrong: 1, lastPacketTime: started }, { secretFindings: odd });
  const { list } = look(status, started);
  const report = makeHealthReport(status, {
    software: { version: '1.0.0', node: 'v24.0.0', platform: 'linux-x64', isFips: false },
    settings: { source: 'cloud', version: 3, isEnabled: true, overrides: ['gateways.asa'] },
    startedAt: started,
    time: started,
    conditions: list,
  });

  const read = parseRelayHealth(Buffer.from(JSON.stringify(report)));

  expect(read).toMatchObject({ ok: true });
});

it('every condition has its line in the runbook', () => {
  const source = fs.readFileSync(
    path.join(__dirname, '../../../relay/control/conditions.ts'),
    'utf8',
  );
  const runbook = fs.readFileSync(path.join(__dirname, '../../../docs/runbook.md'), 'utf8');
  const codes = new Set([...source.matchAll(/code: '([a-z-]+)'/g)].map(([, code]) => code));

  expect(codes.size).toBeGreaterThan(6);
  for (const code of codes) expect(runbook).toContain(`| \`${code}\` |`);
});
