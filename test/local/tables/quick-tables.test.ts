// The quick way to the local tables against dynalite's own: random calls on both give the same
// answers and the same errors, whatever mixture of quick and ordinary calls came before.

import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { type LocalDynamo, startLocalDynamo } from '../../../local/dynamo.ts';
import { startTestDynamo, type TestDynamo } from '../../support/dynalite.ts';
import { tempDir } from '../temp-dir.ts';

const path = tempDir();
const timeoutMs = 120_000;
let local: LocalDynamo;
let judge: TestDynamo;

beforeAll(async () => {
  local = await startLocalDynamo({ path: path('quick') });
  judge = await startTestDynamo();
}, timeoutMs);
afterAll(async () => {
  await local.stop();
  await judge.stop();
});

/** A command of the SDK for a table. */
type Call = (table: string) => object;

const word = fc.constantFrom('a', 'b', 'aa', 'S#2026', 'S#2026-01', 'Z#é', '#', '~', ' ');
const key = fc.record({ pk: fc.constantFrom('u', 'U#1', 'u~'), sk: word });
const itemKey = ({ pk, sk }: { pk: string; sk: string }) => ({ pk: { S: pk }, sk: { S: sk } });
/** What the quick way leaves to dynalite. */
const odd: readonly AttributeValue[] = [
  { N: '1.50' },
  { L: [{ B: new Uint8Array([1]) }, { S: '' }] },
  { SS: ['x'] },
];
const value: fc.Arbitrary<AttributeValue> = fc.oneof(
  fc.string({ maxLength: 5 }).map((S) => ({ S })),
  fc.integer().map((N) => ({ N: String(N) })),
  fc.uint8Array({ minLength: 1, maxLength: 9 }).map((B) => ({ B })),
  fc.constantFrom(...odd),
);
const item = fc
  .record({ key, doc: value, version: fc.integer({ min: 0, max: 3 }) })
  .map(({ key: k, doc, version }) => ({ ...itemKey(k), doc, version: { N: String(version) } }));

const conditionNames = ['none', 'new', 'version', 'named', 'old', 'same', 'other'] as const;
const put = fc.record({ item, condition: fc.constantFrom(...conditionNames) }).map(
  ({ item: Item, condition }): Call =>
    (TableName) => {
      const conditions = {
        none: {},
        new: { ConditionExpression: 'attribute_not_exists(pk)' },
        version: {
          ConditionExpression: 'version = :version',
          ExpressionAttributeValues: { ':version': { N: '1' } },
        },
        named: {
          ConditionExpression: '#version = :expected',
          ExpressionAttributeNames: { '#version': 'version' },
          ExpressionAttributeValues: { ':expected': { N: '2' } },
        },
        old: {
          ConditionExpression: 'attribute_not_exists(#doc) OR version <= :now',
          ExpressionAttributeNames: { '#doc': 'doc' },
          ExpressionAttributeValues: { ':now': { N: '1' } },
        },
        same: {
          ConditionExpression: 'attribute_not_exists(pk) OR digest = :d OR #doc <= :now',
          ExpressionAttributeNames: { '#doc': 'doc' },
          ExpressionAttributeValues: { ':d': { S: 'a' }, ':now': { N: '1' } },
        },
        other: {
          ConditionExpression: 'version > :least',
          ExpressionAttributeValues: { ':least': { N: '1' } },
        },
      };
      return new PutItemCommand({ TableName, Item, ...conditions[condition] });
    },
);
const putMany = fc
  .uniqueArray(item, { minLength: 1, maxLength: 5, selector: ({ pk, sk }) => `${pk.S} ${sk.S}` })
  .map(
    (items): Call =>
      (table) => {
        const requests = items.map((Item) => ({ PutRequest: { Item } }));
        return new BatchWriteItemCommand({ RequestItems: { [table]: requests } });
      },
  );
const getOne = key.map(
  (one): Call =>
    (TableName) =>
      new GetItemCommand({ TableName, Key: itemKey(one), ConsistentRead: true }),
);
const getMany = fc
  .record({ keys: fc.uniqueArray(key, { minLength: 1, selector: ({ pk, sk }) => pk + sk }) })
  .map(
    ({ keys }): Call =>
      (table) => {
        const Keys = keys.map(itemKey);
        return new BatchGetItemCommand({ RequestItems: { [table]: { Keys } } });
      },
  );
