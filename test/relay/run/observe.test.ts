import { Histogram } from '../../../relay/histogram.ts';
import type { LogFields } from '../../../relay/log.ts';
import { type Observer, startObserver } from '../../../relay/run/observe.ts';
import { kernelDrops } from '../../../relay/status/kernel-drops.ts';
import type { RelayStatus } from '../../../relay/status/relay-status.ts';

const status: RelayStatus = {
  isReady: true,
  isEnabled: true,
  counts: {
    received: 12,
    inFlight: 1,
    outcomes: { acknowledged: 9, 'unknown-gateway': 2 },
    gateways: {
      asa: { outcomes: { acknowledged: 9 }, lastPacketTime: 1_700_000_000_500 },
      '': { outcomes: { 'unknown-gateway': 2 } },
    },
  },
  journal: {
    isWritable: true,
    firstPosition: 1,
    durablePosition: 9,
    segments: 1,
    bytes: 4096,
    freeBytes: 1e9,
    records: 9,
    commits: 3,
    commitsFailed: 0,
    tornBytes: 0,
    damaged: 0,
  },
  shipping: {
    epoch: 1,
    shippedPosition: 7,
    durablePosition: 9,
    waiting: 2,
    setAsideTotal: 0,
    batches: 1,
    records: 7,
    bytes: 1000,
    failures: 0,
  },
  journalBytesMax: 1e9,
  syncTimes: new Histogram(),
  balance: {
    isCounting: false,
    total: { acked: 9, shipped: 7, waiting: 2, setAside: 0, difference: 0 },
    rows: new Map([['asa', { acked: 9, shipped: 7, setAside: 0 }]]),
    unshipped: [{ first: 8, last: 9 }],
    durablePosition: 9,
  },
  activity: new Map(),
  perMinute: new Map([['asa', 9]]),
  uploads: {
    attempts: { accepted: 1, refused: 0, conflict: 0, later: 2, 'no-answer': 0 },
    times: new Histogram(),
    clockAheadMs: -1500,
  },
  clocks: new Map(),
  secretFindings: new Map(),
  strangers: [],
  receiveBufferBytes: 8_388_608,
  sendErrors: 0,
  remembered: { held: 9, dropped: 0 },
};

const observers: Observer[] = [];
afterEach(async () => {
  for (const observer of observers.splice(0)) await observer.close();
});

async function observe(shown: RelayStatus) {
  const log = (_level: string, _event: string, _message: string, _fields?: LogFields): void =>
    undefined;
  const observer = startObserver({
    metrics: { address: '127.0.0.1', port: 0 },
    version: '1.2.3',
    now: () => 1_700_000_001_000,
    log,
  });
  observers.push(observer);
  const port = await observer.listen({ status: () => shown, addresses: [] });
  const get = async (path: string, init?: RequestInit) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, init);
    return { status: response.status, text: await response.text() };
  };
  return { observer, get };
}

describe('the health pages', () => {
  it('say alive and ready, and ready no more when the journal cannot be written', async () => {
    const { get } = await observe(status);
    expect(await get('/livez')).toEqual({ status: 200, text: 'alive\n' });
    expect(await get('/readyz')).toEqual({ status: 200, text: 'ready\n' });

    const trouble = 'JOURNAL_FULL: make room';
    const stuck = { ...status, isReady: false, journal: { ...status.journal, trouble } };
    const { get: getStuck } = await observe(stuck);
    expect(await getStuck('/livez')).toMatchObject({ status: 200 });
    expect(await getStuck('/readyz')).toEqual({ status: 503, text: `${trouble}\n` });
  });

  it('stay ready while the cloud is away', async () => {
    const shipping = { ...status.shipping, failures: 9, trouble: 'no answer' };
    const { get } = await observe({ ...status, shipping } as RelayStatus);

    expect(await get('/readyz')).toMatchObject({ status: 200 });
  });

  it('change nothing and know no other pages', async () => {
    const { get } = await observe(status);

    expect(await get('/metrics', { method: 'POST' })).toEqual({ status: 405, text: '' });
    expect(await get('/')).toMatchObject({ status: 404 });
  });
});

describe('the metrics page', () => {
  it('is Prometheus text, with packets by gateway and outcome', async () => {
    const { observer, get } = await observe(status);
    observer.onAcknowledged(0.7);
    observer.onAcknowledged(3000);
    observer.reloaded(false);

    const { text } = await get('/metrics');

    const lines = text.trimEnd().split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'wherefrom_relay_packets_total{gateway="asa",outcome="acknowledged"} 9',
        'wherefrom_relay_packets_total{gateway="",outcome="unknown-gateway"} 2',
        'wherefrom_relay_packets_in_flight 1',
        'wherefrom_relay_last_packet_timestamp_seconds{gateway="asa"} 1700000000.5',
        'wherefrom_relay_ack_seconds_bucket{le="0.001"} 1',
        'wherefrom_relay_ack_seconds_bucket{le="+Inf"} 2',
        'wherefrom_relay_ack_seconds_count 2',
        'wherefrom_relay_journal_records 9',
        'wherefrom_relay_journal_limit_bytes 1000000000',
        'wherefrom_relay_journal_waiting_records 2',
        'wherefrom_relay_balance_error_records 0',
        'wherefrom_relay_batches_total{result="later"} 2',
        'wherefrom_relay_clock_offset_seconds -1.5',
        'wherefrom_relay_config_reload_success 0',
      ]),
    );
    const sample = /^wherefrom_relay_\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? -?[\d.e+-]+$/;
    for (const line of lines)
      expect(line).toMatch(line.startsWith('#') ? /^# (HELP|TYPE) / : sample);
  });
});

describe('the balance in the metrics', () => {
  it('is silent until the files were counted, and then shows any difference', async () => {
    const { balance } = status;
    const counting = await observe({ ...status, balance: { ...balance, isCounting: true } });
    const total = { ...balance.total, shipped: 10, difference: -3 };
    const wrong = await observe({ ...status, balance: { ...balance, total } });

    expect((await counting.get('/metrics')).text).not.toContain('balance_error_records');
    expect((await wrong.get('/metrics')).text).toContain('relay_balance_error_records 3\n');
  });
});

describe('kernel drops', () => {
  const table = `  sl  local_address rem_address st tx_queue rx_queue ref pointer drops
  477: 0100007F:0715 00000000:0000 07 00000000:00000000 2 0 17
  478: 00000000:0035 00000000:0000 07 00000000:00000000 2 0 99
`;

  it('are those of our ports, over IPv4 and IPv6', () => {
    expect(kernelDrops([1813], () => table)).toBe(34);
    expect(kernelDrops([1812], () => table)).toBe(0);
  });

  it('are unknown where the kernel does not tell', () => {
    const absent = (): string => {
      throw new Error('ENOENT');
    };
    expect(kernelDrops([1813], absent)).toBeUndefined();
  });
});

describe('the histogram', () => {
  it('counts cumulatively and sums seconds', () => {
    const histogram = new Histogram();
    for (const seconds of [0.0001, 0.004, 0.004, 9]) histogram.observe(seconds);

    const samples = histogram.samples('x');

    expect(histogram.quantile(0.5)).toBe(0.005);
    expect(histogram.quantile(0.99)).toBe(10);
    expect(samples).toContain('x_bucket{le="0.005"} 3');
    expect(samples.slice(-3)).toEqual(['x_bucket{le="+Inf"} 4', 'x_sum 9.0081', 'x_count 4']);
  });
});
