// Orders, sessions and targets for tests of relay/disconnect, with invented people.

import type { OrderGround } from '../../relay/disconnect/judge-order.ts';
import { OpenSessions, type SessionRecord } from '../../relay/disconnect/open-sessions.ts';
import type { SessionMarks } from '../../relay/disconnect/session-marks.ts';
import type { UdpTarget } from '../../relay/disconnect/target.ts';
import type { CutOrder } from '../../wire/cut-orders.ts';
import { type EventOptions, eventOf, minuteMs, morning } from './events.ts';

export const disconnectSecret = Buffer.from('a-secret-of-disconnect-requests');
/** When orders of these tests are given. */
export const orderTime = morning + 30 * minuteMs;

export const targetOf = (changes: Partial<UdpTarget> = {}): UdpTarget => ({
  via: 'udp',
  gateway: 'vpn-1',
  address: '192.0.2.1',
  port: 3799,
  secret: disconnectSecret,
  form: 'rfc5176',
  perHourMax: 5,
  ...changes,
});

/** The number-th order of a test. */
export const orderIdOf = (number: number): string =>
  `0mf3k2a9xq-${String(number).padStart(22, 'A')}`;

export const orderOf = (changes: Partial<CutOrder> = {}): CutOrder => ({
  orderId: orderIdOf(1),
  gatewayId: 'vpn-1',
  sessionId: 's1',
  account: 'alice',
  startedAt: morning,
  form: 'rfc5176',
  alsoEnds: [],
  issuedAt: orderTime,
  expiresAt: orderTime + 5 * minuteMs,
  ...changes,
});

/** A record of `vpn-1`, its attributes as the packet had them. */
export function recordOfSession(
  options: EventOptions = {},
  marks: SessionMarks = {},
): SessionRecord {
  const event = eventOf({ gateway: 'vpn-1', ...options });
  return {
    event,
    marks: {
      userName: Buffer.from(options.user ?? 'alice'),
      sessionId: Buffer.from(options.sessionId ?? 's1'),
      ...marks,
    },
  };
}

/** A table that has seen these records. */
export function sessionsOf(...records: readonly SessionRecord[]): OpenSessions {
  const sessions = new OpenSessions();
  for (const record of records) sessions.see(record);
  return sessions;
}

/** What allows everything that the table allows. */
export const groundOf = (changes: Partial<OrderGround> = {}): OrderGround => ({
  config: { targets: [targetOf()], isEnabled: true },
  sessions: sessionsOf(recordOfSession()),
  now: orderTime,
  isSpent: () => false,
  countOf: () => 0,
  isBehindProxy: () => false,
  isConnected: () => true,
  ...changes,
});
