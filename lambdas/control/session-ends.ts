// `/v1/users/{user}/session-ends`: people ask what would end, order it, and see what became of it.
// Promise: an order names a session of the user that is open, by its id in the API, and states what
// the person was told: what ends besides is compared again. It needs a reason in words. Nothing
// here is automatic.

import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import { endCommandsFor } from '../../domain/end-commands.ts';
import type { Session } from '../../domain/session/session.ts';
import type { CutOrder } from '../../wire/cut-orders.ts';
import { timeText } from '../query/views.ts';
import { type OrderBook, type OrderStep, type StoredOrder, stateOf } from '../shared/cut-order.ts';
import { problem } from '../shared/problem.ts';
import { type OrderPlan, type PlanDeps, planOrder } from './order-plan.ts';
import { type ProgressDeps, settle, tell } from './order-progress.ts';
import { type Answer, type ControlRequest, jsonAnswer, malformed } from './request.ts';

export type SessionEndDeps = PlanDeps &
  ProgressDeps & {
    readonly orders: OrderBook;
    /** What the settings say a gateway is. */
    readonly vendorOf: (gateway: string) => Promise<string | undefined>;
  };

/** An order lives so long (docs/wire-format.md "Orders"). */
export const orderLifetimeMs = 5 * 60_000;
/** How long an open dialog keeps its relay asking every second. */
const awaitedMs = 2 * 60_000;
const listMax = 50;
const detectionsLookedAt = 20;
const reasonCharactersMax = 500;

const reasonShape = `expects why, in 3 to ${reasonCharactersMax} characters`;
const reason = v.pipe(
  v.string(reasonShape),
  v.trim(),
  v.minLength(3, reasonShape),
  v.maxLength(reasonCharactersMax, reasonShape),
);
const sessionId = v.pipe(v.string(), v.minLength(1), v.maxLength(300));
const planSchema = v.strictObject({ session: sessionId });
const orderSchema = v.strictObject({
  session: sessionId,
  reason,
  /** Ids of the further sessions that the person was told would end. */
  alsoEnds: v.optional(v.pipe(v.array(sessionId), v.maxLength(100)), []),
  detection: v.optional(v.pipe(v.string(), v.regex(/^[\w-]{1,100}$/))),
});

/** `POST /v1/users/{user}/session-ends/plan`: what an order would do; nothing is ordered. */
export async function planSessionEnd(
  deps: SessionEndDeps,
  { params, json, now }: ControlRequest,
): Promise<Answer> {
  const parsed = v.safeParse(planSchema, json);
  if (!parsed.success) return malformed(parsed.issues);
  const userKey = params['user'] ?? '';
  const plan = await planOrder(deps, { userKey, session: parsed.output.session, now });
  if (!plan) return noSession();
  const { way } = plan;
  if (way) {
    // The dialog is open: the relay that will be asked asks every second meanwhile.
    await deps.orders.changeWaiting(way.relayId, (before) => ({
      ...before,
      awaitedUntil: now + awaitedMs,
    }));
  }
  const { gatewayId, sessionId: id } = plan.session;
  const vendor = way ? undefined : await deps.vendorOf(gatewayId.split('/')[0] ?? gatewayId);
  const named = { account: plan.account, sessionId: id };
  // Where nobody may ask the gateway, whoever stands before it can.
  const commands = way ? [] : endCommandsFor(vendor, named);
  return jsonAnswer(200, { ...planView(plan), commands });
}

