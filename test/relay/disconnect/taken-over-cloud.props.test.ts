// What a cloud that has been taken over can do with orders at most: end sessions that are open in
// the relay's own table, at gateways and addresses of the relay's own file, so many an hour, each
// in the relay's own log. It may write whatever orders it likes, and settings, too.

import fc from 'fast-check';
import { Disconnector } from '../../../relay/disconnect/disconnector.ts';
import { OpenSessions, type SessionRecord } from '../../../relay/disconnect/open-sessions.ts';
import { openSpentOrders } from '../../../relay/disconnect/spent-orders.ts';
import type { DisconnectTarget } from '../../../relay/disconnect/target.ts';
import type { CutOrder, CutReport } from '../../../wire/cut-orders.ts';
import { manualClock } from '../../local/manual-clock.ts';
import { orderIdOf, orderTime, recordOfSession, targetOf } from '../../support/disconnects.ts';
import { hourMs, minuteMs, morning } from '../../support/events.ts';
import { MemoryDisk } from '../../support/journal-memory-disk.ts';

const perHourMax = 3;
const addresses = ['192.0.2.1', '192.0.2.2', '198.51.100.66'];
const targets: readonly DisconnectTarget[] = [
  targetOf({ perHourMax }),
  targetOf({ gateway: 'vpn-2', address: '192.0.2.2', form: 'strongswan', perHourMax }),
  { via: 'radsec', gateway: 'vpn-3', address: '192.0.2.1', form: 'rfc5176', perHourMax },
];
const gateways = fc.constantFrom('vpn-1', 'vpn-2', 'vpn-3', 'vpn-4');
const accounts = fc.constantFrom('alice', 'bob', '');
const sessionIds = fc.constantFrom('s1', 's2', 's3', 's4');

/** Packets as gateways send them, wherever the settings say that those are. */
const records: fc.Arbitrary<SessionRecord> = fc
  .record({
    gateway: gateways,
    user: fc.constantFrom('alice', 'bob'),
    sessionId: sessionIds,
    kind: fc.constantFrom('start' as const, 'interim' as const, 'stop' as const),
    minutes: fc.integer({ min: 0, max: 25 }),
    address: fc.constantFrom(...addresses),
  })
  .map(({ minutes, address, ...rest }) => {
    const record = recordOfSession({ ...rest, at: morning + minutes * minuteMs });
    const gateway = { ...record.event.gateway, address };
    return { ...record, event: { ...record.event, gateway } };
  });

const orders: fc.Arbitrary<
  Omit<CutOrder, 'issuedAt' | 'expiresAt'> & { late: number; life: number }
> = fc.record({
  orderId: fc.nat(30).map(orderIdOf),
  gatewayId: gateways,
  sessionId: sessionIds,
  account: accounts,
  form: fc.constantFrom('rfc5176', 'strongswan', 'hostapd', 'nonesuch'),
  alsoEnds: fc.uniqueArray(sessionIds),
  late: fc.integer({ min: -10 * minuteMs, max: 10 * minuteMs }),
  life: fc.integer({ min: 0, max: 2 * hourMs }),
});
const waits = fc.integer({ min: 0, max: 20 }).map((minutes) => ({ waitMs: minutes * minuteMs }));

describe('a cloud that has been taken over', () => {
  it('can end what is open at opted-in gateways, at the limited rate, in the log', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(records, { maxLength: 12 }),
        fc.array(fc.oneof({ weight: 4, arbitrary: orders }, { weight: 1, arbitrary: waits }), {
          maxLength: 40,
        }),
        async (packets, moves) => {
          const clock = manualClock(orderTime);
          const sessions = new OpenSessions();
          for (const record of packets) sessions.see(record);
          const sent: { target: DisconnectTarget; attributes: string; at: number }[] = [];
          const [lines, reports]: [string[], CutReport[]] = [[], []];
          const disconnector = new Disconnector({
            ground: () => ({
              config: { targets, isEnabled: true },
              sessions,
              isBehindProxy: () => false,
              isConnected: () => true,
            }),
            spent: await openSpentOrders(new MemoryDisk().attach(), 'd', clock.now()),
            async ask(target, attributes) {
              const octets = Buffer.concat([...attributes]).toString('latin1');
              sent.push({ target, attributes: octets, at: clock.now() });
              return { kind: 'answered', answer: { kind: 'acknowledged' } };
            },
            report: (report) => reports.push(report),
            now: clock.now,
            after: clock.after,
            log: (_level, _event, message) => lines.push(message),
          });
          for (const move of moves) {
            if ('waitMs' in move) {
              await clock.advance(move.waitMs);
              continue;
            }
            const { late, life, ...order } = move;
            const issuedAt = clock.now() + late;
            await disconnector.take({ ...order, issuedAt, expiresAt: issuedAt + life });
          }
          disconnector.stop();

          for (const { target, attributes, at } of sent) {
            // Exactly an entry of the file, for a session of the table that came from there.
            expect(targets).toContain(target);
            const own = ['alice', 'bob'].flatMap((account) =>
              sessions.openOf(target.gateway, account, at),
            );
            const isOf = (one: (typeof own)[number]): boolean =>
              one.address === target.address &&
              attributes.includes(String(one.marks.userName)) &&
              (target.form === 'strongswan' || attributes.includes(one.sessionId));
            expect(own.some(isOf)).toBe(true);
            const hour = sent.filter(
              (other) =>
                other.target.gateway === target.gateway && other.at <= at && other.at > at - hourMs,
            );
            expect(hour.length).toBeLessThanOrEqual(perHourMax);
          }
          // Each is in the relay's own log, and each order that sent nothing says why.
          expect(lines.filter((line) => line.endsWith(': sent'))).toHaveLength(sent.length);
          const given = moves.filter((move) => 'orderId' in move).length;
          const voids = reports.filter(({ state }) => state === 'void');
          expect(voids.length + sent.length).toBe(given);
          expect(voids.every(({ cause, detail }) => Boolean(cause && detail))).toBe(true);
        },
      ),
    );
  });
});
