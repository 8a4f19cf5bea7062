// Reads of who came from an address, a block or a network (decision 0044). Every list is a Query
// over one partition; expired rows are left out, because TTL deletes them days late.

import {
  type DynamoDBClient,
  QueryCommand,
  type QueryCommandOutput,
} from '@aws-sdk/client-dynamodb';
import type { Network } from '../../../domain/location.ts';
import type { OriginRow, OriginStore } from '../../query/origin-ports.ts';
import { addressHex, addressPartition, networkPartition } from './profile-keys.ts';
import { readProfiles } from './profile-reads.ts';
import { type Item, isExpired } from './user-rows.ts';

type StoreOptions = {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly now: () => number;
};

/** Rows of one block that a search reads. */
const blockRowsMax = 2_000;

/** Makes the OriginStore over the profiles table. */
export function makeOriginStore(options: StoreOptions): OriginStore {
  return {
    addressUsers: (key, page) => {
      const hex = addressHex(key);
      return read(options, { pk: addressPartition(hex), prefix: `${hex}#` }, page);
    },
    networkUsers: (asn, page) => read(options, { pk: networkPartition(asn), prefix: '' }, page),
    addressesIn: async (fromHex, toHex) => {
      const pk = addressPartition(fromHex);
      const range = { pk, from: fromHex, to: `${toHex}#\u{10ffff}` };
      const { rows, last } = await read(options, range, { limit: blockRowsMax });
      return { rows, isWhole: last === undefined };
    },
    profiles: async (userKeys) => {
      const found = await readProfiles(options, userKeys);
      return found.map(({ profile }) => profile);
    },
  };
}

type Range = { readonly pk: string } & (
  | { readonly prefix: string }
  | { readonly from: string; readonly to: string }
);

async function read(
  { client, tableName, now }: StoreOptions,
  range: Range,
  { limit, after }: { readonly limit: number; readonly after?: string },
): Promise<{ readonly rows: readonly OriginRow[]; readonly last?: string }> {
  const rows: OriginRow[] = [];
  let start: Item | undefined = after ? { pk: { S: range.pk }, sk: { S: after } } : undefined;
  do {
    const page: QueryCommandOutput = await client.send(
      new QueryCommand({
        TableName: tableName,
        Limit: limit - rows.length,
        ...conditionOf(range),
        ...(start ? { ExclusiveStartKey: start } : {}),
      }),
    );
    for (const item of page.Items ?? []) if (!isExpired(item, now())) rows.push(rowOf(item));
    start = page.LastEvaluatedKey;
  } while (start && rows.length < limit);
  const last = start?.['sk']?.S;
  return { rows, ...(last === undefined ? {} : { last }) };
}

function conditionOf(range: Range) {
  const pk = { ':pk': { S: range.pk } };
  if ('from' in range) {
    return {
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: { ...pk, ':from': { S: range.from }, ':to': { S: range.to } },
    };
  }
  // An operand may not be empty.
  if (range.prefix === '') {
    return { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: pk };
  }
  return {
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: { ...pk, ':prefix': { S: range.prefix } },
  };
}

function rowOf(item: Item): OriginRow {
  const count = (name: string): number => Number(item[name]?.N ?? 0);
  const network = item['network']?.S;
  const asn = item['asn']?.N;
  const address = item['address']?.S;
  const place = item['place']?.S;
  return {
    position: item['sk']?.S ?? '',
    user: item['user']?.S ?? '',
    firstSeen: count('firstSeen'),
    lastSeen: count('lastSeen'),
    sessions: count('sessions'),
    ...(network === undefined ? {} : { network: JSON.parse(network) as Network }),
    ...(asn === undefined ? {} : { asn: Number(asn) }),
    ...(address === undefined ? {} : { address }),
    ...(place === undefined ? {} : { place }),
  };
}
