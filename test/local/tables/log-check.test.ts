// Damage in a log of tables is found wherever it is, in logs that LevelDB itself wrote; what a
// death cut short is none.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import * as fc from 'fast-check';
import { localTables, startLocalDynamo } from '../../../local/dynamo.ts';
import { damagedLogs } from '../../../local/tables/log-check.ts';
import { runs } from '../../support/property-runs.ts';
import { tempDir } from '../temp-dir.ts';

const path = tempDir();
let log: Buffer;

beforeAll(async () => {
  const folder = path('tables');
  const { client, sync, stop } = await startLocalDynamo({ path: folder });
  for (let at = 0; at < 300; at += 1) {
    // Some are longer than a block of the log.
    const doc = { S: 'x'.repeat(at % 50 === 0 ? 40_000 : at) };
    const Item = { pk: { S: `USER#${at}` }, sk: { S: 'Z#profile' }, doc };
    await client.send(new PutItemCommand({ TableName: localTables.profiles, Item }));
  }
  await sync();
  const name = readdirSync(folder).find((one) => one.endsWith('.log')) ?? '';
  log = readFileSync(join(folder, name));
  await stop();
});

let folders = 0;
function found(octets: Buffer) {
  folders += 1;
  const folder = path(`copy-${folders}`);
  mkdirSync(folder);
  writeFileSync(join(folder, '000007.log'), octets);
  return damagedLogs(folder);
}

it('finds a whole log whole, and no log in no folder', () => {
  expect(log.length).toBeGreaterThan(200_000);
  expect(found(log)).toEqual([]);
  expect(damagedLogs(path('absent'))).toEqual([]);
});

it('finds any octet that was changed, at or before it', async () => {
  await fc.assert(
    fc.property(fc.nat(log.length - 40_000), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const octets = Buffer.from(log);
      octets[at] = (octets[at] ?? 0) ^ flip;
      const [damage] = found(octets);
      // The unused end of a block means nothing.
      if (damage === undefined) expect(32_768 - (at % 32_768)).toBeLessThan(7);
      else expect(damage.offset).toBeLessThanOrEqual(at);
    }),
    { numRuns: runs(200) },
  );
});

it('takes what a death cut short, or took ahead, for no damage', async () => {
  await fc.assert(
    fc.property(fc.nat(log.length), (length) => {
      expect(found(log.subarray(0, length))).toEqual([]);
    }),
    { numRuns: runs(100) },
  );
  const ahead = 32_768 - (log.length % 32_768);
  expect(found(Buffer.concat([log, Buffer.alloc(ahead + 32_768)]))).toEqual([]);
});
