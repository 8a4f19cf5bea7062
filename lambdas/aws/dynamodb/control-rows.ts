// Rows of the control table: their keys, and reading and writing one of them with a version. Each
// row is small and self-contained; no operation here spans two rows.

import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';

export type ControlTable = {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** Milliseconds since 1970. Rows that have expired are not read: TTL deletes days late. */
  readonly now: () => number;
};

export type Item = Record<string, AttributeValue>;
export type RowKey = { readonly pk: string; readonly sk: string };

/** Partition of one row per relay, for the list of relays. */
export const relaysPartition = 'RELAYS';
export const deadLetterPartition = 'ASIDE';

export const relayRow = (relayId: string): RowKey => ({ pk: relaysPartition, sk: relayId });
export const keyRow = (keyId: string): RowKey => ({ pk: `KEY#${keyId}`, sk: 'KEY' });
export const batchRow = (batchId: string): RowKey => ({ pk: `BATCH#${batchId}`, sk: 'BATCH' });
export const ledgerRow = (relayId: string): RowKey => ({ pk: `LEDGER#${relayId}`, sk: 'LEDGER' });
export const gatewayRow = (gatewayId: string): RowKey => ({
  pk: `GATEWAY#${gatewayId}`,
  sk: 'GATEWAY',
});
export const settingsRow: RowKey = { pk: 'SETTINGS', sk: 'SETTINGS' };
export const cursorKeyRow: RowKey = { pk: 'CURSOR-KEY', sk: 'CURSOR-KEY' };

export const number = (value: number): AttributeValue => ({ N: String(value) });
export const text = (value: string): AttributeValue => ({ S: value });
export const keyItem = ({ pk, sk }: RowKey): Item => ({ pk: text(pk), sk: text(sk) });

/** Seconds since 1970, `days` from now: what the TTL attribute `expiresAt` holds. */
export function expiryAfter(table: ControlTable, days: number): AttributeValue {
  return number(Math.floor(table.now() / 1000) + days * 86_400);
}

export function isExpired(table: ControlTable, item: Item): boolean {
  const expiresAt = item['expiresAt']?.N;
  return expiresAt !== undefined && Number(expiresAt) * 1000 <= table.now();
}

/** Strongly consistent read of one row that has not expired. */
export async function readRow(table: ControlTable, key: RowKey): Promise<Item | undefined> {
  const { Item: item } = await table.client.send(
    new GetItemCommand({ TableName: table.tableName, Key: keyItem(key), ConsistentRead: true }),
  );
  return item && !isExpired(table, item) ? item : undefined;
}

/** Runs a conditional write; false when its condition did not hold. */
export async function isConditionMet(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

/** Puts a row unless it exists. */
export function createRow(table: ControlTable, key: RowKey, item: Item): Promise<boolean> {
  return isConditionMet(() =>
    table.client.send(
      new PutItemCommand({
        TableName: table.tableName,
        Item: { ...item, ...keyItem(key) },
        // What has expired is gone, although TTL deletes it days later.
        ConditionExpression: 'attribute_not_exists(pk) OR expiresAt <= :now',
        ExpressionAttributeValues: { ':now': number(Math.floor(table.now() / 1000)) },
      }),
    ),
  );
}

/** A JSON document in a row, with the version that guards its next write; 0: there is none. */
export type Document = { readonly value: unknown; readonly version: number };

export async function readDocument(table: ControlTable, key: RowKey): Promise<Document> {
  const item = await readRow(table, key);
  if (!item) return { value: undefined, version: 0 };
  return { value: JSON.parse(item['document']?.S ?? 'null'), version: Number(item['version']?.N) };
}

/**
 * Writes the document if its version is still the expected one; false when it is not.
 * `attributes` stand beside the document: when it expires.
 */
export function writeDocument(
  table: ControlTable,
  key: RowKey,
  value: unknown,
  expectedVersion: number,
  attributes: Item = {},
): Promise<boolean> {
  const item: Item = {
    ...attributes,
    document: text(JSON.stringify(value)),
    version: number(expectedVersion + 1),
  };
  if (expectedVersion === 0) return createRow(table, key, item);
  return isConditionMet(() =>
    table.client.send(
      new PutItemCommand({
        TableName: table.tableName,
        Item: { ...item, ...keyItem(key) },
        ConditionExpression: '#version = :expected',
        ExpressionAttributeNames: { '#version': 'version' },
        ExpressionAttributeValues: { ':expected': number(expectedVersion) },
      }),
    ),
  );
}

const attemptsMax = 12;
const backoffMsMax = 200;

/**
 * Reads, changes and writes a document until no other writer came between.
 * @param change gets the stored value (undefined: none); returning undefined writes nothing
 * @throws Error after 12 lost races, so that the caller's message comes back later
 */
export async function updateDocument(
  table: ControlTable,
  key: RowKey,
  change: (value: unknown) => unknown,
  attributes: Item = {},
): Promise<void> {
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    const { value, version } = await readDocument(table, key);
    const changed = change(value);
    if (changed === undefined) return;
    if (await writeDocument(table, key, changed, version, attributes)) return;
    // Losers wait a random while, or they would meet again.
    const waitMs = Math.random() * Math.min(backoffMsMax, 5 * 2 ** attempt);
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
  throw new Error('CONTROL_ROW_BUSY: a control row changed at every attempt to write it');
}
