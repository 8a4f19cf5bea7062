// One order from judgement to proof: void, or sent, then acknowledged, refused or silent, then
// confirmed by the session's own Stop, unconfirmed, and came back.
// Promise: an order is spent on disk before its first packet; nothing is sent twice for one order;
// an answer proves nothing. Every state is reported and logged, without user or client address.

import type { UnixMs } from '../../domain/accounting-event.ts';
import type { CutOrder, CutReport, ReportedState } from '../../wire/cut-orders.ts';
import { errorText } from '../errors.ts';
import type { Log } from '../log.ts';
import { configuredName } from '../radius/gateway.ts';
import type { After } from '../timers.ts';
import type { AskGateway } from './ask-gateway.ts';
import type { ExchangeEnd } from './exchange.ts';
import { judgeOrder, type OrderGround, type OrderRuling } from './judge-order.ts';
import {
  accountOfSession,
  type KnownSession,
  type SessionChange,
  type SessionRecord,
} from './open-sessions.ts';
import type { SpentOrders } from './spent-orders.ts';

export type DisconnectorDeps = {
  readonly ground: () => Pick<OrderGround, 'config' | 'sessions' | 'isBehindProxy' | 'isConnected'>;
  readonly spent: SpentOrders;
  readonly ask: AskGateway;
  readonly report: (report: CutReport) => void;
  readonly now: () => UnixMs;
  readonly after: After;
  readonly log: Log;
};

/** No Stop by then: unconfirmed. A Stop that comes later still confirms. */
export const unconfirmedAfterMs = 60_000;
/** Whoever starts again within this came back. */
export const cameBackWithinMs = 10 * 60_000;

type Pending = {
  readonly order: CutOrder;
  readonly session: KnownSession;
  isConfirmed: boolean;
  isRefused: boolean;
  readonly cancels: (() => void)[];
};

