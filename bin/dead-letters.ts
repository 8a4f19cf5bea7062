// `npm run dead-letters`: lists and redrives dead letters. Wires the process to
// dead-letters/dead-letters-command.ts.

import { join } from 'node:path';
import { runDeadLetters } from '../cli/dead-letters/dead-letters-command.ts';
import { makeControlStore } from '../lambdas/aws/dynamodb/control-store.ts';
import { makeDynamoClient } from '../lambdas/aws/dynamodb/dynamo-client.ts';
import { makeSqsQueue } from '../lambdas/aws/sqs/sqs-queue.ts';
import { systemClock } from '../local/clock.ts';
import { maxReceiveCount } from '../local/cloud.ts';
import { openDataDir } from '../local/data-dir.ts';
import { localTables, startLocalDynamo } from '../local/dynamo.ts';
import { LocalQueue } from '../local/queue/queue.ts';

const { now } = systemClock;

process.exitCode = await runDeadLetters(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  error: (text) => process.stderr.write(text),
  now,
  openDeployed: async (tableName, queueUrl) => ({
    deadLetters: makeControlStore({ client: makeDynamoClient(), tableName, now }),
    send: (message) => makeSqsQueue({ queueUrl: queueUrl ?? '' }).send(message),
    close: async () => undefined,
  }),
  openLocal: async (path) => {
    const dataDir = await openDataDir(path);
    const dynamo = await startLocalDynamo({ path: join(dataDir.path, 'cloud', 'dynamodb') });
    const queuePath = join(dataDir.path, 'cloud', 'queue.log');
    const queue = await LocalQueue.open({ path: queuePath, clock: systemClock, maxReceiveCount });
    return {
      deadLetters: makeControlStore({ client: dynamo.client, tableName: localTables.control, now }),
      send: async (message) => {
        await queue.send(message);
      },
      close: async () => {
        await queue.close();
        await dynamo.stop();
        await dataDir.release();
      },
    };
  },
});
