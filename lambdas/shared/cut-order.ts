// Orders to end sessions, as they are kept, and the port to where (docs/wire-format.md "Orders").
// The order stands in the user's own partition, so that erasing the user erases it; what waits for
// a relay stands in one small row of that relay, which goes after a day.

import type { UnixMs } from '../../domain/accounting-event.ts';
import type { CutOrder, CutReport, ReportedState } from '../../wire/cut-orders.ts';

/** `requested`: given, nothing heard of the relay yet. */
export type OrderState = 'requested' | ReportedState;

/** One thing that was heard of an order. */
export type OrderStep = Pick<CutReport, 'at' | 'cause' | 'detail' | 'session'> & {
  readonly state: OrderState;
  /** `relay`: it reported so. `cloud`: seen in the session's own records, or by the clock. */
  readonly by: 'relay' | 'cloud';
};

export type StoredOrder = {
  readonly orderId: string;
  readonly userKey: string;
  /** The relay it was given to. */
  readonly relayId: string;
  /** Relays that may be asked next, should that one not know the session. */
  readonly others: readonly string[];
  /** What the relay gets. */
  readonly order: CutOrder;
  /** `id` of the session in the API: `<rowStart>-<identity>`. */
  readonly session: string;
  readonly reason: string;
  /** The detection it was given from, or that names its session. */
  readonly detection?: string;
  /** An id, not a name. */
  readonly actor: string;
  /** When that relay was first handed the order; absent: never, so nothing was sent. */
  readonly fetchedAt?: UnixMs;
  /** In the order they came. */
  readonly steps: readonly OrderStep[];
};

/** An order that its relay has not spoken of, or may still speak of. */
export type WaitingOrder = {
  readonly userKey: string;
  readonly order: CutOrder;
  /** The relay has said something of it: it is not handed out again. */
  readonly isHeard: boolean;
};

export type Waiting = {
  readonly orders: readonly WaitingOrder[];
  /** Somebody has the dialog open: the relay is to ask every second until then. */
  readonly awaitedUntil?: UnixMs;
};

export type OrderBook = {
  putOrder(order: StoredOrder): Promise<void>;
  order(userKey: string, orderId: string): Promise<StoredOrder | undefined>;
  /** Of one user, newest first. */
  orders(userKey: string, limit: number): Promise<readonly StoredOrder[]>;
  /** Changes an order with a version check; undefined writes nothing. */
  changeOrder(
    userKey: string,
    orderId: string,
    change: (before: StoredOrder) => StoredOrder | undefined,
  ): Promise<StoredOrder | undefined>;
  /** Says on the row of the order's detection where the order stands, unless a later one is. */
  markDetection(order: StoredOrder): Promise<void>;
  waiting(relayId: string): Promise<Waiting>;
  changeWaiting(relayId: string, change: (before: Waiting) => Waiting): Promise<void>;
};

/** The newest thing that was heard, which is the state. */
export function stateOf({ steps }: Pick<StoredOrder, 'steps'>): OrderState {
  return steps.at(-1)?.state ?? 'requested';
}

/** Until when the relay is to be told that something waits for it. */
export function waitsUntil({ orders, awaitedUntil = 0 }: Waiting): UnixMs {
  const unheard = orders.filter(({ isHeard }) => !isHeard);
  return Math.max(awaitedUntil, ...unheard.map(({ order }) => order.expiresAt));
}