/** `POST /v1/users/{user}/session-ends`: gives the order. */
export async function orderSessionEnd(
  deps: SessionEndDeps,
  { params, json, now, actor }: ControlRequest,
): Promise<Answer> {
  const parsed = v.safeParse(orderSchema, json);
  if (!parsed.success) return malformed(parsed.issues);
  const userKey = params['user'] ?? '';
  const asked = parsed.output;
  const plan = await planOrder(deps, { userKey, session: asked.session, now });
  if (!plan) return noSession();
  const { way, session, account } = plan;
  const { why = 'not-open' } = plan;
  if (!way) return problem('not-possible', { detail: noPlanTexts[why] });
  const told = new Set(asked.alsoEnds);
  if (plan.others.some((one) => !told.has(idOf(one)))) {
    const detail = 'more sessions of this name are open than the order lists: look again';
    return problem('version-conflict', { detail });
  }
  const orderId = newOrderId(now);
  const detection = asked.detection ?? (await detectionWith(deps, userKey, asked.session));
  const order: CutOrder = {
    orderId,
    gatewayId: session.gatewayId,
    sessionId: session.sessionId,
    account,
    ...(session.isStartSeen && { startedAt: session.startedAt }),
    form: way.form,
    alsoEnds: plan.others.map((one) => one.sessionId),
    issuedAt: now,
    expiresAt: now + orderLifetimeMs,
  };
  const requested: OrderStep = { state: 'requested', at: now, by: 'cloud' };
  const stored: StoredOrder = {
    orderId,
    userKey,
    relayId: way.relayId,
    others: way.others,
    order,
    session: asked.session,
    reason: asked.reason,
    ...(detection !== undefined && { detection }),
    actor,
    steps: [requested],
  };
  // Audit and event first: an order that nobody could look up later is not given.
  await deps.orders.putOrder(stored);
  await tell(deps, stored, requested, actor);
  await deps.orders.markDetection(stored);
  await deps.orders.changeWaiting(way.relayId, (before) => ({
    ...before,
    orders: [...before.orders, { userKey, order, isHeard: false }],
  }));
  return jsonAnswer(201, orderView(stored));
}

/** The user's newest detection that names the session: where the order is looked for as well. */
async function detectionWith(
  { store }: Pick<SessionEndDeps, 'store'>,
  userKey: string,
  session: string,
): Promise<string | undefined> {
  const ids = await store.detectionIds(userKey, detectionsLookedAt);
  const found = await store.detectionsOf(ids);
  return ids.find((id) => found.get(id)?.sessions.some((ref) => ref.replace('/', '-') === session));
}

/** `GET /v1/users/{user}/session-ends`: orders of a user, newest first, and their states. */
export async function listSessionEnds(
  deps: SessionEndDeps,
  { params, now }: ControlRequest,
): Promise<Answer> {
  const orders = await deps.orders.orders(params['user'] ?? '', listMax);
  const settled = await Promise.all(orders.map((order) => settle(deps, order, now)));
  return jsonAnswer(200, { items: settled.map(orderView) });
}

const noPlanTexts: Readonly<Record<NonNullable<OrderPlan['why']>, string>> = {
  'not-open': 'the session has ended',
  'no-session-id': 'its records name no session or no user',
  'not-opted-in': "no relay's own file allows it for this gateway: use the gateway's own command",
  'switched-off': "disconnectEnabled is false in the relay's own file",
  'too-many': 'this name has more open sessions there than one order may end',
};

/** 10 characters of time, so that ids sort by it, and 128 bits of chance. */
export function newOrderId(now: number): string {
  return `${now.toString(36).padStart(10, '0')}-${randomBytes(16).toString('base64url')}`;
}

const idOf = ({ rowStart, identity }: Session): string => `${rowStart}-${identity}`;

function sessionView(session: Session) {
  const address = session.sightings[0]?.address;
  return {
    id: idOf(session),
    sessionId: session.sessionId,
    gateway: session.gatewayId,
    startedAt: timeText(session.startedAt),
    ...(address !== undefined && { clientAddress: address }),
  };
}

function planView({ session, way, others, why }: OrderPlan) {
  return {
    session: sessionView(session),
    canEnd: way !== undefined,
    ...(why !== undefined && { why, whyText: noPlanTexts[why] }),
    ...(way && { relay: way.relayId, form: way.form, ends: way.ends, isBusy: way.isBusy }),
    alsoEnds: others.map(sessionView),
  };
}

function orderView(stored: StoredOrder) {
  const { orderId, order, relayId, reason: why, actor, detection, steps } = stored;
  return {
    id: orderId,
    session: stored.session,
    sessionId: order.sessionId,
    gateway: order.gatewayId,
    relay: relayId,
    form: order.form,
    alsoEnds: order.alsoEnds,
    state: stateOf(stored),
    reason: why,
    by: actor,
    orderedAt: timeText(order.issuedAt),
    expiresAt: timeText(order.expiresAt),
    ...(detection !== undefined && { detection }),
    steps: steps.map(({ at, session, by, ...step }) => ({
      ...step,
      at: timeText(at),
      ...(session && { session }),
    })),
  };
}

function noSession(): Answer {
  return problem('not-found', { detail: 'the user has no session of this id' });
}
