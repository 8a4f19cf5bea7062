// The process and query functions over a real DynamoDB API in this process, with the little atlas
// of events.ts as location data: for tests of what is written and of what the API tells.

import type { APIGatewayProxyEventV2, Context, SQSBatchResponse, SQSRecord } from 'aws-lambda';
import type { AccountingEvent } from '../../domain/accounting-event.ts';
import type { Locate } from '../../domain/process/ports.ts';
import type { BusEvent, SendToBus } from '../../lambdas/siem/publish.ts';
import { makeTableProcess, makeTableQuery } from '../../lambdas/wiring/table-handlers.ts';
import { readContract } from '../../local/contract.ts';
import { encodeBatch } from '../../wire/batch.ts';
import { startTestDynamo, type TestDynamo } from './dynalite.ts';
import { locate as atlas } from './events.ts';
import { contractRoutes, violations } from './openapi.ts';

export type TestAnswer = {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  // Tests read answers as a client does: whatever JSON came.
  readonly body: ReturnType<typeof JSON.parse>;
  /** As sent, when it is no JSON: a file. */
  readonly text: string;
};

export type TestCloud = {
  readonly dynamo: TestDynamo;
  readonly tables: {
    readonly profiles: string;
    readonly control: string;
    readonly places: string;
  };
  /** Postponed receipt handles with their delay in seconds. */
  readonly postponed: [string, number][];
  readonly logLines: string[];
  setNow(time: number): void;
  setLocate(locate: Locate): void;
  /** What other systems were told, in order. */
  readonly sent: BusEvent[];
  /** Replaces the bus, for one that refuses; undefined: the one that takes everything. */
  setBus(send: SendToBus | undefined): void;
  /** Delivers one message per list of events. */
  deliver(
    messages: readonly (readonly AccountingEvent[])[],
    receives?: number,
    context?: Pick<Context, 'getRemainingTimeInMillis'>,
  ): Promise<SQSBatchResponse>;
  /** Delivers one message that the ingest edge took at `receivedAt`. */
  deliverAt(
    receivedAt: number,
    events: readonly AccountingEvent[],
    receives?: number,
  ): Promise<SQSBatchResponse>;
  /** Delivers messages whose bodies are anything, perhaps with when the ingest edge took them. */
  deliverBodies(bodies: readonly string[], receivedAt?: number): Promise<SQSBatchResponse>;
  /** Asks the query function; every answer is held to the contract. */
  get(routeKey: string, options?: GetOptions): Promise<TestAnswer>;
  stop(): Promise<void>;
};

type GetOptions = {
  readonly params?: Record<string, string>;
  readonly query?: Record<string, string>;
  /** Lower-case names. */
  readonly headers?: Record<string, string>;
};

