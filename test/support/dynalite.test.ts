// The tables of a test end with it, whatever still asks for them.

import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { startTestDynamo } from './dynalite.ts';
import { emulatorOfJest } from './emulator-of-jest.ts';
import { until } from './until.ts';

const itsOwn = emulatorOfJest() === undefined ? it : it.skip;

itsOwn('answers what is under way when tables are stopped, and refuses the rest', async () => {
  const { client, createTable, stop } = await startTestDynamo();
  const TableName = await createTable();
  const Item = { pk: { S: 'a' }, sk: { S: 'b' } };
  let written = 0;
  // Writes on and on, as code does whose test has failed by time.
  const writer = (async () => {
    for (;;) {
      await client.send(new PutItemCommand({ TableName, Item }));
      written += 1;
    }
  })().catch((error: Error) => error.message);
  await until(() => written > 0, 'a row is written');

  await stop();

  expect(await writer).toBe('asks for tables of a test that has ended');
});
