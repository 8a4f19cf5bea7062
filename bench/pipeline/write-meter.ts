// Counts what AWS would bill for the requests of a DynamoDB client, from the items themselves: a
// written row costs a unit for each KiB, also when its condition fails; an update is billed by the
// whole row; a query reads what it looks at, in 4 KiB. Source: DynamoDB developer guide, "Read and
// write operations" and "Item sizes". An emulator's figures are taken for reads only.

import { type AttributeValue, type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';

export type Meter = {
  writeUnits: number;
  readUnits: number;
  /** Of these, from the table that is shared by all people. */
  sharedReadUnits: number;
  /** Write units by kind of row; `NEWS`: of rows of words, what open sessions add to them. */
  readonly byRow: Map<string, number>;
};

type Item = Record<string, AttributeValue>;
type Input = {
  readonly TableName?: string;
  readonly Item?: Item;
  readonly Key?: Item;
  readonly RequestItems?: Readonly<Record<string, unknown>>;
  ReturnConsumedCapacity?: string;
};
type Output = {
  readonly ConsumedCapacity?: { CapacityUnits?: number } | { CapacityUnits?: number }[];
};

const unitBytes = 1024;
/** A row's own overhead on top of its attributes is for storage, not for units. */
function itemBytes(item: Item): number {
  return Object.entries(item).reduce((sum, [name, { S, N, B }]) => {
    const number = Math.ceil((N ?? '').length / 2) + 1;
    const value = S === undefined ? (B?.length ?? number) : Buffer.byteLength(S);
    return sum + Buffer.byteLength(name) + value;
  }, 0);
}

/**
 * Starts to count on a client.
 * @param reader another client of the same tables: shows what an update left
 * @param sharedTable the table whose reads are counted apart as well
 */
export function meterOf(
  client: DynamoDBClient,
  reader: DynamoDBClient,
  sharedTable: string,
): Meter {
  const meter: Meter = { writeUnits: 0, readUnits: 0, sharedReadUnits: 0, byRow: new Map() };
  const count = (item: Item): void => {
    const units = Math.max(1, Math.ceil(itemBytes(item) / unitBytes));
    const row = rowName(item);
    meter.writeUnits += units;
    const add = (name: string, some: number): void => {
      meter.byRow.set(name, (meter.byRow.get(name) ?? 0) + some);
    };
    if (row !== 'WORDS') {
      add(row, units);
      return;
    }
    // What was opened and ended rides along: what the row would have cost without is of the words.
    const { opened: _, ...alone } = item;
    const words = alone['words'] ? Math.max(1, Math.ceil(itemBytes(alone) / unitBytes)) : 0;
    add('WORDS', words);
    add('NEWS', units - words);
  };
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const input = args.input as Input;
      const command = (context.commandName ?? '').replace(/Command$/, '');
      const isRead = /^(Query|GetItem|BatchGetItem)$/.test(command);
      if (isRead) input.ReturnConsumedCapacity = 'TOTAL';
      if (command === 'PutItem' && input.Item) count(input.Item);
      if (command === 'BatchWriteItem') for (const item of batchItems(input)) count(item);
      const result = await next(args);
      const units = isRead ? unitsOf(result.output as Output) : 0;
      meter.readUnits += units;
      if ((input.TableName ?? sharedTable) === sharedTable) meter.sharedReadUnits += units;
      if (command === 'UpdateItem') {
        const { TableName, Key = {} } = input;
        count((await reader.send(new GetItemCommand({ TableName, Key }))).Item ?? Key);
      }
      return result;
    },
    { step: 'initialize' },
  );
  return meter;
}

/** Rows that a BatchWriteItem puts. */
function batchItems({ RequestItems = {} }: Input): readonly Item[] {
  const requests = Object.values(RequestItems).flat() as { PutRequest?: { Item?: Item } }[];
  return requests.map(({ PutRequest }) => PutRequest?.Item).filter((item) => item !== undefined);
}

function unitsOf({ ConsumedCapacity: capacity }: Output): number {
  const list = Array.isArray(capacity) ? capacity : [capacity];
  return list.reduce((sum, one) => sum + (one?.CapacityUnits ?? 0), 0);
}

/** `profile`, `session`, `LEDGER`, `POPULATION` ...: by the beginning of the key. */
function rowName(item: Item): string {
  const pk = item['pk']?.S ?? '';
  const sk = item['sk']?.S ?? '';
  if (!pk.startsWith('USER#')) return pk.split('#')[0] ?? pk;
  if (sk.startsWith('S#')) return 'session';
  if (sk.startsWith('M#')) return 'month of days';
  return sk.startsWith('Z#') ? 'profile' : 'detection pointer';
}