export async function startTestCloud(time: number): Promise<TestCloud> {
  const dynamo = await startTestDynamo();
  const tables = {
    profiles: await dynamo.createTable(),
    control: await dynamo.createTable(),
    places: await dynamo.createTable(),
  };
  const postponed: [string, number][] = [];
  const logLines: string[] = [];
  let now = time;
  let locate: Locate = atlas;
  let position = 0;
  const sent: BusEvent[] = [];
  let bus: SendToBus | undefined;
  const options = {
    client: dynamo.client,
    profilesTable: tables.profiles,
    controlTable: tables.control,
    now: () => now,
    writeLog: (line: string) => logLines.push(line),
  };
  const process = makeTableProcess({
    ...options,
    locate: (addresses) => locate(addresses),
    bus: {
      send: async (event) => {
        await bus?.(event);
        sent.push(event);
      },
    },
    postpone: async (handle, seconds) => {
      postponed.push([handle, seconds]);
    },
  });
  const query = makeTableQuery({
    ...options,
    placesTable: tables.places,
    access: { kind: 'open' },
    contract: readContract,
  });
  const bodyOf = (events: readonly AccountingEvent[]): string => {
    const firstPosition = position + 1;
    position += events.length;
    return encodeBatch({
      version: 1,
      relayId: 'relay-1',
      epoch: 1,
      sequence: firstPosition,
      firstPosition,
      lastPosition: position,
      events,
      setAside: [],
    });
  };
  return {
    dynamo,
    tables,
    postponed,
    logLines,
    setNow: (value) => {
      now = value;
    },
    setLocate: (value) => {
      locate = value;
    },
    sent,
    setBus: (value) => {
      bus = value;
    },
    deliver: (messages, receives = 1, context) =>
      process(
        { Records: messages.map((events, index) => recordOf(bodyOf(events), index, receives)) },
        context,
      ),
    deliverAt: (receivedAt, events, receives = 1) =>
      process({ Records: [takenAt(recordOf(bodyOf(events), 0, receives), receivedAt)] }),
    deliverBodies: (bodies, receivedAt) =>
      process({
        Records: bodies.map((body, index) => takenAt(recordOf(body, index, 1), receivedAt)),
      }),
    get: async (routeKey, { params = {}, query: parameters = {}, headers = {} } = {}) => {
      const answer = await query({ ...eventOf(routeKey, params, parameters), headers });
      const type = String(answer.headers?.['content-type'] ?? 'application/json');
      const text = answer.body ?? '';
      const answerHeaders = answer.headers ?? {};
      const answered = { status: answer.statusCode ?? 0, headers: answerHeaders, text };
      const route = contractRouteOf(routeKey, parameters['format']);
      if (route) expect(violations(route, answered)).toEqual([]);
      return {
        status: answer.statusCode ?? 0,
        headers: answerHeaders,
        body: /\/(problem\+)?json$/.test(type) && text !== '' ? JSON.parse(text) : null,
        text,
      };
    },
    stop: () => dynamo.stop(),
  };
}

/** The message with the arrival that `admit` states, if there is one. */
function takenAt(record: SQSRecord, receivedAt: number | undefined): SQSRecord {
  if (receivedAt === undefined) return record;
  const stringValue = String(receivedAt);
  return { ...record, messageAttributes: { receivedAt: { stringValue, dataType: 'String' } } };
}

/**
 * What the contract calls the route that is asked. `format` on a list is the older way to its
 * export; of one detection it answers JSON that the contract does not describe any more.
 */
function contractRouteOf(routeKey: string, format: string | undefined): string | undefined {
  const exported = routeKey.replace('/v1/', '/v1/exports/');
  const isExport = format !== undefined && format !== 'json' && contractRoutes.includes(exported);
  if (!isExport) return routeKey;
  return routeKey.endsWith('/{id}') ? undefined : exported;
}

/** A message as Lambda shows it to a function. */
export function recordOf(body: string, index: number, receives: number) {
  return {
    messageId: `message-${index}`,
    receiptHandle: `handle-${index}`,
    body,
    attributes: {
      ApproximateReceiveCount: `${receives}`,
      SentTimestamp: '0',
      SenderId: 'admit',
      ApproximateFirstReceiveTimestamp: '0',
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:local:000000000000:batches',
    awsRegion: 'local',
  };
}

function eventOf(
  routeKey: string,
  params: Record<string, string>,
  query: Record<string, string>,
): APIGatewayProxyEventV2 {
  const [method = 'GET', template = '/'] = routeKey.split(' ');
  const rawPath = template.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(params[name] ?? ''),
  );
  return {
    version: '2.0',
    routeKey,
    rawPath,
    rawQueryString: new URLSearchParams(query).toString(),
    headers: {},
    pathParameters: params,
    queryStringParameters: query,
    isBase64Encoded: false,
    requestContext: {
      accountId: 'local',
      apiId: 'local',
      domainName: '127.0.0.1',
      domainPrefix: '127',
      http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: '' },
      requestId: 'test',
      routeKey,
      stage: '$default',
      time: '',
      timeEpoch: 0,
    },
  };
}
