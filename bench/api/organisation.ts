// An organisation of 20,000 people in the tables, for reading: a few people are made by the real
// process function and stand for the others, whose rows are copies under other names. One of them
// has 2,000 sessions.

import { type AttributeValue, BatchWriteItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { AccountingEvent } from '../../domain/accounting-event.ts';
import type { Location } from '../../domain/location.ts';
import { makeTableProcess, type TableOptions } from '../../lambdas/wiring/table-handlers.ts';
import { encodeBatch } from '../../wire/batch.ts';

export const people = 20_000;
const models = 10;
const sessionsPerModel = 6;
/** Who is looked at closest. */
export const heavyUser = 'heavy@contoso.com';
export const heavySessions = 2_000;

const hourMs = 3_600_000;
const eventsPerBatch = 500;
const rowsPerWrite = 25;
const writesAtATime = 8;
type Item = Record<string, AttributeValue>;

const cities = [
  ['GB', 'England', 'London', 51.5, -0.1],
  ['FR', 'Île-de-France', 'Paris', 48.9, 2.4],
  ['DE', 'Hamburg', 'Hamburg', 53.6, 10],
  ['ES', 'Madrid', 'Madrid', 40.4, -3.7],
  ['US', 'New York', 'New York', 40.7, -74],
] as const;

export function locationOf(address: string): Location {
  const third = Number(address.split('.')[2]);
  const [country, region, city, lat, lon] = cities[third % cities.length] ?? cities[0];
  const network = {
    asn: 64_500 + third,
    organization: `Carrier ${third}`,
    type: 'access',
  } as const;
  const confidence = 'city';
  return { kind: 'located', country, region, city, lat, lon, radiusKm: 25, confidence, network };
}

/** Fills the tables; `now` is when the last session ended. @returns rows written. */
export async function fillTables(options: TableOptions, now: number): Promise<number> {
  const process = makeTableProcess({
    ...options,
    locate: async (addresses) => new Map(addresses.map((one) => [one, locationOf(one)])),
    postpone: async () => undefined,
    bus: { send: async () => undefined },
  });
  const events = Array.from({ length: models }, (_, model) =>
    sessionsOf(`model${model}@contoso.com`, sessionsPerModel, now, model),
  ).flat();
  events.push(...sessionsOf(heavyUser, heavySessions, now, models));
  for (let at = 0; at < events.length; at += eventsPerBatch) {
    const part = events.slice(at, at + eventsPerBatch);
    const answer = await process({ Records: [recordOf(part, at)] });
    if (answer.batchItemFailures.length > 0) throw new Error('the model could not be processed');
  }
  return copyModels(options);
}

/** Sessions every few hours up to now, from three addresses of one person. */
function sessionsOf(user: string, count: number, now: number, seed: number): AccountingEvent[] {
  return Array.from({ length: count }, (_, index) => {
    const start = now - (count - index) * 2 * hourMs;
    const address = `192.0.${(seed + (index % 7 === 0 ? 1 : 0)) % 250}.${1 + (seed % 200)}`;
    const base = {
      eventId: `${seed}-${index}-start`.padEnd(22, 'x'),
      kind: 'start' as const,
      time: start,
      receivedTime: start,
      gateway: { id: 'asa-lyon', address: '10.0.0.1', vendor: 'cisco-asa' },
      session: { id: `s${index}` },
      user: {
        raw: user,
        account: user.split('@')[0] ?? '',
        domain: 'contoso.com',
        form: 'upn' as const,
      },
      clientAddress: address,
      assignedAddresses: ['10.20.0.7'],
      device: { key: `host:lt-${seed}`, kind: 'host' as const, name: `LT-${seed}` },
      vendorAttributes: {},
      flags: [],
    };
    const stop: AccountingEvent = {
      ...base,
      eventId: `${seed}-${index}-stop`.padEnd(22, 'x'),
      kind: 'stop',
      time: start + hourMs,
      session: { id: `s${index}`, seconds: 3600, octetsIn: '1000000', octetsOut: '5000000' },
    };
    return [base, stop];
  }).flat();
}

/** A message of the queue with these events. @param at its place among the messages */
export function recordOf(events: readonly AccountingEvent[], at: number) {
  const body = encodeBatch({
    version: 1,
    relayId: 'bench',
    epoch: 1,
    sequence: at + 1,
    firstPosition: at + 1,
    lastPosition: at + events.length,
    events,
    setAside: [],
  });
  return {
    messageId: `m${at}`,
    receiptHandle: '',
    body,
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: '0',
      SenderId: '',
      ApproximateFirstReceiveTimestamp: '0',
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:local:000000000000:batches',
    awsRegion: 'local',
  };
}

async function copyModels({ client, profilesTable }: TableOptions): Promise<number> {
  const items: Item[] = [];
  let start: Item | undefined;
  do {
    const page = await client.send(
      new ScanCommand({
        TableName: profilesTable,
        ...(start ? { ExclusiveStartKey: start } : {}),
      }),
    );
    items.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start);
  const copies = Array.from({ length: people }, (_, index) => {
    const name = `user${`${index}`.padStart(5, '0')}@contoso.com`;
    return rowsFor(items, `model${index % models}@contoso.com`, name);
  }).flat();
  const batches: Item[][] = [];
  for (let at = 0; at < copies.length; at += rowsPerWrite) {
    batches.push(copies.slice(at, at + rowsPerWrite));
  }
  const worker = async (): Promise<void> => {
    for (let batch = batches.pop(); batch; batch = batches.pop()) {
      const requests = batch.map((Item) => ({ PutRequest: { Item } }));
      const RequestItems = { [profilesTable]: requests };
      await client.send(new BatchWriteItemCommand({ RequestItems }));
    }
  };
  await Promise.all(Array.from({ length: writesAtATime }, worker));
  return copies.length;
}

/** The rows that name a model, under another name. */
function rowsFor(items: readonly Item[], model: string, name: string): Item[] {
  return items
    .filter((item) => item['pk']?.S?.endsWith(`#${model}`) || item['user']?.S === model)
    .map((item) => {
      const renamed = { ...item };
      for (const key of ['pk', 'sk', 'user']) {
        const text = item[key]?.S;
        if (text !== undefined) renamed[key] = { S: text.replace(model, name) };
      }
      return renamed;
    });
}
