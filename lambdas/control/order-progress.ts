// What becomes of an order: steps that its relay reports, and what the cloud sees by itself: the
// session's own Stop, a restart of its gateway, the end of its time.
// Promise: a step that is known changes nothing, whoever repeats it; each new one has an audit row
// and an event before it is kept, so that a repeat tells what failed. An answer of the gateway is
// never a proof, and `void` is said only where nothing can have been sent.

import type { UnixMs } from '../../domain/accounting-event.ts';
import { sessionState, stopTime } from '../../domain/session/session-state.ts';
import type { AuditBook } from '../shared/audit.ts';
import { type OrderBook, type OrderStep, type StoredOrder, stateOf } from '../shared/cut-order.ts';
import { cutActivity } from '../siem/ocsf-remediation.ts';
import type { SendToBus } from '../siem/publish.ts';
import { type PlanDeps, planOrder } from './order-plan.ts';

export type ProgressDeps = {
  readonly orders: OrderBook;
  readonly audit: AuditBook;
  readonly send: SendToBus;
};

/** What may follow a state. A late Stop still confirms; nothing follows what is over. */
const finalStates: ReadonlySet<string> = new Set(['void', 'came-back']);
export const cutDetailType = 'Session End';
/** After an order's end of time its relay may still have sent: it reports within this. */
const graceMs = 30_000;
/** Later a Stop is the session's own affair. */
const provenWithinMs = 10 * 60_000;

/**
 * Takes one step in; answers the order as it is then, or as it was found where the step is known.
 * @throws what the tables and the event bus throw: nothing of the step is kept then
 */
export async function takeStep(
  deps: ProgressDeps,
  { userKey, orderId }: Pick<StoredOrder, 'userKey' | 'orderId'>,
  step: OrderStep,
  actor: string,
): Promise<StoredOrder | undefined> {
  const found = await deps.orders.order(userKey, orderId);
  if (!found || !mayFollow(found, step)) return found;
  // Whoever reports repeats what failed; two events of one state have one `metadata.uid`.
  await tell(deps, found, step, actor);
  await deps.orders.markDetection({ ...found, steps: [...found.steps, step] });
  return deps.orders.changeOrder(userKey, orderId, (before) =>
    mayFollow(before, step) ? { ...before, steps: [...before.steps, step] } : undefined,
  );
}

function mayFollow(order: StoredOrder, { state }: OrderStep): boolean {
  const states = order.steps.map((step) => step.state);
  const last = stateOf(order);
  if (states.includes(state) || finalStates.has(last)) return false;
  // A relay that was cut off says it late: the cloud's clock does not know better.
  if (state === 'void')
    return last !== 'confirmed' && order.steps.every(({ by }) => by === 'cloud');
  if (last === 'confirmed') return state === 'came-back';
  return state !== 'came-back';
}

/** Audit row and event of a step; the user is in neither row nor log, only in the event. */
export async function tell(
  { audit, send }: ProgressDeps,
  order: StoredOrder,
  step: OrderStep,
  actor: string,
): Promise<void> {
  const cause = step.cause === undefined ? '' : ` (${step.cause})`;
  const subject = `order ${order.orderId} at ${order.order.gatewayId}: ${step.state}${cause}`;
  const action = step.state === 'requested' ? 'session-end-ordered' : 'session-end-reported';
  const end = await audit.begin({ actor, action, subject, userKey: order.userKey });
  await send({ detailType: cutDetailType, detail: cutActivity(order, step), time: step.at });
  await end('done');
}

/** Looks at an order that is under way: the session's own records, and the clock. */
export async function settle(
  deps: ProgressDeps & PlanDeps,
  order: StoredOrder,
  now: UnixMs,
): Promise<StoredOrder> {
  const state = stateOf(order);
  const sentAt = order.steps.find((step) => step.state === 'sent')?.at ?? order.fetchedAt;
  if (state === 'requested') {
    if (now <= order.order.expiresAt + graceMs) return order;
    if (sentAt === undefined) return voidBy(deps, order, now);
  }
  const isOver = ['void', 'confirmed', 'came-back'].includes(state);
  if (sentAt === undefined || isOver) return order;
  const end = await endOf(deps, order, now);
  if (end === undefined || end.at > sentAt + provenWithinMs)
    return unconfirmedBy(deps, order, sentAt, now);
  const { at, cause } = end;
  return (
    (await takeStep(deps, order, { state: 'confirmed', cause, at, by: 'cloud' }, 'cloud')) ?? order
  );
}

async function voidBy(deps: ProgressDeps, order: StoredOrder, now: UnixMs): Promise<StoredOrder> {
  const detail = 'no relay fetched it in its time';
  const step: OrderStep = { state: 'void', cause: 'expired', detail, at: now, by: 'cloud' };
  return (await takeStep(deps, order, step, 'cloud')) ?? order;
}

/** A relay that died or was cut off meanwhile reports no silence. */
async function unconfirmedBy(
  deps: ProgressDeps,
  order: StoredOrder,
  sentAt: UnixMs,
  now: UnixMs,
): Promise<StoredOrder> {
  const state = stateOf(order);
  const isWaited = ['requested', 'sent'].includes(state) && now > sentAt + 2 * 60_000;
  if (!isWaited) return order;
  const detail =
    state === 'sent'
      ? 'no Stop of the session, and its relay has said no more'
      : 'its relay fetched it and has said no more: it may have been sent';
  const step: OrderStep = { state: 'unconfirmed', detail, at: now, by: 'cloud' };
  return (await takeStep(deps, order, step, 'cloud')) ?? order;
}

/** When the session ended by its own records; undefined: it has not, or is erased. */
async function endOf(
  deps: PlanDeps,
  order: StoredOrder,
  now: UnixMs,
): Promise<{ readonly at: UnixMs; readonly cause: 'stop' | 'restart' } | undefined> {
  const plan = await planOrder(deps, { userKey: order.userKey, session: order.session, now });
  if (!plan) return undefined;
  const { session } = plan;
  if (session.stoppedAt !== undefined) return { at: stopTime(session), cause: 'stop' };
  const restarts = (await deps.watermarks([session.gatewayId])).get(session.gatewayId);
  const { state, endedAt } = sessionState(session, now, restarts, await deps.rules());
  return state === 'gateway-restarted' && endedAt !== undefined
    ? { at: endedAt, cause: 'restart' }
    : undefined;
}
