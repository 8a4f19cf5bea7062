import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { localTables, startLocalDynamo } from '../../local/dynamo.ts';
import { expireRows } from '../../local/expire-rows.ts';
import { startSweeping } from '../../local/sweeper.ts';
import { manualClock } from './manual-clock.ts';
import { tempDir } from './temp-dir.ts';

const minuteMs = 60_000;
const path = tempDir();

describe('the local schedule of the sweep', () => {
  it('runs every five minutes, also after a run that failed', async () => {
    const clock = manualClock();
    const runs: number[] = [];
    const stop = startSweeping(async () => {
      runs.push(clock.now());
      if (runs.length === 1) throw new Error('failed');
      return null;
    }, clock);

    await clock.advance(16 * minuteMs);
    await stop();
    await clock.advance(60 * minuteMs);

    expect(runs).toHaveLength(3);
    expect((runs[1] ?? 0) - (runs[0] ?? 0)).toBe(5 * minuteMs);
  });

  it('waits for the run that is under way before it ends', async () => {
    const clock = manualClock();
    let finish = (): void => undefined;
    let isDone = false;
    const stop = startSweeping(async () => {
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      isDone = true;
      return null;
    }, clock);
    await clock.advance(5 * minuteMs);

    const stopped = stop();
    finish();
    await stopped;

    expect(isDone).toBe(true);
  });
});

it('removes from every local table what has expired, and nothing else', async () => {
  mkdirSync(path('expire'), { recursive: true });
  const dynamo = await startLocalDynamo({ path: join(path('expire'), 'dynamodb') });
  const put = (TableName: string, sk: string, expiresAt?: number) =>
    dynamo.client.send(
      new PutItemCommand({
        TableName,
        Item: {
          pk: { S: 'a' },
          sk: { S: sk },
          ...(expiresAt === undefined ? {} : { expiresAt: { N: `${expiresAt}` } }),
        },
      }),
    );
  for (const name of Object.values(localTables)) {
    await put(name, 'expired', 1_000);
    await put(name, 'later', 1_001);
    await put(name, 'never');
  }

  const rows = await expireRows(dynamo.client, Object.values(localTables), 1_000_500);

  expect(rows).toBe(3);
  for (const TableName of Object.values(localTables)) {
    const { Items = [] } = await dynamo.client.send(new ScanCommand({ TableName }));
    expect(Items.map((item) => item['sk']?.S).sort()).toEqual(['later', 'never']);
  }
  await dynamo.stop();
});
