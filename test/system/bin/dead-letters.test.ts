// `npm run dead-letters` as a program of its own.

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeControlStore } from '../../../lambdas/aws/dynamodb/control-store.ts';
import { localTables, startLocalDynamo } from '../../../local/dynamo.ts';
import { tempDir } from '../../local/temp-dir.ts';
import { eventOf, morning } from '../../support/events.ts';

const path = tempDir();
const now = morning + 3_600_000;

it('works on a data directory of the local run, from a shell', async () => {
  const dataDir = path('data');
  const shell = async (verb: string) => {
    const file = join(__dirname, '../../../bin/dead-letters.ts');
    const args = ['--import', 'tsx', file, verb, '--data', dataDir];
    return (await promisify(execFile)(process.execPath, args)).stdout;
  };
  const before = await shell('ls');
  const seeded = await startLocalDynamo({ path: join(dataDir, 'cloud', 'dynamodb') });
  const control = makeControlStore({
    client: seeded.client,
    tableName: localTables.control,
    now: () => now,
  });
  const event = eventOf({ user: 'alice', at: Date.now() });
  await control.setAside({ event, reason: 'fold-failed', relayId: 'r', batchId: 'r.1.1' });
  await seeded.stop();

  const requeued = await shell('requeue');
  const after = await shell('ls');

  expect([before, requeued, after]).toEqual([
    '0 set aside\n',
    '1 put back into the queue\n',
    '0 set aside\n',
  ]);
});
