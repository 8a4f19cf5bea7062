// Every client of AWS against a service that hangs, and against the time of the functions that use
// it. What a function's entry can reach by its imports is what the function can call.

import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { posix } from 'node:path';
import { CloudFormationClient, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import {
  CognitoIdentityProviderClient,
  ListUsersCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GeoPlacesClient, ReverseGeocodeCommand } from '@aws-sdk/client-geo-places';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import {
  type ClientBounds,
  type ClientName,
  clientBounds,
  makeClient,
} from '../../../../lambdas/aws/client.ts';
import { synthesize, theOne } from '../../../lib/synthesized.ts';
import { sources } from '../../../tidy/repository.ts';

const QueueUrl = 'https://sqs.eu-central-1.amazonaws.com/000000000000/batches';
const Key = { pk: { S: 'a' }, sk: { S: 'b' } };

type Call = (more: Readonly<Record<string, unknown>>, bounds: ClientBounds) => Promise<unknown>;

/** One call of each client, by what the client is for. */
const calls: Readonly<Record<ClientName, Call>> = {
  tables: (more, bounds) =>
    makeClient(DynamoDBClient, 'tables', more, bounds).send(
      new GetItemCommand({ TableName: 'profiles', Key }),
    ),
  queue: (more, bounds) =>
    makeClient(SQSClient, 'queue', more, bounds).send(
      new SendMessageCommand({ QueueUrl, MessageBody: 'a' }),
    ),
  bus: (more, bounds) =>
    makeClient(EventBridgeClient, 'bus', more, bounds).send(
      new PutEventsCommand({ Entries: [{ Source: 'a', DetailType: 'b', Detail: '{}' }] }),
    ),
  secrets: (more, bounds) =>
    makeClient(SecretsManagerClient, 'secrets', more, bounds).send(
      new GetSecretValueCommand({ SecretId: 'a' }),
    ),
  locate: (more, bounds) =>
    makeClient(LambdaClient, 'locate', more, bounds).send(
      new InvokeCommand({ FunctionName: 'locate' }),
    ),
  label: (more, bounds) =>
    makeClient(LambdaClient, 'label', more, bounds).send(
      new InvokeCommand({ FunctionName: 'label', InvocationType: 'Event' }),
    ),
  places: (more, bounds) =>
    makeClient(GeoPlacesClient, 'places', more, bounds).send(
      new ReverseGeocodeCommand({ QueryPosition: [1, 2] }),
    ),
  objects: (more, bounds) =>
    makeClient(S3Client, 'objects', { ...more, forcePathStyle: true }, bounds).send(
      new GetObjectCommand({ Bucket: 'a', Key: 'b' }),
    ),
  userPool: (more, bounds) =>
    makeClient(CognitoIdentityProviderClient, 'userPool', more, bounds).send(
      new ListUsersCommand({ UserPoolId: 'eu-central-1_a' }),
    ),
  deployment: (more, bounds) =>
    makeClient(CloudFormationClient, 'deployment', more, bounds).send(
      new ListStackResourcesCommand({ StackName: 'Wherefrom' }),
    ),
};

const names = Object.keys(clientBounds) as ClientName[];

/** Ways of an answer that never comes. */
const hangs: Readonly<Record<string, (response: ServerResponse) => void>> = {
  'says nothing': () => undefined,
  'begins to answer and stops': (response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
    response.write('{');
  },
  'answers with faults for ever': (response) => {
    response.writeHead(503, { 'content-type': 'application/json' });
    response.end('{}');
  },
};

describe.each(Object.entries(hangs))('a service that %s', (_, hang) => {
  let server: Server;
  let endpoint: string;

  beforeAll(async () => {
    server = createServer((request, response) => {
      request.resume();
      hang(response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it.each(names)('holds up a call of the client for %s no longer than its bound', async (name) => {
    const { attempts } = clientBounds[name];
    // S3 hands out its body before it came; whoever reads it has an end of their own. It is waited
    // for: on a busy machine its beginning may come late.
    const isBody = name === 'objects' && hang === hangs['begins to answer and stops'];
    // One try alone takes longer than the whole may: without an end of the whole this would hang.
    const longMs = 60_000;
    const totalMs = isBody ? longMs : 150;
    const bounds = { connectMs: longMs, requestMs: longMs, attempts, totalMs };
    const credentials = { accessKeyId: 'example', secretAccessKey: 'example' };
    const more = { endpoint, region: 'eu-central-1', credentials };

    const call = calls[name](more, bounds);

    if (isBody) await call;
    else await expect(call).rejects.toBeInstanceOf(Error);
  });
});

/** Paths a file imports, its dynamic imports included. */
function importsOf(path: string): string[] {
  const text = sources.find((file) => file.path === path)?.text ?? '';
  const found = [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)];
  return found.map(([, specifier = '']) => posix.join(posix.dirname(path), specifier));
}

function reachableFrom(entry: string): readonly string[] {
  const seen = new Set<string>();
  const queue = [entry];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    queue.push(...importsOf(path));
  }
  return [...seen];
}

const clientMade = /makeClient\(\s*\w+,\s*'(\w+)'/g;

function clientsOf(entry: string): ClientName[] {
  const texts = reachableFrom(entry).map((path) => sources.find((one) => one.path === path)?.text);
  const found = texts.flatMap((text) => [...(text ?? '').matchAll(clientMade)]);
  return [...new Set(found.map(([, name]) => name as ClientName))].sort();
}

const entries = sources
  .map(({ path }) => path)
  .filter((path) => /^lambdas\/.*\.lambda\.ts$/.test(path));
const functionOf = (entry: string): string => /(\w+)\.lambda\.ts$/.exec(entry)?.[1] ?? '';

describe('clients of the functions', () => {
  it('are made in one place', () => {
    const made = sources
      .filter(({ path }) => !path.startsWith('test/') && path !== 'lambdas/aws/client.ts')
      .filter(({ text }) => /from '@aws-sdk\/client-/.test(text))
      .filter(({ text }) => /new \w+Client\(/.test(text));

    expect(made.map(({ path }) => path)).toEqual([]);
  });

  it('are these, function by function', () => {
    const found = Object.fromEntries(entries.map((one) => [functionOf(one), clientsOf(one)]));

    expect(found).toEqual({
      admit: ['queue', 'tables'],
      control: ['bus', 'secrets', 'tables'],
      label: ['places', 'tables'],
      locate: ['objects'],
      process: ['bus', 'label', 'locate', 'queue', 'tables'],
      // The wiring of process lies in the same file; the bundler leaves out what is not called.
      query: ['bus', 'tables'],
      sweep: ['bus', 'tables'],
    });
  });

  it('end their calls before the function that waits for them ends', () => {
    const stack = synthesize();
    for (const entry of entries) {
      const name = functionOf(entry);
      const part = name.slice(0, 1).toUpperCase() + name.slice(1);
      const seconds = theOne(stack, 'AWS::Lambda::Function', part).Properties.Timeout;
      for (const client of clientsOf(entry)) {
        const { connectMs, requestMs, attempts, totalMs } = clientBounds[client];
        expect(connectMs).toBeLessThan(requestMs);
        expect(requestMs).toBeLessThan(totalMs);
        // The tries have room, so that the end of the whole is for what hangs between them.
        expect(attempts * requestMs).toBeLessThanOrEqual(totalMs + requestMs);
        expect([name, client, totalMs < seconds * 1_000]).toEqual([name, client, true]);
      }
    }
  });

  it('leave admit time for all three calls of a batch', () => {
    const { Timeout } = theOne(synthesize(), 'AWS::Lambda::Function', 'Admit').Properties;
    const { tables, queue } = clientBounds;

    expect(2 * tables.totalMs + queue.totalMs).toBeLessThan(Timeout * 1_000);
  });

  it('wait longer for locate than locate has', () => {
    const { Timeout } = theOne(synthesize(), 'AWS::Lambda::Function', 'Locate').Properties;

    expect(clientBounds.locate.requestMs).toBeGreaterThan(Timeout * 1_000);
  });
});
