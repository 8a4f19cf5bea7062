// From order to proof: states in their order, by a clock that is turned; limits under a thousand
// orders at once; nothing is sent for an order that was spent, or cannot be kept.

import { askOver } from '../../../relay/disconnect/ask-gateway.ts';
import { Disconnector } from '../../../relay/disconnect/disconnector.ts';
import type { Exchange, ExchangeEnd } from '../../../relay/disconnect/exchange.ts';
import { OpenSessions } from '../../../relay/disconnect/open-sessions.ts';
import { openSpentOrders } from '../../../relay/disconnect/spent-orders.ts';
import type { DisconnectConfig } from '../../../relay/disconnect/target.ts';
import type { JournalDisk } from '../../../relay/journal/disk.ts';
import type { CutReport } from '../../../wire/cut-orders.ts';
import { manualClock } from '../../local/manual-clock.ts';
import {
  orderIdOf,
  orderOf,
  orderTime,
  recordOfSession,
  targetOf,
} from '../../support/disconnects.ts';
import { type EventOptions, hourMs, minuteMs, morning } from '../../support/events.ts';
import { MemoryDisk } from '../../support/journal-memory-disk.ts';
import { until } from '../../support/until.ts';

const acknowledged: ExchangeEnd = { kind: 'answered', answer: { kind: 'acknowledged' } };
const silent: ExchangeEnd = { kind: 'silent', ignored: 0, isPortClosed: false };

type Site = {
  readonly config?: DisconnectConfig;
  readonly disk?: JournalDisk;
  readonly exchange?: Exchange;
};

async function site({ config, disk = new MemoryDisk().attach(), exchange }: Site = {}) {
  const clock = manualClock(orderTime);
  const sessions = new OpenSessions();
  const reports: CutReport[] = [];
  const lines: string[] = [];
  const sent: Buffer[] = [];
  const spent = await openSpentOrders(disk, 'd', clock.now());
  const disconnector = new Disconnector({
    ground: () => ({
      config: config ?? { targets: [targetOf()], isEnabled: true },
      sessions,
      isBehindProxy: () => false,
      isConnected: () => true,
    }),
    spent,
    ask: askOver((request) => {
      sent.push(request.packet);
      return exchange ? exchange(request) : Promise.resolve(acknowledged);
    }, clock.after),
    report: (report) => reports.push(report),
    now: clock.now,
    after: clock.after,
    log: (_level, _event, message) => lines.push(message),
  });
  const see = (options: EventOptions): void => {
    const record = recordOfSession(options);
    for (const change of sessions.see(record)) disconnector.changed(change, record);
  };
  see({});
  return {
    clock,
    disconnector,
    sent,
    lines,
    see,
    spent,
    states: () => reports.map(stateText),
    reports,
  };
}

const stateText = ({ state, cause }: CutReport): string =>
  cause === undefined ? state : `${state} ${cause}`;

const later = { at: orderTime + 2_000 };

describe('an order that is carried out', () => {
  it('is confirmed by the Stop of its session', async () => {
    const { disconnector, see, states, sent, clock } = await site();
    await disconnector.take(orderOf());
    see({ kind: 'stop', ...later });
    await clock.advance(hourMs);

    expect(states()).toEqual(['sent', 'acknowledged', 'confirmed stop']);
    expect(sent).toHaveLength(1);
  });

  it('is confirmed by a restart of the gateway', async () => {
    const { disconnector, see, states } = await site();
    await disconnector.take(orderOf());
    see({ kind: 'gateway-on', ...later });

    expect(states()).toEqual(['sent', 'acknowledged', 'confirmed restart']);
  });

  it('is not confirmed by the Stop of any other session', async () => {
    const { disconnector, see, states, clock } = await site();
    see({ sessionId: 's2', user: 'bob' });
    see({ sessionId: 's1', gateway: 'vpn-2' });
    await disconnector.take(orderOf());
    see({ sessionId: 's2', user: 'bob', kind: 'stop', ...later });
    see({ sessionId: 's1', gateway: 'vpn-2', kind: 'stop', ...later });
    see({ sessionId: 's1', user: 'bob', kind: 'stop', ...later });
    await clock.advance(minuteMs);

    expect(states()).toEqual(['sent', 'acknowledged', 'unconfirmed']);
  });

  it('is unconfirmed after a minute, and confirmed by a Stop that comes later', async () => {
    const { disconnector, see, states, clock } = await site();
    await disconnector.take(orderOf());
    await clock.advance(minuteMs - 1);
    expect(states()).toEqual(['sent', 'acknowledged']);
    await clock.advance(1);
    see({ kind: 'stop', at: clock.now() });

    expect(states()).toEqual(['sent', 'acknowledged', 'unconfirmed', 'confirmed stop']);
  });

  it('is confirmed before the answer comes, and then says no more of answers', async () => {
    let answer: (end: ExchangeEnd) => void = () => undefined;
    const { disconnector, see, states, sent } = await site({
      exchange: () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    });
    const taken = disconnector.take(orderOf());
    await until(() => sent.length === 1, 'the request is sent');
    see({ kind: 'stop', ...later });
    answer(silent);
    await taken;

    expect(states()).toEqual(['sent', 'confirmed stop']);
  });

  it('says when the gateway refuses, and waits for no proof', async () => {
    const cause = 'Session-Context-Not-Found';
    const exchange = async (): Promise<ExchangeEnd> => ({
      kind: 'answered',
      answer: { kind: 'refused', cause },
    });
    const { disconnector, states, clock } = await site({ exchange });
    await disconnector.take(orderOf());
    await clock.advance(hourMs);

    expect(states()).toEqual(['sent', `refused ${cause}`]);
  });

  it.each<[Partial<Extract<ExchangeEnd, { kind: 'silent' }>>, RegExp]>([
    [{}, /no answer: other secret, filtered port, clock off, or not allowed/],
    [{ isPortClosed: true }, /nobody listens on that port/],
    [{ ignored: 3 }, /the secret is another/],
    [{ fault: 'no socket to 192.0.2.1 (ENETUNREACH)' }, /ENETUNREACH/],
  ])('says what a silence can mean: %o', async (end, detail) => {
    const { disconnector, reports, states, clock } = await site({
      exchange: async () => ({ ...silent, ...end }) as ExchangeEnd,
    });
    await disconnector.take(orderOf());
    await clock.advance(hourMs);

    expect(states()).toEqual(['sent', 'silent', 'unconfirmed']);
    expect(reports[1]?.detail).toMatch(detail);
  });

  it('tells when the user comes back within ten minutes, from where, and once', async () => {
    const { disconnector, see, reports, states } = await site();
    await disconnector.take(orderOf());
    see({ kind: 'stop', ...later });
    see({ sessionId: 's7', user: 'bob', at: orderTime + minuteMs });
    see({ sessionId: 's8', at: orderTime + minuteMs, address: '198.51.100.4' });
    see({ sessionId: 's9', at: orderTime + 2 * minuteMs });

    expect(states()).toEqual(['sent', 'acknowledged', 'confirmed stop', 'came-back']);
    expect(reports.at(-1)?.session).toEqual({
      gatewayId: 'vpn-1',
      sessionId: 's8',
      clientAddress: '198.51.100.4',
    });
  });

  it('does not tell who comes back later than that', async () => {
    const { disconnector, see, states, clock } = await site();
    await disconnector.take(orderOf());
    see({ kind: 'stop', ...later });
    await clock.advance(10 * minuteMs);
    see({ sessionId: 's8', at: clock.now() });

    expect(states()).toEqual(['sent', 'acknowledged', 'confirmed stop']);
  });

  it('names no user and no client address in the log', async () => {
    const { disconnector, see, lines } = await site();
    await disconnector.take(orderOf());
    see({ kind: 'stop', ...later });
    see({ sessionId: 's8', at: orderTime + minuteMs, address: '198.51.100.4' });

    expect(lines).toHaveLength(4);
    expect(lines.filter((line) => /alice|198\.51\.100\.4/.test(line))).toEqual([]);
  });
});

