// Labels of map cells in the places table: nothing personal, one row per cell and country.
// A row is a label, "no label", or a claim; each ends at `expiresAt`, whether TTL has run or not.

import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { CellKey, CellLabel, PlaceLabelStore } from '../../label/label.ts';

type PlacesTable = {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

const sortKey = 'LABEL';
/** Keys of one BatchGetItem, by DynamoDB's limit. */
const batchKeysMax = 100;

function partitionOf({ cell, country }: CellKey): string {
  return `CELL#${cell}#${country}`;
}

const seconds = (ms: number): { N: string } => ({ N: String(Math.ceil(ms / 1000)) });

/** Makes the PlaceLabelStore over the places table. */
export function makePlaceLabels(table: PlacesTable): PlaceLabelStore {
  const keyOf = (key: CellKey) => ({ pk: { S: partitionOf(key) }, sk: { S: sortKey } });
  return {
    claim: async (key, untilMs) => {
      const claim = new PutItemCommand({
        TableName: table.tableName,
        Item: { ...keyOf(key), expiresAt: seconds(untilMs) },
        ConditionExpression: 'attribute_not_exists(pk) OR expiresAt <= :now',
        ExpressionAttributeValues: { ':now': { N: String(Math.floor(table.now() / 1000)) } },
      });
      try {
        await table.client.send(claim);
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },
    keep: async (key, label, untilMs) => {
      await table.client.send(
        new PutItemCommand({
          TableName: table.tableName,
          Item: {
            ...keyOf(key),
            expiresAt: seconds(untilMs),
            ...(label && { label: { S: label.label }, source: { S: label.source } }),
          },
        }),
      );
    },
  };
}

/** Reads the labels of cells, by `cell#country`; cells without one are absent from the answer. */
export async function readPlaceLabels(
  table: PlacesTable,
  keys: readonly CellKey[],
): Promise<ReadonlyMap<string, CellLabel>> {
  const wanted = [...new Set(keys.map(partitionOf))];
  const labels = new Map<string, CellLabel>();
  for (let from = 0; from < wanted.length; from += batchKeysMax) {
    const Keys = wanted
      .slice(from, from + batchKeysMax)
      .map((pk) => ({ pk: { S: pk }, sk: { S: sortKey } }));
    // What a throttled table leaves out keeps the database's own name.
    const answer = await table.client.send(
      new BatchGetItemCommand({ RequestItems: { [table.tableName]: { Keys } } }),
    );
    for (const item of answer.Responses?.[table.tableName] ?? []) {
      const { pk, label, source, expiresAt } = item;
      const isCurrent = Number(expiresAt?.N ?? 0) * 1000 > table.now();
      if (isCurrent && pk?.S && label?.S) {
        labels.set(pk.S.slice('CELL#'.length), { label: label.S, source: source?.S ?? '' });
      }
    }
  }
  return labels;
}
