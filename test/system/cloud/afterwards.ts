// What docs/deploy.md, docs/runbook.md and docs/api.md do with a stack that runs: every list and
// file of the API, the first page of the console, a dead letter, erasure, the sweep.

import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { DynamoDBClient, GetItemCommand, paginateScan } from '@aws-sdk/client-dynamodb';
import {
  GetQueueAttributesCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { makeControlStore } from '../../../lambdas/aws/dynamodb/control-store.ts';
import { sampleDomain, stolenAccount } from '../../../local/sample/sample-users.ts';
import { installedProgram } from '../../support/emulator.ts';
import { eventOf } from '../../support/events.ts';
import { until } from '../../support/until.ts';
import type { Api } from './api.ts';
import { clientOptions, type Deployment } from './deployment.ts';
import type { EmulatedCloud } from './emulated-cloud.ts';
import { run } from './program.ts';
import type { Steps } from './steps.ts';

const patienceMs = 420_000;
const pollMs = 1_000;
const misused = `${stolenAccount}@${sampleDomain.dns}`;

/** Runs account.py, which looks at the account from outside. */
export function askAccount(cloud: EmulatedCloud, ...args: readonly string[]): string[] {
  const python = join(dirname(installedProgram('ministack') ?? ''), 'python');
  const script = join(import.meta.dirname, 'account.py');
  const { NODE_OPTIONS: _, ...env } = cloud.environment;
  return JSON.parse(execFileSync(python, [script, ...args], { env, encoding: 'utf8' }));
}

/** Everything that reads, and the changes that people make. */
export async function useApi(steps: Steps, api: Api): Promise<void> {
  await steps.step(
    'the rest of the API, every answer held to docs/openapi.yaml',
    async () => {
      const { json: list } = await api.ask('GET', '/v1/detections');
      const one = list.items.find((item: { user: string }) => item.user === misused);
      const { json: summary } = await api.ask('GET', '/v1/summary');
      const user = encodeURIComponent(misused);
      const { json: devices } = await api.ask('GET', '/v1/devices');
      const paths = [
        `/v1/users/${user}`,
        `/v1/users/${user}/activities`,
        `/v1/users/${user}/detections`,
        `/v1/detections/${one.id}`,
        ...(devices.items[0] ? [`/v1/devices/${encodeURIComponent(devices.items[0].key)}`] : []),
        ...(one.place?.cell ? [`/v1/locations/${one.place.cell}/users`] : []),
        `/v1/exports/users/${user}/activities?format=csv`,
        '/v1/exports/detections?format=ocsf',
        `/v1/exports/detections/${one.id}?format=ecs`,
        '/v1/settings',
        '/v1/relays',
        '/v1/openapi.yaml',
      ];
      for (const path of paths) {
        const { status, text } = await api.ask('GET', path);
        if (status !== 200) throw new Error(`GET ${path} answers ${status}: ${text}`);
      }
      return { paths: paths.length + 3, score: one.score, severity: one.severity, summary };
    },
    ({ paths, score, severity }) =>
      `${paths} addresses, all 200; ${stolenAccount}: score ${score}, ${severity}`,
  );
  await steps.step(
    'triage: the detection is called malicious',
    async () => {
      const { json: list } = await api.ask(
        'GET',
        `/v1/users/${encodeURIComponent(misused)}/detections`,
      );
      const path = `/v1/detections/${list.items[0].id}`;
      const { headers } = await api.ask('GET', path);
      const { status, text } = await api.ask('PATCH', path, {
        headers: { 'if-match': String(headers['etag']), 'content-type': 'application/json' },
        body: JSON.stringify({ classification: 'malicious' }),
      });
      if (status !== 200) throw new Error(`${status}: ${text}`);
      return status;
    },
    String,
  );
}

/** The queue of the stack, and the physical names that commands are given. */
function queueOf({ resources }: Deployment): string {
  const [, queue] =
    [...resources].find(
      ([id, { type }]) => type === 'AWS::SQS::Queue' && !id.includes('DeadLetters'),
    ) ?? [];
  return queue?.id ?? '';
}

/**
 * Sends what is no batch. So that it does not take the 30 hours of 36 receives, the queue is told
 * to give up after the first.
 * @returns resolves when it is a dead letter
 */
export async function poisonQueue(
  cloud: EmulatedCloud,
  deployment: Deployment,
): Promise<() => Promise<string>> {
  const queues = new SQSClient(clientOptions(cloud));
  const QueueUrl = queueOf(deployment);
  const read = async (url: string, name: 'RedrivePolicy' | 'ApproximateNumberOfMessages') =>
    (await queues.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: [name] })))
      .Attributes?.[name];
  const given = JSON.parse((await read(QueueUrl, 'RedrivePolicy')) ?? '{}');
  const write = (maxReceiveCount: number) =>
    queues.send(
      new SetQueueAttributesCommand({
        QueueUrl,
        Attributes: { RedrivePolicy: JSON.stringify({ ...given, maxReceiveCount }) },
      }),
    );
  await write(1);
  await queues.send(new SendMessageCommand({ QueueUrl, MessageBody: 'this is no batch' }));
  return async () => {
    const letters = deployment.outputs('DeadLetters');
    await until(
      async () => (await read(letters, 'ApproximateNumberOfMessages')) === '1',
      'a dead letter in the queue of them',
      patienceMs,
      pollMs,
    );
    await write(Number(given.maxReceiveCount));
    return `given up after 1 receive here, after ${given.maxReceiveCount} as deployed`;
  };
}