const change = fc.tuple(key, fc.constantFrom('delete', 'add', 'set', 'set once', 'guarded')).map(
  ([one, kind]): Call =>
    (TableName) => {
      const Key = itemKey(one);
      if (kind === 'delete') return new DeleteItemCommand({ TableName, Key });
      const updates = {
        add: ['ADD version :one', undefined, { ':one': { N: '1' } }],
        set: ['SET outcome = :o', undefined, { ':o': { S: 'done' } }],
        'set once': [
          'SET u = if_not_exists(u, :u), w = :w',
          'attribute_not_exists(w) OR w < :w',
          { ':u': { S: one.sk }, ':w': { N: `${one.pk.length}` } },
        ],
        guarded: [
          'SET g = :g, v = :v, expiresAt = :e',
          'attribute_not_exists(v) OR v <= :v',
          { ':g': { B: new Uint8Array([1, 2]) }, ':v': { N: '2' }, ':e': { N: '99' } },
        ],
      } as const;
      const [UpdateExpression, ConditionExpression, values] = updates[kind];
      const ExpressionAttributeValues: Record<string, AttributeValue> = { ...values };
      return new UpdateItemCommand({
        TableName,
        Key,
        UpdateExpression,
        ExpressionAttributeValues,
        ...(ConditionExpression === undefined ? {} : { ConditionExpression }),
      });
    },
);
const conditions = [
  'pk = :pk',
  ...['=', '<', '<=', '>', '>='].map((operator) => `pk = :pk AND sk ${operator} :a`),
  'pk = :pk AND begins_with(sk, :a)',
  'pk = :pk AND sk BETWEEN :a AND :b',
];
const query = fc
  .record({
    pk: fc.constantFrom('u', 'U#1', 'u~'),
    condition: fc.constantFrom(...conditions),
    words: fc.tuple(word, word),
    reverse: fc.boolean(),
    limit: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
    start: fc.option(word, { nil: undefined }),
    only: fc.constantFrom(undefined, 'sk, u, w, expiresAt', 'sk, u, expiresAt', 'doc'),
  })
  .map(
    ({ pk, condition, words, reverse, limit, start, only }): Call =>
      (TableName) => {
        const [a = '', b = ''] = [...words].sort();
        const named = { ':pk': { S: pk }, ':a': { S: a }, ':b': { S: b } };
        const used = Object.entries(named).filter(([name]) => condition.includes(name));
        const from = start !== undefined && isWithin(start, condition, a, b) ? start : undefined;
        return new QueryCommand({
          TableName,
          KeyConditionExpression: condition,
          ExpressionAttributeValues: Object.fromEntries(used),
          ScanIndexForward: !reverse,
          ...(only === undefined ? {} : { ProjectionExpression: only }),
          ...(limit === undefined ? {} : { Limit: limit }),
          ...(from === undefined ? {} : { ExclusiveStartKey: itemKey({ pk, sk: from }) }),
        });
      },
  );

/** Whether a query with this condition may have ended at the key. */
function isWithin(sk: string, condition: string, a: string, b: string): boolean {
  if (condition.includes('BETWEEN')) return sk >= a && sk <= b;
  return condition === 'pk = :pk' || (condition.includes('>=') && sk >= a);
}

async function answerOf(client: DynamoDBClient, call: Call, table: string): Promise<unknown> {
  try {
    const { $metadata: _, ...answer } = (await client.send(call(table) as never)) as {
      $metadata: unknown;
      Responses?: Record<string, { pk: { S: string }; sk: { S: string } }[]>;
    };
    if (!answer.Responses) return answer;
    // A batch answers in no order.
    const rows = Object.values(answer.Responses).flat();
    return rows.sort((x, y) => (x.pk.S + x.sk.S < y.pk.S + y.sk.S ? -1 : 1));
  } catch (error) {
    const { name, message } = error as Error;
    return { name, message };
  }
}

it(
  'answers as dynalite does',
  async () => {
    const calls = fc.array(fc.oneof(put, put, putMany, getOne, getMany, change, query, query), {
      minLength: 5,
      maxLength: 30,
    });
    await fc.assert(
      fc.asyncProperty(calls, async (some) => {
        const table = await judge.createTable();
        await emptyProfiles();
        for (const call of some) {
          const ours = await answerOf(local.client, call, 'profiles');
          expect(ours).toEqual(await answerOf(judge.client, call, table));
        }
      }),
      { numRuns: 40 },
    );
  },
  timeoutMs,
);

it('checks conditions and puts rows in one turn, however many come at once', async () => {
  const put = (version: number) =>
    local.client.send(
      new PutItemCommand({
        TableName: 'control',
        Item: { ...itemKey({ pk: 'race', sk: 'row' }), version: { N: String(version) } },
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    );

  const ends = await Promise.allSettled(Array.from({ length: 20 }, (_, at) => put(at)));

  expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

it('adds up, whatever mixture of ways the additions and puts take', async () => {
  const Key = itemKey({ pk: 'sum', sk: 'row' });
  const add = () =>
    local.client.send(
      new UpdateItemCommand({
        TableName: 'control',
        Key,
        UpdateExpression: 'ADD version :one',
        ExpressionAttributeValues: { ':one': { N: '1' } },
      }),
    );
  const bump = async (): Promise<void> => {
    for (;;) {
      const get = new GetItemCommand({ TableName: 'control', Key, ConsistentRead: true });
      const version = Number((await local.client.send(get)).Item?.['version']?.N ?? 0);
      const Item = { ...Key, version: { N: String(version + 1) } };
      const condition =
        version === 0
          ? { ConditionExpression: 'attribute_not_exists(pk)' }
          : {
              ConditionExpression: 'version = :version',
              ExpressionAttributeValues: { ':version': { N: String(version) } },
            };
      try {
        await local.client.send(new PutItemCommand({ TableName: 'control', Item, ...condition }));
        return;
      } catch (error) {
        expect((error as Error).name).toBe('ConditionalCheckFailedException');
      }
    }
  };

  await Promise.all(Array.from({ length: 30 }, (_, at) => (at % 2 === 0 ? add() : bump())));

  const get = new GetItemCommand({ TableName: 'control', Key, ConsistentRead: true });
  expect((await local.client.send(get)).Item?.['version']).toEqual({ N: '30' });
});

async function emptyProfiles(): Promise<void> {
  for (const pk of ['u', 'U#1', 'u~']) {
    const query = new QueryCommand({
      TableName: 'profiles',
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: pk } },
    });
    for (const { pk: p, sk } of (await local.client.send(query)).Items ?? []) {
      const Key = { pk: p ?? { S: '' }, sk: sk ?? { S: '' } };
      await local.client.send(new DeleteItemCommand({ TableName: 'profiles', Key }));
    }
  }
}
