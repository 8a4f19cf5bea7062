// The worst invocation there can be: ten full batches of 5,000 users who were never seen before,
// through the real adapters and the SDK's clients, whose requests are answered after so long by
// nobody: empty tables that take everything, and a locate function that answers a thousand
// addresses as fast as the real one. Run as a process of its own, with the heap that the function
// has in AWS; prints one JSON line. TLS is not in it.

import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import { makeDynamoClient } from '../../lambdas/aws/dynamodb/dynamo-client.ts';
import { makeLambdaLocate } from '../../lambdas/aws/location/lambda-locate.ts';
import { makeTableProcess } from '../../lambdas/wiring/table-handlers.ts';
import { encodeBatch } from '../../wire/batch.ts';
import { run } from './throughput.ts';
import { batchOf, locationOf, sessionOf, shapes } from './traffic.ts';

const users = 5_000;
const batchEvents = 500;
/** `npm run bench:geo`: 0.23 ms of a processor an address, of which locate has 0.58. */
const locateMsPerAddress = 0.4;
const latencyMs = Number(process.argv[2] ?? 5);
const calls = new Map<string, number>();
let rowsWritten = 0;

type Request = {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
};

const requestHandler = {
  handle: async ({ headers: asked, body }: Request) => {
    const [, name = ''] = (asked['x-amz-target'] ?? '').split('.');
    calls.set(name, (calls.get(name) ?? 0) + 1);
    if (name === 'BatchWriteItem') {
      rowsWritten +=
        Buffer.from(body as Uint8Array)
          .toString()
          .split('"PutRequest"').length - 1;
    } else if (name === 'PutItem' || name === 'UpdateItem') rowsWritten += 1;
    await sleep(latencyMs);
    const headers = { 'content-type': 'application/x-amz-json-1.0' };
    return { response: { statusCode: 200, headers, body: Readable.from(['{"Items":[]}']) } };
  },
};

/** The locate function, from the process function's side. */
const locateClient = {
  send: async ({ input }: { readonly input: { readonly Payload: Uint8Array } }) => {
    const { addresses } = JSON.parse(Buffer.from(input.Payload).toString());
    await sleep(latencyMs + addresses.length * locateMsPerAddress);
    const locations = Object.fromEntries(addresses.map((one: string) => [one, locationOf(one)]));
    return { Payload: Buffer.from(JSON.stringify({ locations })) };
  },
} as unknown as Pick<LambdaClient, 'send'>;

const handler = makeTableProcess({
  client: makeDynamoClient({ endpoint: 'http://dynamodb.invalid', requestHandler }),
  profilesTable: 'profiles',
  controlTable: 'control',
  now: Date.now,
  locate: makeLambdaLocate({ client: locateClient, functionName: 'locate' }),
  postpone: async () => undefined,
  bus: { send: async () => undefined },
  writeLog: () => undefined,
});
// One event each: a Start of somebody new, which writes the most rows.
const starts = Array.from({ length: users }, (_, user) =>
  sessionOf(shapes[0], { user, day: 0, turn: 0 }).slice(0, 1),
).flat();
const invocation = Array.from({ length: users / batchEvents }, (_, index) =>
  encodeBatch(batchOf(starts.slice(index * batchEvents, (index + 1) * batchEvents), 1)),
);
const { cpuSeconds, wallSeconds } = await run(handler, [invocation]);
const maxRssMiB = process.resourceUsage().maxRSS / 1024;
const taken = { cpuSeconds, wallSeconds, maxRssMiB, rowsWritten, calls: Object.fromEntries(calls) };
process.stdout.write(`${JSON.stringify({ users, latencyMs, ...taken })}\n`);
