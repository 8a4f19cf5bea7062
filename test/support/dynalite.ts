// A DynamoDB with the tables that a test asks for: a real dynalite in this process and in memory,
// or the emulator that the Jest project names (test/support/jest). Requests reach dynalite without
// a socket, and an emulator may take its time: a client's own limits are of no account, however
// busy the machine is. One dynalite per test file; each test takes a table of its own.

import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { makeDynamoClient } from '../../lambdas/aws/dynamodb/dynamo-client.ts';
import { createTable } from '../../local/create-tables.ts';
import { inProcessRequestHandler } from '../../local/in-process.ts';
import { emulatorOfJest } from './emulator-of-jest.ts';

export type TestDynamo = {
  readonly client: DynamoDBClient;
  /** For programs of their own: the same tables on a loopback port. */
  readonly endpoint: string;
  /** Creates a table with the string keys `pk` and `sk`; returns its name. */
  createTable(): Promise<string>;
  /** Lets requests under way end and refuses what comes after them. */
  stop(): Promise<void>;
};

type Server = Omit<TestDynamo, 'createTable'>;

/** Starts dynalite, or joins the emulator of the Jest project. */
export async function startTestDynamo(): Promise<TestDynamo> {
  const server = joinEmulator() ?? (await startDynalite());
  // Test files share an emulator.
  const run = randomUUID().slice(0, 8);
  let tables = 0;
  return {
    ...server,
    createTable: async () => {
      tables += 1;
      const name = `table-${run}-${tables}`;
      await createTable(server.client, name);
      return name;
    },
  };
}

async function startDynalite(): Promise<Server> {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const requests = untilStopped(inProcessRequestHandler(server));
  const client = makeDynamoClient({
    endpoint: 'http://dynamodb.invalid',
    requestHandler: requests,
  });
  return {
    client,
    endpoint: `http://127.0.0.1:${port}`,
    stop: async () => {
      await requests.stop();
      client.destroy();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

type Handler = ReturnType<typeof inProcessRequestHandler>;

/**
 * Dynalite throws where nobody catches, and ends the worker with all its test files, when a request
 * finds the tables closed: a test that failed by time may still have some under way.
 */
function untilStopped({ handle }: Handler): Handler & { stop(): Promise<void> } {
  const underWay = new Set<Promise<unknown>>();
  let isStopped = false;
  return {
    async handle(request) {
      if (isStopped) throw new Error('asks for tables of a test that has ended');
      const answer = handle(request);
      underWay.add(answer);
      try {
        return await answer;
      } finally {
        underWay.delete(answer);
      }
    },
    stop: async () => {
      isStopped = true;
      await Promise.allSettled(underWay);
    },
  };
}

/** A region that emulators know, too. */
const region = 'eu-central-1';

function joinEmulator(): Server | undefined {
  const { name, endpoint } = emulatorOfJest() ?? {};
  if (endpoint === undefined) return undefined;
  // moto answers each request in a thread of its own, and checks a condition and writes in two
  // steps: five conditional writes at the same moment can all succeed. It gets one at a time.
  const agent = name === 'moto' ? { httpAgent: { maxSockets: 1 } } : {};
  const requestHandler = { requestTimeout: 60_000, ...agent };
  const client = makeDynamoClient({ endpoint, region, requestHandler });
  return { client, endpoint, stop: async () => client.destroy() };
}
