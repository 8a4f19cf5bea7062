// Many rows in one request, against a real dynalite and against a table that takes only some.

import { BatchWriteItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { writeRows } from '../../../../lambdas/aws/dynamodb/write-rows.ts';
import { startTestDynamo, type TestDynamo } from '../../../support/dynalite.ts';

let dynamo: TestDynamo;
let tableName: string;

beforeAll(async () => {
  dynamo = await startTestDynamo();
});
afterAll(() => dynamo.stop());
beforeEach(async () => {
  tableName = await dynamo.createTable();
});

const rowOf = (at: number, value = 'first') => ({
  pk: { S: `pk-${at}` },
  sk: { S: 'sk' },
  value: { S: value },
});
const rows = (count: number) => Array.from({ length: count }, (_, at) => rowOf(at));
async function stored(): Promise<Map<string, string>> {
  const { Items = [] } = await dynamo.client.send(new ScanCommand({ TableName: tableName }));
  return new Map(Items.map((item) => [item['pk']?.S ?? '', item['value']?.S ?? '']));
}

it.each([0, 1, 2, 25, 26, 60])('writes %d rows', async (count) => {
  await writeRows({ client: dynamo.client, tableName }, rows(count));

  expect((await stored()).size).toBe(count);
});

it('writes the last of two rows with the same key', async () => {
  await writeRows({ client: dynamo.client, tableName }, [rowOf(1), rowOf(2), rowOf(1, 'last')]);

  expect(await stored()).toEqual(
    new Map([
      ['pk-1', 'last'],
      ['pk-2', 'first'],
    ]),
  );
});

/** A table that takes `taken` rows of each request. */
function slowTable(taken: number) {
  const send = (command: BatchWriteItemCommand) => {
    const { [tableName]: asked = [] } = command.input.RequestItems ?? {};
    const UnprocessedItems = asked.length > taken ? { [tableName]: asked.slice(taken) } : {};
    if (taken === 0) return Promise.resolve({ UnprocessedItems });
    const RequestItems = { [tableName]: asked.slice(0, taken) };
    return dynamo.client
      .send(new BatchWriteItemCommand({ RequestItems }))
      .then((answer) => ({ ...answer, UnprocessedItems }));
  };
  return { client: { send } as unknown as TestDynamo['client'], tableName };
}

it('asks again for what a table did not take', async () => {
  await writeRows(slowTable(4), rows(25));

  expect((await stored()).size).toBe(25);
});

it('says that a table is busy when it takes nothing, as a fault that time heals', async () => {
  await expect(writeRows(slowTable(0), rows(3))).rejects.toMatchObject({ code: 'TABLE_BUSY' });
});
