// `npm run aside`: events that were set aside. Wires the process to aside-command.ts.

import { join } from 'node:path';
import { makeControlStore } from '../lambdas/aws/control-store.ts';
import { makeDynamoClient } from '../lambdas/aws/dynamo-client.ts';
import { makeSqsQueue } from '../lambdas/aws/sqs-queue.ts';
import { systemClock } from '../local/clock.ts';
import { maxReceiveCount } from '../local/cloud.ts';
import { openDataDir } from '../local/data-dir.ts';
import { localTables, startLocalDynamo } from '../local/dynamo.ts';
import { LocalQueue } from '../local/queue/queue.ts';
import { runAside } from './aside-command.ts';

const { now } = systemClock;

process.exitCode = await runAside(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  error: (text) => process.stderr.write(text),
  now,
  openDeployed: async (tableName, queueUrl) => ({
    aside: makeControlStore({ client: makeDynamoClient(), tableName, now }),
    send: (message) => makeSqsQueue({ queueUrl: queueUrl ?? '' }).send(message),
    close: async () => undefined,
  }),
  openLocal: async (path) => {
    const dataDir = await openDataDir(path);
    const dynamo = await startLocalDynamo({ path: join(dataDir.path, 'cloud', 'dynamodb') });
    const queuePath = join(dataDir.path, 'cloud', 'queue.log');
    const queue = await LocalQueue.open({ path: queuePath, clock: systemClock, maxReceiveCount });
    return {
      aside: makeControlStore({ client: dynamo.client, tableName: localTables.control, now }),
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
