// The worst invocation there can be: ten full batches of 5,000 people who were never seen before,
// through the real adapters and the SDK's client, whose requests are answered after so long by
// nobody: empty tables that take everything. Run as a process of its own, with the heap that the
// function has in AWS; prints one JSON line. TLS is not in it.

import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeDynamoClient } from '../../lambdas/aws/dynamodb/dynamo-client.ts';
import { makeTableProcess } from '../../lambdas/wiring/table-handlers.ts';
import { encodeBatch } from '../../wire/batch.ts';
import { run } from './throughput.ts';
import { batchOf, locationOf, sessionOf, shapes } from './traffic.ts';

const users = 5_000;
const batchEvents = 500;
const latencyMs = Number(process.argv[2] ?? 5);
let calls = 0;

const requestHandler = {
  handle: async () => {
    calls += 1;
    await sleep(latencyMs);
    const headers = { 'content-type': 'application/x-amz-json-1.0' };
    return { response: { statusCode: 200, headers, body: Readable.from(['{"Items":[]}']) } };
  },
};

const handler = makeTableProcess({
  client: makeDynamoClient({ endpoint: 'http://dynamodb.invalid', requestHandler }),
  profilesTable: 'profiles',
  controlTable: 'control',
  now: Date.now,
  locate: async (addresses) => new Map(addresses.map((one) => [one, locationOf(one)])),
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
process.stdout.write(
  `${JSON.stringify({ users, calls, latencyMs, cpuSeconds, wallSeconds, maxRssMiB })}\n`,
);
