// The local tables: created once, kept on disk, reached by the ordinary client without a socket.

import { mkdirSync } from 'node:fs';
import {
  ConditionalCheckFailedException,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { startLocalDynamo } from '../../local/dynamo.ts';
import { tempDir } from './temp-dir.ts';

const path = tempDir();
const key = { pk: { S: 'user' }, sk: { S: 'row' } };

describe('the local tables', () => {
  it('are the three of the stack, and keep what was written across a restart', async () => {
    const first = await startLocalDynamo({ path: path('kept') });
    const { TableNames } = await first.client.send(new ListTablesCommand({}));
    expect(TableNames).toEqual(['control', 'places', 'profiles']);
    const Item = { ...key, text: { S: 'é' }, octets: { B: new Uint8Array([0, 255]) } };
    await first.client.send(new PutItemCommand({ TableName: 'profiles', Item }));
    await first.stop();

    const second = await startLocalDynamo({ path: path('kept') });
    const found = await second.client.send(
      new GetItemCommand({ TableName: 'profiles', Key: key, ConsistentRead: true }),
    );
    await second.stop();

    expect(found.Item).toEqual(Item);
  });

  it('answer conditions and queries with the errors and pages of DynamoDB', async () => {
    const { client, stop } = await startLocalDynamo({ path: path('conditions') });
    const put = (sk: string) =>
      client.send(
        new PutItemCommand({
          TableName: 'control',
          Item: { pk: { S: 'a' }, sk: { S: sk } },
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      );
    for (const sk of ['1', '2', '3']) await put(sk);

    await expect(put('2')).rejects.toBeInstanceOf(ConditionalCheckFailedException);
    const page = await client.send(
      new QueryCommand({
        TableName: 'control',
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: 'a' } },
        ScanIndexForward: false,
        Limit: 2,
      }),
    );
    await stop();

    expect(page.Items?.map((item) => item['sk']?.S)).toEqual(['3', '2']);
    expect(page.LastEvaluatedKey).toEqual({ pk: { S: 'a' }, sk: { S: '2' } });
  });

  it('are made afresh when their first creation was cut short', async () => {
    mkdirSync(path('cut.new'), { recursive: true });

    const { client, stop } = await startLocalDynamo({ path: path('cut') });
    const { TableNames } = await client.send(new ListTablesCommand({}));
    await stop();

    expect(TableNames).toHaveLength(3);
  });

  it('are not guessed: a folder without them is refused with what to do', async () => {
    mkdirSync(path('empty'));

    const start = startLocalDynamo({ path: path('empty') });

    await expect(start).rejects.toMatchObject({
      code: 'LOCAL_TABLES',
      message: expect.stringContaining('move it away'),
    });
  });
});
