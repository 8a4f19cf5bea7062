// What becomes of an order to end a session, as OCSF 1.6.0 Remediation Activity (class 7001,
// activity 2, Evict): one event for each state (docs/schemas/session-end.schema.json).
// Promise: it names user, gateway and session, for whoever acts on it must; never a secret, and
// the person who gave the order by id only.

import type { OrderState, OrderStep, StoredOrder } from '../shared/cut-order.ts';
import { ocsfProduct, ocsfVersion } from './ocsf-finding.ts';
import { type JsonObject, timeText, userParts } from './parts.ts';

const classUid = 7001;
const evict = 2;

/** `status_id` of the class: 1 Success, 2 Failure, 99 Other, whose text is the state. */
const statusIds: Readonly<Record<OrderState, 1 | 2 | 99>> = {
  requested: 99,
  sent: 99,
  acknowledged: 99,
  void: 2,
  refused: 2,
  silent: 2,
  unconfirmed: 2,
  confirmed: 1,
  'came-back': 99,
};
const statusNames = { 1: 'Success', 2: 'Failure' } as const;
/** Somebody is back, or is still there: worth a look. */
const notable: ReadonlySet<OrderState> = new Set(['came-back', 'unconfirmed', 'silent', 'refused']);

/** The event of one step. */
export function cutActivity(stored: StoredOrder, step: OrderStep): JsonObject {
  const { order, orderId } = stored;
  const { state } = step;
  const statusId = statusIds[state];
  const user = userParts(stored.userKey);
  const isNotable = notable.has(state);
  return {
    activity_id: evict,
    activity_name: 'Evict',
    category_uid: 7,
    category_name: 'Remediation',
    class_uid: classUid,
    class_name: 'Remediation Activity',
    type_uid: classUid * 100 + evict,
    severity_id: isNotable ? 3 : 1,
    severity: isNotable ? 'Medium' : 'Informational',
    status_id: statusId,
    status: statusId === 99 ? state : statusNames[statusId],
    ...(step.detail !== undefined && { status_detail: step.detail }),
    time: step.at,
    command_uid: orderId,
    message: `Order to end a VPN session at ${order.gatewayId}: ${state}`,
    metadata: {
      version: ocsfVersion,
      uid: `${orderId}:${state}`,
      log_name: 'session-ends',
      correlation_uid: stored.detection ?? orderId,
      original_time: timeText(step.at),
      product: { ...ocsfProduct },
    },
    observables: [
      { name: 'user.name', type_id: 4, type: 'User Name', value: user.name },
      { name: 'device.hostname', type_id: 1, type: 'Hostname', value: order.gatewayId },
    ],
    unmapped: {
      state,
      ...(step.cause !== undefined && { cause: step.cause }),
      user: user.uid,
      gateway: order.gatewayId,
      session_id: order.sessionId,
      session: stored.session,
      relay: stored.relayId,
      ordered_by: stored.actor,
      ...(stored.detection !== undefined && { detection: stored.detection }),
      ...(step.session && {
        came_back: {
          gateway: step.session.gatewayId,
          session_id: step.session.sessionId,
          ...(step.session.clientAddress !== undefined && { ip: step.session.clientAddress }),
        },
      }),
    },
  };
}
