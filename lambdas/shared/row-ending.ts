// What the row of the queue says of an order to end a session of its detection: the newest order
// and where it stands, in 12 octets. As text later states of an order sort after earlier ones, and
// later orders after all of those before, so that whichever write comes last the newest stands.
// Pure.

import type { UnixMs } from '../../domain/accounting-event.ts';
import { type OrderState, type StoredOrder, stateOf } from './cut-order.ts';

/** The newest order to end a session of a detection, as it was last heard of. */
export type SessionEnding = {
  readonly state: OrderState;
  readonly orderedAt: UnixMs;
};

const letters: Readonly<Record<OrderState, string>> = {
  requested: 'q',
  void: 'v',
  sent: 's',
  acknowledged: 'a',
  refused: 'r',
  silent: 'i',
  confirmed: 'c',
  unconfirmed: 'u',
  'came-back': 'b',
};
/** Of an order id: its time. */
const timeCharacters = 10;

/** Packs an order: its time, how many steps it has, its state. */
export function packEnding(order: Pick<StoredOrder, 'orderId' | 'steps'>): string {
  const steps = Math.min(order.steps.length, 35).toString(36);
  return `${order.orderId.slice(0, timeCharacters)}${steps}${letters[stateOf(order)]}`;
}

/** Unpacks what `packEnding` packed; undefined: a state that this version does not know. */
export function unpackEnding(text: string): SessionEnding | undefined {
  const letter = text.slice(timeCharacters + 1);
  const state = (Object.keys(letters) as OrderState[]).find((one) => letters[one] === letter);
  return state && { state, orderedAt: Number.parseInt(text.slice(0, timeCharacters), 36) };
}