export class Disconnector {
  readonly #deps: DisconnectorDeps;
  readonly #pending = new Map<string, Pending>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(deps: DisconnectorDeps) {
    this.#deps = deps;
  }

  /**
   * Carries an order out, or says why not; resolves when the gateway has answered or is silent.
   * Orders are judged one after another, so that a thousand at once keep the limits.
   */
  async take(order: CutOrder): Promise<void> {
    const ruling = await this.#inTurn(() => this.#admit(order));
    if (ruling.kind === 'void') {
      this.#say(order, 'void', { cause: ruling.reason, detail: ruling.detail });
      return;
    }
    await this.#send(order, ruling);
  }

  /** Sees what a record changed in the table. */
  changed(change: SessionChange, { event }: SessionRecord): void {
    for (const pending of [...this.#pending.values()]) {
      if (change.kind === 'ended') this.#confirm(pending, change.session);
      else this.#welcomeBack(pending, change.session, event.clientAddress);
    }
  }

  /** Whether an order waits for what becomes of a session at a gateway (`GatewayConfig.name`). */
  isWaitingAt(gateway: string): boolean {
    return [...this.#pending.values()].some(
      ({ order }) => configuredName(order.gatewayId) === gateway,
    );
  }

  /** Forgets what it waits for: the cloud still sees the Stop. */
  stop(): void {
    for (const { order } of [...this.#pending.values()]) this.#forget(order);
  }

  async #admit(order: CutOrder): Promise<OrderRuling> {
    const ruling = this.#judge(order);
    if (ruling.kind === 'void') return ruling;
    const { spent, now } = this.#deps;
    const { orderId } = order;
    const { gateway } = ruling.target;
    try {
      await spent.spend({ orderId, gateway, time: now() });
    } catch (error) {
      const detail = `the order cannot be kept on disk: ${errorText(error)}`;
      return { kind: 'void', reason: 'not-kept', detail: detail.slice(0, 200) };
    }
    // The Stop may have come while the disk was waited for.
    const again = this.#judge(order, orderId);
    return again;
  }

  #judge(order: CutOrder, spentJustNow?: string): OrderRuling {
    const { ground, spent, now } = this.#deps;
    const time = now();
    return judgeOrder(order, {
      ...ground(),
      now: time,
      isSpent: (id) => id !== spentJustNow && spent.isSpent(id),
      countOf: (gateway) => spent.countOf(gateway, time) - (spentJustNow === undefined ? 0 : 1),
    });
  }

  async #send(order: CutOrder, ruling: OrderRuling & { readonly kind: 'send' }): Promise<void> {
    const { ask, now, after } = this.#deps;
    const { target, session, attributes } = ruling;
    const pending: Pending = { order, session, isConfirmed: false, isRefused: false, cancels: [] };
    this.#pending.set(order.orderId, pending);
    pending.cancels.push(
      after(unconfirmedAfterMs, () => {
        if (pending.isConfirmed || pending.isRefused) return;
        this.#say(order, 'unconfirmed', { detail: 'no Stop of the session within a minute' });
      }),
      after(cameBackWithinMs, () => this.#forget(order)),
    );
    this.#say(order, 'sent');
    const end = await ask(target, attributes, now());
    if (end.kind === 'silent') {
      // The proof is there already: what the gateway did not say matters no more.
      if (!pending.isConfirmed) this.#say(order, 'silent', { detail: silenceText(end) });
      return;
    }
    const { kind, cause } = end.answer;
    if (pending.isConfirmed) return;
    pending.isRefused = kind === 'refused';
    this.#say(order, kind, cause === undefined ? {} : { cause });
  }

  #confirm(pending: Pending, ended: KnownSession): void {
    const { order, session } = pending;
    if (pending.isConfirmed || !isSameSession(session, ended) || !ended.ended) return;
    pending.isConfirmed = true;
    this.#say(order, 'confirmed', { cause: ended.ended.by });
  }

  #welcomeBack(pending: Pending, began: KnownSession, clientAddress: string | undefined): void {
    const { order, session } = pending;
    if (!pending.isConfirmed || accountOfSession(began) !== accountOfSession(session)) return;
    const { gatewayId, sessionId } = began;
    this.#forget(order);
    const from = clientAddress === undefined ? {} : { clientAddress };
    this.#say(order, 'came-back', { session: { gatewayId, sessionId, ...from } });
  }

  #forget({ orderId }: CutOrder): void {
    for (const cancel of this.#pending.get(orderId)?.cancels ?? []) cancel();
    this.#pending.delete(orderId);
  }

  #say(
    { orderId, gatewayId }: CutOrder,
    state: ReportedState,
    rest: Pick<CutReport, 'cause' | 'detail' | 'session'> = {},
  ): void {
    const { report, now, log } = this.#deps;
    const gateway = configuredName(gatewayId);
    const why = [rest.cause, rest.detail].filter((text) => text !== undefined).join(': ');
    const level = state === 'confirmed' || state === 'acknowledged' ? 'info' : 'warn';
    const message = `order ${orderId} at ${gateway}: ${state}${why === '' ? '' : ` (${why})`}`;
    log(level, 'session-cut', message, { order: orderId, gateway, state });
    report({ orderId, state, at: now(), ...printable(rest) });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }
}

function isSameSession(sent: KnownSession, ended: KnownSession): boolean {
  return (
    sent.gatewayId === ended.gatewayId &&
    sent.sessionId === ended.sessionId &&
    accountOfSession(sent) === accountOfSession(ended) &&
    (ended.startedTime === undefined || ended.startedTime === sent.startedTime)
  );
}

/** What a silence can mean, in the order to look. */
export function silenceText(end: ExchangeEnd & { readonly kind: 'silent' }): string {
  if (end.fault !== undefined) return end.fault;
  if (end.isPortClosed) return 'nobody listens on that port there';
  if (end.ignored > 0) return 'answers came that the secret does not fit: the secret is another';
  return 'no answer: other secret, filtered port, clock off, or not allowed from this address';
}

function printable(rest: Pick<CutReport, 'cause' | 'detail' | 'session'>) {
  const clean = (text: string, max: number): string =>
    text.replace(/[^\x20-\x7e]/g, '?').slice(0, max);
  return {
    ...rest,
    ...(rest.cause !== undefined && { cause: clean(rest.cause, 64) }),
    ...(rest.detail !== undefined && { detail: clean(rest.detail, 200) }),
  };
}
