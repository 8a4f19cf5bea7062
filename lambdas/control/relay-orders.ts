// `GET` and `POST /v1/relay/orders`: a relay fetches its orders and reports what became of them
// (docs/wire-format.md "Orders").
// Promise: a relay gets only orders that were given to it, signed for it and this request; what it
// reports counts only for those. A session it does not know goes to the next relay that may ask.

import type { UnixMs } from '../../domain/accounting-event.ts';
import {
  type CutOrdersDocument,
  type CutReport,
  ordersMax,
  parseCutReports,
} from '../../wire/cut-orders.ts';
import { relayOrderReportProfile, relayOrdersProfile } from '../../wire/relay-control.ts';
import type { OrderStep, StoredOrder, WaitingOrder } from '../shared/cut-order.ts';
import type { CloudKey } from './cloud-key.ts';
import { refuseBody, signedAnswer } from './enrol.ts';
import { type ProgressDeps, takeStep } from './order-progress.ts';
import { type Answer, type ControlRequest, isAnswer, jsonAnswer } from './request.ts';
import { type SealedDeps, sealedBy } from './sealed.ts';

export type RelayOrdersDeps = SealedDeps &
  ProgressDeps & { readonly cloudKey: () => Promise<CloudKey> };

/** `GET /v1/relay/orders` */
export async function getRelayOrders(
  deps: RelayOrdersDeps,
  request: ControlRequest,
): Promise<Answer> {
  const sealed = await sealedBy(deps, relayOrdersProfile, request);
  if (isAnswer(sealed)) return sealed;
  const { relayId } = sealed.key;
  const { now } = request;
  const { orders, awaitedUntil = 0 } = await deps.orders.waiting(relayId);
  const open = orders
    .filter(({ isHeard, order }) => !isHeard && order.expiresAt > now)
    .slice(0, ordersMax);
  for (const waiting of open) await markFetched(deps, relayId, waiting, now);
  const document: CutOrdersDocument = {
    version: 1,
    relayId,
    issuedAt: now,
    nonce: sealed.nonce,
    orders: open.map(({ order }) => order),
    isAwaited: awaitedUntil > now,
  };
  return signedAnswer('wherefrom-cut-orders', await deps.cloudKey(), document, {});
}

/** Before it is handed out: whoever hears no more of it must not read that nothing was sent. */
async function markFetched(
  { orders }: Pick<RelayOrdersDeps, 'orders'>,
  relayId: string,
  { userKey, order }: WaitingOrder,
  now: UnixMs,
): Promise<void> {
  await orders.changeOrder(userKey, order.orderId, (before) =>
    before.relayId === relayId && before.fetchedAt === undefined
      ? { ...before, fetchedAt: now }
      : undefined,
  );
}

/** `POST /v1/relay/orders` */
export async function postRelayOrders(
  deps: RelayOrdersDeps,
  request: ControlRequest,
): Promise<Answer> {
  const sealed = await sealedBy(deps, relayOrderReportProfile, request);
  if (isAnswer(sealed)) return sealed;
  const parsed = parseCutReports(request.body);
  if (!parsed.ok) return refuseBody(parsed);
  const { relayId } = sealed.key;
  const { reports } = parsed.value;
  const waiting = await deps.orders.waiting(relayId);
  const own = new Map(waiting.orders.map((one) => [one.order.orderId, one]));
  const known = reports.filter(({ orderId }) => own.has(orderId));
  // One after another: a later state of an order must not overtake an earlier one.
  for (const report of known) await take(deps, relayId, own.get(report.orderId), report);
  const heard = new Set(known.map(({ orderId }) => orderId));
  if ([...heard].some((orderId) => own.get(orderId)?.isHeard === false)) {
    await deps.orders.changeWaiting(relayId, (before) => ({
      ...before,
      orders: before.orders.map((one) =>
        heard.has(one.order.orderId) ? { ...one, isHeard: true } : one,
      ),
    }));
  }
  return jsonAnswer(200, { taken: known.length });
}

async function take(
  deps: RelayOrdersDeps,
  relayId: string,
  waiting: WaitingOrder | undefined,
  { orderId, ...report }: CutReport,
): Promise<void> {
  if (!waiting) return;
  const { userKey } = waiting;
  const stored = await deps.orders.order(userKey, orderId);
  // Given to another relay meanwhile, or erased with its user.
  if (stored?.relayId !== relayId) return;
  if (report.state === 'void' && report.cause === 'unknown-session') {
    if (await passOn(deps, stored)) return;
  }
  const step: OrderStep = { ...asTaken(report), by: 'relay' };
  await takeStep(deps, { userKey, orderId }, step, `relay ${relayId}`);
}

/** Carried out before its relay restarted: a request may have left, which `void` would deny. */
function asTaken(report: Omit<CutReport, 'orderId'>): Omit<CutReport, 'orderId'> {
  if (report.state !== 'void' || report.cause !== 'spent') return report;
  const detail = 'its relay restarted meanwhile: what the gateway answered is not known';
  return { state: 'sent', at: report.at, detail };
}

/** Gives the order to the next relay that may ask; false: there is none, or its time is over. */
async function passOn(deps: RelayOrdersDeps, stored: StoredOrder): Promise<boolean> {
  const [next, ...others] = stored.others;
  if (next === undefined) return false;
  const { userKey, orderId, order } = stored;
  const passed = await deps.orders.changeOrder(userKey, orderId, (before) => {
    const { fetchedAt: _, ...rest } = before;
    return before.relayId === stored.relayId ? { ...rest, relayId: next, others } : undefined;
  });
  if (passed?.relayId !== next) return false;
  await deps.orders.changeWaiting(next, (before) => ({
    ...before,
    orders: [...before.orders, { userKey, order, isHeard: false }],
  }));
  return true;
}