describe('orders', () => {
  it('by the thousand at once keep the limit of the gateway, and the rest say why', async () => {
    const { disconnector, see, sent, states } = await site();
    for (let i = 0; i < 1_000; i += 1) see({ sessionId: `t${i}`, user: `u${i}` });
    await Promise.all(
      Array.from({ length: 1_000 }, (_, i) =>
        disconnector.take(orderOf({ orderId: orderIdOf(i), sessionId: `t${i}`, account: `u${i}` })),
      ),
    );

    const counted = (wanted: string) => states().filter((state) => state === wanted);
    expect(sent).toHaveLength(5);
    expect(counted('sent')).toHaveLength(5);
    expect(counted('void limit-reached')).toHaveLength(995);
  });

  it('of the same id a thousand times at once make one request', async () => {
    const { disconnector, sent, states } = await site();
    await Promise.all(Array.from({ length: 1_000 }, () => disconnector.take(orderOf())));

    expect(sent).toHaveLength(1);
    expect(states().filter((state) => state === 'void spent')).toHaveLength(999);
  });

  it('are spent for good: not even a restart sends one again, nor resets the limit', async () => {
    const disk = new MemoryDisk().attach();
    const config = { targets: [targetOf({ perHourMax: 1 })], isEnabled: true };
    const first = await site({ disk, config });
    await first.disconnector.take(orderOf());
    const second = await site({ disk, config });
    await second.disconnector.take(orderOf());
    await second.disconnector.take(orderOf({ orderId: orderIdOf(2) }));

    expect(second.states()).toEqual(['void spent', 'void limit-reached']);
    expect(second.sent).toEqual([]);
  });

  it('are on disk before the first packet leaves, whatever a power cut leaves', async () => {
    const disk = new MemoryDisk();
    const kept: boolean[] = [];
    const { disconnector } = await site({
      disk: disk.attach(),
      async exchange() {
        disk.crash(() => 0);
        const again = await openSpentOrders(disk.attach(), 'd', morning);
        kept.push(again.isSpent(orderIdOf(1)));
        return acknowledged;
      },
    });
    await disconnector.take(orderOf());

    expect(kept).toEqual([true]);
  });

  it('that cannot be kept on disk send nothing', async () => {
    const disk = new MemoryDisk();
    const { disconnector, sent, states } = await site({ disk: disk.attach() });
    disk.failure = (operation) => (operation === 'sync' ? new Error('no space') : undefined);
    await disconnector.take(orderOf());

    expect(states()).toEqual(['void not-kept']);
    expect(sent).toEqual([]);
  });

  it('whose Stop comes while the disk is written send nothing', async () => {
    const disk = new MemoryDisk();
    const made = await site({ disk: disk.attach() });
    disk.failure = (operation) => {
      if (operation === 'sync') made.see({ kind: 'stop', ...later });
      return undefined;
    };
    await made.disconnector.take(orderOf());

    expect(made.states()).toEqual(['void already-ended']);
    expect(made.sent).toEqual([]);
  });
});