/** A dead letter in the control table, listed and redriven by the command. */
export async function redrive(
  steps: Steps,
  cloud: EmulatedCloud,
  deployment: Deployment,
  api: Api,
): Promise<void> {
  const tableName = deployment.outputs('ControlTable');
  const now = Date.now();
  const client = new DynamoDBClient(clientOptions(cloud));
  const event = eventOf({ user: 'erika', address: '81.2.69.142', at: now });
  await makeControlStore({ client, tableName, now: () => now }).setAside({
    event,
    reason: 'fold-failed',
    relayId: 'relay-1',
    batchId: 'relay-1.1.1',
  });
  const queue = `--queue ${queueOf(deployment)}`;
  await steps.step(
    'dead-letters: listed, redriven, processed',
    async () => {
      const lines = [
        await run(`npm run dead-letters -- ls --table ${tableName}`, cloud.environment),
        await run(
          `npm run dead-letters -- redrive --table ${tableName} ${queue}`,
          cloud.environment,
        ),
      ];
      await until(
        async () => (await api.ask('GET', '/v1/users/erika')).status === 200,
        'the user of the redriven event',
        patienceMs,
        pollMs,
      );
      return lines.join('\n');
    },
    (text) => text,
  );
}

/** @returns how many rows of the tables name the user still */
async function rowsNaming(cloud: EmulatedCloud, deployment: Deployment, name: string) {
  const client = new DynamoDBClient(clientOptions(cloud));
  const tables = [...deployment.resources.values()].filter(({ type }) =>
    type.startsWith('AWS::DynamoDB::'),
  );
  let rows = 0;
  for (const { id: TableName } of tables) {
    for await (const { Items = [] } of paginateScan({ client }, { TableName })) {
      rows += Items.filter((item) => JSON.stringify(item).includes(name)).length;
    }
  }
  return rows;
}

/** Erases one user and looks for them in every row of every table. */
export async function erase(
  steps: Steps,
  cloud: EmulatedCloud,
  deployment: Deployment,
  api: Api,
): Promise<void> {
  await steps.step(
    'erasure: no row of any table names the user afterwards',
    async () => {
      const before = await rowsNaming(cloud, deployment, stolenAccount);
      const { status, text, json } = await api.ask(
        'DELETE',
        `/v1/users/${encodeURIComponent(misused)}`,
      );
      if (status !== 200) throw new Error(`${status}: ${text}`);
      const after = await rowsNaming(cloud, deployment, stolenAccount);
      if (before === 0 || after > 0) throw new Error(`rows: ${before} before, ${after} after`);
      return `${before} rows before, ${json.rows} erased, ${after} after`;
    },
    (text) => text,
  );
}

/** Waits for the schedule to have started the sweep, and for what it writes at its end. */
export async function awaitSweep(
  steps: Steps,
  cloud: EmulatedCloud,
  { outputs }: Deployment,
): Promise<void> {
  const client = new DynamoDBClient(clientOptions(cloud));
  const TableName = outputs('ControlTable');
  await steps.step(
    'the sweep: fired by its schedule, ended well',
    () =>
      until(
        async () => {
          const Key = { pk: { S: 'SWEEP' }, sk: { S: 'SWEEP' } };
          const { Item } = await client.send(new GetItemCommand({ TableName, Key }));
          return Item && JSON.stringify(Item);
        },
        'a row of the sweep',
        patienceMs,
        pollMs,
      ),
    (row) => row.slice(0, 200),
  );
}
