// Publishes detections to EventBridge (PutEvents) and records what was published.
// An entry is at most 256 KB; a finding has about 4 KB, and its lists are bounded.

import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { Detection } from '../../../domain/detection.ts';
import {
  detectionSource,
  makePublisher,
  type PublishedSeverities,
  type PublishedState,
  type Publisher,
  type SendToBus,
} from '../../siem/publish.ts';
import { makeClient } from '../client.ts';
import { publishedKeyOf, type RowKey } from '../dynamodb/profile-keys.ts';
import { makeQueryStore } from '../dynamodb/query-store.ts';
import { number } from '../dynamodb/user-rows.ts';

/** The bus of this name in the function's own account. */
export const makeCloudBus = (busName: string): SendToBus =>
  makeEventBus({ client: makeClient(EventBridgeClient, 'bus'), busName });

/** Sends to a bus by name or ARN. Rejects when the bus does not take the event. */
export function makeEventBus(deps: {
  readonly client: Pick<EventBridgeClient, 'send'>;
  readonly busName: string;
}): SendToBus {
  return async ({ detailType, detail, time }) => {
    const answer = await deps.client.send(
      new PutEventsCommand({
        Entries: [
          {
            Source: detectionSource,
            DetailType: detailType,
            Detail: JSON.stringify(detail),
            Time: new Date(time),
            EventBusName: deps.busName,
          },
        ],
      }),
    );
    if (!answer.FailedEntryCount) return;
    const code = answer.Entries?.[0]?.ErrorCode ?? 'unknown';
    // Time heals what a bus refuses: the events of the user come back, none becomes a dead letter.
    throw Object.assign(new Error('EVENT_BUS: the bus did not take a detection'), { code });
  };
}

type TableOptions = {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

/** Longer than any message waits in a queue: afterwards the detection is not delivered again. */
const noteDays = 35;

function makePublishedSeverities({ client, tableName, now }: TableOptions): PublishedSeverities {
  const keyItem = ({ pk, sk }: RowKey) => ({ pk: { S: pk }, sk: { S: sk } });
  return {
    publishedSeverity: async (id) => {
      const Key = keyItem(publishedKeyOf(id));
      const get = new GetItemCommand({ TableName: tableName, Key, ConsistentRead: true });
      const severity = (await client.send(get)).Item?.['severity']?.S;
      return states.find((one) => one === severity);
    },
    notePublished: async (id, severity) => {
      const expiresAt = number(now() / 1000 + noteDays * 86_400);
      const Item = { ...keyItem(publishedKeyOf(id)), severity: { S: severity }, expiresAt };
      await client.send(new PutItemCommand({ TableName: tableName, Item }));
    },
  };
}

const states: readonly PublishedState[] = ['low', 'medium', 'high', 'withdrawn'];

/** A teller over the profiles table. */
export function makeTablePublisher(
  options: TableOptions & { readonly send: SendToBus; readonly pageOrigin?: string | undefined },
): Publisher {
  const { send, now, pageOrigin } = options;
  const store = makeQueryStore(options);
  const stored = (id: string): Promise<Detection | undefined> => store.detection(id);
  const triage = async (id: string) => (await store.triages([id])).get(id);
  const book = makePublishedSeverities(options);
  return makePublisher({ send, book, stored, triage, now, pageOrigin });
}
