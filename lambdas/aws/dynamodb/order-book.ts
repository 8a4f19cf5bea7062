// Orders to end sessions: OrderBook over both tables, and the one small read of the ingest edge.
// An order is a document in the partition of its user (`O#<order id>`), which erasure empties; what
// waits for a relay is a row of the control table, `ORDERS#<relay>`.

import { type DynamoDBClient, GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { UnixMs } from '../../../domain/accounting-event.ts';
import {
  type OrderBook,
  type StoredOrder,
  type Waiting,
  type WaitingOrder,
  waitsUntil,
} from '../../shared/cut-order.ts';
import {
  type ControlTable,
  expiryAfter,
  type Item,
  isExpired,
  keyItem,
  number,
  type RowKey,
  readDocument,
  text,
  updateDocument,
  writeDocument,
} from './control-rows.ts';
import { putEnding } from './detection-rows.ts';
import { orderKeyOf, orderPrefix, userPartition } from './profile-keys.ts';

type Tables = {
  readonly client: DynamoDBClient;
  readonly profilesTable: string;
  readonly controlTable: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

/** As long as the detections that orders are given from. */
const orderDays = 400;
const waitingDays = 1;
/** Orders expire after five minutes; reports of them come for ten more. */
const heardMs = 20 * 60_000;
const waitingMax = 100;

export const waitingRow = (relayId: string): RowKey => ({ pk: `ORDERS#${relayId}`, sk: 'ORDERS' });

/** Makes the OrderBook. */
export function makeOrderBook({ client, profilesTable, controlTable, now }: Tables): OrderBook {
  const profiles: ControlTable = { client, tableName: profilesTable, now };
  const control: ControlTable = { client, tableName: controlTable, now };
  const attributes = (order: StoredOrder): Item => ({
    // Erasure goes by it (personal-rows.ts).
    firstSeen: number(order.order.issuedAt),
    expiresAt: expiryAfter(profiles, orderDays),
  });
  return {
    putOrder: async (order) => {
      const key = orderKeyOf(order.userKey, order.orderId);
      await writeDocument(profiles, key, order, 0, attributes(order));
    },
    order: async (userKey, orderId) =>
      (await readDocument(profiles, orderKeyOf(userKey, orderId))).value as StoredOrder | undefined,
    orders: (userKey, limit) => newestOrders(profiles, userKey, limit),
    changeOrder: async (userKey, orderId, change) => {
      const key = orderKeyOf(userKey, orderId);
      const before = (await readDocument(profiles, key)).value as StoredOrder | undefined;
      // Erased since: nothing is kept of it.
      if (!before) return undefined;
      let after: StoredOrder | undefined;
      await updateDocument(
        profiles,
        key,
        (value) => {
          after = value === undefined ? undefined : change(value as StoredOrder);
          return after;
        },
        attributes(before),
      );
      return after;
    },
    markDetection: (order) => putEnding({ client, tableName: profilesTable }, order),
    waiting: async (relayId) => waitingOf((await readDocument(control, waitingRow(relayId))).value),
    changeWaiting: async (relayId, change) => {
      await updateDocument(
        control,
        waitingRow(relayId),
        (value) => bounded(change(waitingOf(value)), now()),
        { expiresAt: expiryAfter(control, waitingDays) },
      );
    },
  };
}

const waitingOf = (value: unknown): Waiting => (value as Waiting | undefined) ?? { orders: [] };

/** Without what is over, and with `until` beside it, which is all that the ingest edge reads. */
function bounded(waiting: Waiting, now: UnixMs): Waiting & { readonly until: UnixMs } {
  const orders = waiting.orders
    .filter(({ order }) => order.expiresAt > now - heardMs)
    .slice(-waitingMax);
  const kept = { ...waiting, orders };
  return { ...kept, until: waitsUntil(kept) };
}

/**
 * Takes orders about these users, given until the time of each, out of what waits for relays.
 * @returns rows that held one
 */
export async function forgetOrders(
  control: ControlTable,
  relayIds: readonly string[],
  users: ReadonlyMap<string, UnixMs>,
): Promise<number> {
  const isOf = ({ userKey, order }: WaitingOrder): boolean =>
    order.issuedAt <= (users.get(userKey) ?? Number.NEGATIVE_INFINITY);
  let rows = 0;
  for (const relayId of relayIds) {
    let isChanged = false;
    const forget = (value: unknown): Waiting | undefined => {
      const waiting = waitingOf(value);
      isChanged = waiting.orders.some(isOf);
      const left = { ...waiting, orders: waiting.orders.filter((one) => !isOf(one)) };
      return isChanged ? bounded(left, control.now()) : undefined;
    };
    const expiresAt = expiryAfter(control, waitingDays);
    await updateDocument(control, waitingRow(relayId), forget, { expiresAt });
    if (isChanged) rows += 1;
  }
  return rows;
}

async function newestOrders(
  { client, tableName, now }: ControlTable,
  userKey: string,
  limit: number,
): Promise<readonly StoredOrder[]> {
  const page = await client.send(
    new QueryCommand({
      TableName: tableName,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: {
        ':pk': text(userPartition(userKey)),
        ':prefix': text(orderPrefix),
      },
      ScanIndexForward: false,
      Limit: limit,
      ConsistentRead: true,
    }),
  );
  const table = { client, tableName, now };
  return (page.Items ?? [])
    .filter((item) => !isExpired(table, item))
    .map((item) => JSON.parse(item['document']?.S ?? '{}') as StoredOrder);
}

/** Whether the relay is to be told that something waits. Half a read unit; may be a second old. */
export async function isOrderWaiting(table: ControlTable, relayId: string): Promise<boolean> {
  const { Item: item } = await table.client.send(
    new GetItemCommand({ TableName: table.tableName, Key: keyItem(waitingRow(relayId)) }),
  );
  const until = item && (JSON.parse(item['document']?.S ?? '{}') as { until?: number }).until;
  return until !== undefined && until > table.now();
}
