// `npm run dead-letters` as a program of its own.

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeControlStore } from '../../../lambdas/aws/dynamodb/control-store.ts';
import { localTables, startLocalDynamo } from '../../../local/dynamo.ts';
import { tempDir } from '../../local/temp-dir.ts';
import { builtProgram } from '../../support/built-program.ts';
import { eventOf, morning } from '../../support/events.ts';

const path = tempDir();
const now = morning + 3_600_000;

it('works on a data directory of the local run, from a shell', async () => {
  const dataDir = path('data');
  const shell = (verb: string, program = 'dead-letters') => {
    const args = [builtProgram(`bin/${program}.ts`), verb, '--data', dataDir];
    return promisify(execFile)(process.execPath, args);
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

  const redriven = await shell('redrive');
  // What the program was called until 0.2.
  const after = await shell('ls', 'aside');

  expect([before, redriven, after].map(({ stdout }) => stdout)).toEqual([
    '0 dead letters\n',
    '1 dead letter put back into the queue\n',
    '0 dead letters\n',
  ]);
  const advice = 'wherefrom: "npm run aside" is called "npm run dead-letters" now\n';
  expect(before.stderr).not.toContain(advice);
  expect(after.stderr).toContain(advice);
});
