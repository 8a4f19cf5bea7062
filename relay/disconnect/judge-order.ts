// May this order be carried out now? Pure: the order, the relay's own file, its own table and its
// own list of spent orders decide; the cloud's word is only ever one more condition.

import type { UnixMs } from '../../domain/accounting-event.ts';
import type { CutOrder, VoidReason } from '../../wire/cut-orders.ts';
import { configuredName } from '../radius/gateway.ts';
import { type DisconnectForm, formOf } from './forms.ts';
import { accountOfSession, isOpen, type KnownSession, type OpenSessions } from './open-sessions.ts';
import { type MarkName, markAttribute } from './session-marks.ts';
import type { DisconnectConfig, DisconnectTarget } from './target.ts';

export type OrderGround = {
  readonly config: DisconnectConfig;
  readonly sessions: Pick<OpenSessions, 'named' | 'openOf'>;
  readonly now: UnixMs;
  readonly isSpent: (orderId: string) => boolean;
  /** Orders carried out for a gateway within the last hour. */
  readonly countOf: (gateway: string) => number;
  /** Whether packets of this gateway come through a proxy. */
  readonly isBehindProxy: (gateway: string) => boolean;
  /** Whether a gateway has a RadSec connection to this relay from there now. */
  readonly isConnected: (gateway: string, address: string) => boolean;
};

export type OrderRuling =
  | {
      readonly kind: 'send';
      readonly target: DisconnectTarget;
      readonly session: KnownSession;
      /** Encoded attributes that identify it. */
      readonly attributes: readonly Buffer[];
    }
  | { readonly kind: 'void'; readonly reason: VoidReason; readonly detail: string };

/** Five minutes, and a little for clocks: what an order may claim to live. */
export const orderLifetimeMsMax = 5 * 60_000;
const clockSlackMs = 60_000;
/** Starts of one session, as the cloud and as this relay dates them. */
const startToleranceMs = 10 * 60_000;

const voided = (reason: VoidReason, detail: string): OrderRuling => ({
  kind: 'void',
  reason,
  detail,
});

/** Rules on one order. */
export function judgeOrder(order: CutOrder, ground: OrderGround): OrderRuling {
  const { config, now } = ground;
  const gateway = configuredName(order.gatewayId);
  if (ground.isSpent(order.orderId)) return voided('spent', 'this order was carried out before');
  const expiry = expiryOf(order, now);
  if (expiry !== undefined) return voided('expired', expiry);
  const own = config.targets.filter((target) => target.gateway === gateway);
  if (own.length === 0) {
    return voided('not-opted-in', `the relay's own file has no entry "disconnect" for ${gateway}`);
  }
  if (!config.isEnabled) return voided('switched-off', 'disconnectEnabled is false in the file');
  if (ground.isBehindProxy(gateway)) {
    return voided('behind-proxy', `${gateway} is behind a RADIUS proxy: its address is not known`);
  }
  const found = sessionOf(order, ground);
  if ('kind' in found) return found;
  const target = own.find(({ address }) => address === found.address);
  if (!target) {
    const where = own.map(({ address }) => address).join(', ');
    return voided(
      'other-address',
      `its packets come from ${found.address}, the file says ${where}`,
    );
  }
  return ruleOn(order, ground, target, found);
}

function ruleOn(
  order: CutOrder,
  ground: OrderGround,
  target: DisconnectTarget,
  session: KnownSession,
): OrderRuling {
  const { gateway, form: name, perHourMax } = target;
  const barrier = barrierTo(target, ground);
  if (barrier) return barrier;
  if (name !== order.form) {
    return voided(
      'form-changed',
      `the order was given for form ${order.form}, the file says ${name}`,
    );
  }
  const form = formOf(name);
  const missing = form.needs.filter((mark) => session.marks[mark] === undefined);
  if (missing.length > 0) {
    return voided('attributes-missing', `its packets had no ${missing.join(', ')}`);
  }
  const others = unlisted(order, ground, form, session);
  if (others > 0) {
    return voided('others-open', `${others} more open there by this name than the order lists`);
  }
  if (ground.countOf(gateway) >= perHourMax) {
    return voided(
      'limit-reached',
      `${perHourMax} sessions within an hour were ended at ${gateway}`,
    );
  }
  return { kind: 'send', target, session, attributes: attributesOf(form, session) };
}

/** What stands between the relay and the gateway, by the way that the file says. */
function barrierTo(target: DisconnectTarget, ground: OrderGround): OrderRuling | undefined {
  const { gateway, address } = target;
  if (target.via === 'radsec') {
    return ground.isConnected(gateway, address)
      ? undefined
      : voided('not-connected', `no RadSec connection of ${gateway} from ${address} is open now`);
  }
  const { secretSharedWith: owner } = target;
  if (owner === undefined) return undefined;
  const detail = `its secret is the accounting secret of ${owner}: give it one of its own`;
  return voided('secret-shared', detail);
}

function expiryOf({ issuedAt, expiresAt }: CutOrder, now: UnixMs): string | undefined {
  if (expiresAt - issuedAt > orderLifetimeMsMax) return 'it claims to live longer than 5 minutes';
  if (now >= expiresAt) return 'it is older than 5 minutes';
  const isEarly = now < issuedAt - clockSlackMs;
  return isEarly ? 'it is from a time to come: the clock of this relay is behind' : undefined;
}

/** The one session that is meant, open; else why there is none. */
function sessionOf(order: CutOrder, { sessions, now }: OrderGround): KnownSession | OrderRuling {
  const named = sessions.named(order.gatewayId, order.sessionId);
  if (named.length === 0) {
    return voided(
      'unknown-session',
      'no packet of it came since the relay may ask there, or it is long unheard',
    );
  }
  const own = named.filter((session) => accountOfSession(session) === order.account);
  const [session] = own;
  if (!session || order.account === '') {
    return voided('other-user', 'the session of this id is not of the user in the order');
  }
  if (session.ended) {
    const by = session.ended.by === 'stop' ? 'its Stop has come' : 'the gateway has restarted';
    return voided('already-ended', by);
  }
  if (!isOpen(session, now)) return voided('already-ended', 'nothing was heard of it for a day');
  return isSameStart(order, session)
    ? session
    : voided('other-session', 'the id is of another session now: it began at another time');
}

/** An id that is used again is another session. */
function isSameStart({ startedAt }: CutOrder, { startedTime }: KnownSession): boolean {
  if (startedAt === undefined || startedTime === undefined) return true;
  return Math.abs(startedAt - startedTime) <= startToleranceMs;
}

/** Open sessions that would end as well and that whoever gave the order has not seen. */
function unlisted(
  { gatewayId, account, alsoEnds }: CutOrder,
  { sessions, now }: OrderGround,
  form: DisconnectForm,
  session: KnownSession,
): number {
  if (form.ends === 'session') return 0;
  const listed = new Set([session.sessionId, ...alsoEnds]);
  const open = sessions.openOf(gatewayId, account, now);
  return open.filter(({ sessionId }) => !listed.has(sessionId)).length;
}

function attributesOf(form: DisconnectForm, { marks }: KnownSession): readonly Buffer[] {
  const names: readonly MarkName[] = [...form.needs, ...form.takes];
  return names.flatMap((name) => {
    const value = marks[name];
    return value === undefined ? [] : [markAttribute(name, value)];
  });
}
