// The request checker itself: for every documented rule a request that just breaks it and one that
// just keeps it. A rule without a case fails here.

import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { type DynamoRule, dynamoRules, dynamoViolations } from './dynamo-rules.ts';
import { type MessageRule, messageRules, messageViolations } from './message-rules.ts';
import { checkRequests } from './request-checker.ts';

type Case = readonly [command: string, broken: object, kept: object];

const TableName = 'table';
const key = (pk: string, sk: string) => ({ pk: { S: pk }, sk: { S: sk } });
const get = (Key: object) => ({ TableName, Key });
const put = (rest: object, more: object = {}) => ({
  TableName,
  Item: { ...key('a', 'b'), ...rest },
  ...more,
});
const query = (sk: string, values: object, more: object = {}) => ({
  TableName,
  KeyConditionExpression: `pk = :pk${sk}`,
  ExpressionAttributeValues: { ':pk': { S: 'a' }, ...values },
  ...more,
});
const update = (UpdateExpression: string, more: object = {}) => ({
  TableName,
  Key: key('a', 'b'),
  UpdateExpression,
  ...more,
});
const inList = (count: number) => {
  const names = Array.from({ length: count }, (_, at) => `:v${at}`);
  return put(
    {},
    {
      ConditionExpression: `digest IN (${names.join(', ')})`,
      ExpressionAttributeValues: Object.fromEntries(names.map((name) => [name, { S: name }])),
    },
  );
};
const sums = (count: number) =>
  update(`SET amount = ${Array.from({ length: count }, () => ':one').join('+')}`, {
    ExpressionAttributeValues: { ':one': { N: '1' } },
  });
const nested = (levels: number): object =>
  levels === 1 ? { S: 'x' } : { L: [nested(levels - 1)] };
const keys = (count: number) => Array.from({ length: count }, (_, at) => key('a', `b${at}`));
const ofTable = (items: unknown) => ({ RequestItems: { [TableName]: items } });
const puts = (count: number) => keys(count).map((Item) => ({ PutRequest: { Item } }));
const deletes = (count: number) => keys(count).map((Key) => ({ Delete: { TableName, Key } }));
const startAt = (sk: string) => ({ ExclusiveStartKey: key('a', sk) });
const prefix = { ':prefix': { S: 'S#' } };
const within = { ':from': { S: 'b' }, ':to': { S: 'c' } };

const dynamoCases: Readonly<Record<DynamoRule, readonly Case[]>> = {
  'table-name': [
    ['GetItemCommand', { ...get(key('a', 'b')), TableName: 'ta ble' }, get(key('a', 'b'))],
  ],
  'key-attributes': [
    ['GetItemCommand', get({ pk: { S: 'a' } }), get(key('a', 'b'))],
    ['PutItemCommand', { TableName, Item: { pk: { S: 'a' }, sk: { N: '1' } } }, put({})],
  ],
  'key-empty': [
    ['GetItemCommand', get(key('a', '')), get(key('a', ' '))],
    ['PutItemCommand', put(key('', 'b')), put(key('\u0000', 'b'))],
    [
      'QueryCommand',
      query(' AND sk BETWEEN :from AND :to', { ...within, ':from': { S: '' } }),
      query(' AND sk BETWEEN :from AND :to', within),
    ],
    [
      'QueryCommand',
      query(' AND begins_with(sk, :prefix)', { ':prefix': { S: '' } }),
      query(' AND begins_with(sk, :prefix)', prefix),
    ],
  ],
  'key-length': [
    ['GetItemCommand', get(key('a'.repeat(2_049), 'b')), get(key('a'.repeat(2_048), 'b'))],
    ['GetItemCommand', get(key('a', 'é'.repeat(513))), get(key('a', 'é'.repeat(512)))],
    [
      'QueryCommand',
      query(' AND sk >= :from', { ':from': { S: 'x'.repeat(1_025) } }),
      query(' AND sk >= :from', { ':from': { S: 'x'.repeat(1_024) } }),
    ],
  ],
  'item-size': [
    // Names and keys count: pk, sk, a, b and doc have 9 octets.
    [
      'PutItemCommand',
      put({ doc: { S: 'x'.repeat(409_592) } }),
      put({ doc: { S: 'x'.repeat(409_591) } }),
    ],
  ],
  nesting: [['PutItemCommand', put({ deep: nested(33) }), put({ deep: nested(32) })]],
  'number-form': [
    ['PutItemCommand', put({ n: { N: 'NaN' } }), put({ n: { N: '-1.5e3' } })],
    ['PutItemCommand', put({ n: { N: '1'.repeat(39) } }), put({ n: { N: '1'.repeat(38) } })],
    ['PutItemCommand', put({ n: { N: '1e126' } }), put({ n: { N: '0.000' } })],
  ],
  'text-form': [
    ['PutItemCommand', put({ name: { S: 'x\ud83d' } }), put({ name: { S: 'x\u{1f600}' } })],
    ['GetItemCommand', get(key('a', '\ude00')), get(key('a', '\ufffd'))],
  ],
  'set-form': [
    ['PutItemCommand', put({ set: { SS: [] } }), put({ set: { SS: ['a'] } })],
    ['PutItemCommand', put({ set: { NS: ['1', '1'] } }), put({ set: { NS: ['1', '2'] } })],
  ],
  'batch-get-size': [
    ['BatchGetItemCommand', ofTable({ Keys: keys(101) }), ofTable({ Keys: keys(100) })],
  ],
  'batch-write-size': [['BatchWriteItemCommand', ofTable(puts(26)), ofTable(puts(25))]],
  'transact-size': [
    ['TransactWriteItemsCommand', { TransactItems: deletes(101) }, { TransactItems: deletes(100) }],
  ],
  'keys-once': [
    [
      'BatchGetItemCommand',
      ofTable({ Keys: [...keys(2), key('a', 'b1')] }),
      ofTable({ Keys: keys(3) }),
    ],
    ['BatchWriteItemCommand', ofTable([...puts(1), ...puts(1)]), ofTable(puts(2))],
  ],
  limit: [['QueryCommand', query('', {}, { Limit: 0 }), query('', {}, { Limit: 1 })]],
  'expression-empty': [['UpdateItemCommand', update(' '), update('REMOVE doc')]],
  'expression-length': [
    [
      'UpdateItemCommand',
      update(`REMOVE ${'x'.repeat(4_090)}`),
      update(`REMOVE ${'x'.repeat(4_089)}`),
    ],
  ],
  'reference-length': [
    [
      'UpdateItemCommand',
      update(`REMOVE #${'n'.repeat(255)}`, {
        ExpressionAttributeNames: { [`#${'n'.repeat(255)}`]: 'doc' },
      }),
      update(`REMOVE #${'n'.repeat(254)}`, {
        ExpressionAttributeNames: { [`#${'n'.repeat(254)}`]: 'doc' },
      }),
    ],
  ],
  operators: [['UpdateItemCommand', sums(301), sums(300)]],
  'in-operands': [['PutItemCommand', inList(101), inList(100)]],
  'reserved-word': [
    [
      'PutItemCommand',
      put({}, { ConditionExpression: 'attribute_not_exists(Status)' }),
      put(
        {},
        {
          ConditionExpression: 'attribute_not_exists(#status)',
          ExpressionAttributeNames: { '#status': 'status' },
        },
      ),
    ],
  ],
  'references-used': [
    [
      'UpdateItemCommand',
      update('REMOVE doc', { ExpressionAttributeValues: { ':x': { S: 'x' } } }),
      update('SET doc = :x', { ExpressionAttributeValues: { ':x': { S: 'x' } } }),
    ],
    [
      'PutItemCommand',
      put({}, { ConditionExpression: 'attribute_exists(pk)', ExpressionAttributeNames: {} }),
      put({}, { ConditionExpression: 'attribute_exists(pk)' }),
    ],
  ],
  'references-defined': [['UpdateItemCommand', update('REMOVE #doc'), update('REMOVE doc')]],
  'key-condition': [
    [
      'QueryCommand',
      query(' AND sk <> :sk', { ':sk': { S: 'b' } }),
      query(' AND sk < :sk', { ':sk': { S: 'b' } }),
    ],
    [
      'QueryCommand',
      query(' AND sk > :from AND sk < :to', within),
      query(' AND sk BETWEEN :from AND :to', within),
    ],
    [
      'QueryCommand',
      {
        TableName,
        KeyConditionExpression: 'pk > :pk',
        ExpressionAttributeValues: { ':pk': { S: 'a' } },
      },
      query('', {}),
    ],
  ],
  'between-order': [
    [
      'QueryCommand',
      // By octets U+10000 is above U+FFFF, by UTF-16 units below.
      query(' AND sk BETWEEN :from AND :to', {
        ':from': { S: '\u{10000}' },
        ':to': { S: '\u{ffff}' },
      }),
      query(' AND sk BETWEEN :from AND :to', {
        ':from': { S: '\u{ffff}' },
        ':to': { S: '\u{10000}' },
      }),
    ],
  ],
  'start-key': [
    [
      'QueryCommand',
      query(' AND sk BETWEEN :from AND :to', within, startAt('d')),
      query(' AND sk BETWEEN :from AND :to', within, startAt('c')),
    ],
    [
      'QueryCommand',
      query(' AND begins_with(sk, :prefix)', prefix, startAt('M#')),
      query(' AND begins_with(sk, :prefix)', prefix, startAt('S#1')),
    ],
    [
      'QueryCommand',
      query('', {}, { ExclusiveStartKey: key('b', 'b') }),
      query('', {}, startAt('b')),
    ],
  ],
  'filter-of-key': [
    [
      'QueryCommand',
      query('', {}, { FilterExpression: 'attribute_exists(sk)' }),
      query('', {}, { FilterExpression: 'attribute_exists(doc)' }),
    ],
  ],
  'update-of-key': [
    [
      'UpdateItemCommand',
      update('SET doc = :x, sk = :x', { ExpressionAttributeValues: { ':x': { S: 'x' } } }),
      update('SET doc = if_not_exists(sk, :x)', {
        ExpressionAttributeValues: { ':x': { S: 'x' } },
      }),
    ],
  ],
  'return-values': [
    ['PutItemCommand', put({}, { ReturnValues: 'ALL_NEW' }), put({}, { ReturnValues: 'ALL_OLD' })],
  ],
};

const entries = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ Id: `id-${at}`, MessageBody: 'x' }));
const attributes = (count: number, value = 'x') => ({
  MessageBody: 'x',
  MessageAttributes: Object.fromEntries(
    Array.from({ length: count }, (_, at) => [
      `a${at}`,
      { DataType: 'String', StringValue: value },
    ]),
  ),
});
const events = (count: number, Detail = '{}') => ({
  Entries: Array.from({ length: count }, () => ({ Source: 's', DetailType: 't', Detail })),
});
const detailOf = (octets: number) => `{"x":"${'x'.repeat(octets - 10)}"}`;

const messageCases: Readonly<Record<MessageRule, readonly Case[]>> = {
  'message-size': [
    [
      'SendMessageCommand',
      { MessageBody: 'x'.repeat(1_048_577) },
      { MessageBody: 'x'.repeat(1_048_576) },
    ],
    ['SendMessageCommand', { MessageBody: '' }, { MessageBody: 'x' }],
    [
      'SendMessageBatchCommand',
      { Entries: entries(2).map((one) => ({ ...one, MessageBody: 'x'.repeat(600_000) })) },
      { Entries: entries(2).map((one) => ({ ...one, MessageBody: 'x'.repeat(500_000) })) },
    ],
  ],
  'message-text': [
    ['SendMessageCommand', { MessageBody: 'x\u0000' }, { MessageBody: 'x\t\u{1f600}' }],
    ['SendMessageCommand', { MessageBody: 'x\ufffe' }, { MessageBody: 'x\ufffd' }],
  ],
  'message-attributes': [
    ['SendMessageCommand', attributes(11), attributes(10)],
    ['SendMessageCommand', attributes(1, ''), attributes(1)],
  ],
  'batch-entries': [
    ['SendMessageBatchCommand', { Entries: entries(11) }, { Entries: entries(10) }],
    [
      'DeleteMessageBatchCommand',
      { Entries: [{ Id: 'a' }, { Id: 'a' }] },
      { Entries: [{ Id: 'a' }] },
    ],
    ['DeleteMessageBatchCommand', { Entries: [{ Id: 'a b' }] }, { Entries: [{ Id: 'a_b' }] }],
  ],
  'receive-count': [
    ['ReceiveMessageCommand', { MaxNumberOfMessages: 11 }, { MaxNumberOfMessages: 10 }],
  ],
  'wait-time': [['ReceiveMessageCommand', { WaitTimeSeconds: 21 }, { WaitTimeSeconds: 20 }]],
  'visibility-time': [
    [
      'ChangeMessageVisibilityCommand',
      { VisibilityTimeout: 43_201 },
      { VisibilityTimeout: 43_200 },
    ],
  ],
  'delay-time': [
    [
      'SendMessageCommand',
      { MessageBody: 'x', DelaySeconds: 901 },
      { MessageBody: 'x', DelaySeconds: 900 },
    ],
  ],
  'event-entries': [['PutEventsCommand', events(11), events(10)]],
  'event-size': [['PutEventsCommand', events(1, detailOf(262_145)), events(1, detailOf(262_142))]],
  'event-detail': [['PutEventsCommand', events(1, '[]'), events(1, '{}')]],
  'secret-size': [
    [
      'PutSecretValueCommand',
      { SecretString: 'x'.repeat(65_537) },
      { SecretString: 'x'.repeat(65_536) },
    ],
  ],
  'secret-token': [
    [
      'PutSecretValueCommand',
      { SecretString: 'x', ClientRequestToken: 'x'.repeat(31) },
      { SecretString: 'x', ClientRequestToken: 'x'.repeat(32) },
    ],
  ],
};

const listed = (cases: Readonly<Record<string, readonly Case[]>>) =>
  Object.entries(cases).flatMap(([rule, list]) =>
    list.map(([command, broken, kept]) => ({ rule, command, broken, kept })),
  );
const rulesOf = (violations: readonly { readonly rule: string }[]) =>
  violations.map(({ rule }) => rule);

it.each(listed(dynamoCases))('$rule ($command)', ({ rule, command, broken, kept }) => {
  expect(rulesOf(dynamoViolations(command, broken))).toContain(rule);
  expect(dynamoViolations(command, kept)).toEqual([]);
});

it.each(listed(messageCases))('$rule ($command)', ({ rule, command, broken, kept }) => {
  expect(rulesOf(messageViolations(command, broken))).toContain(rule);
  expect(messageViolations(command, kept)).toEqual([]);
});

it('every rule says what holds and where AWS says so', () => {
  for (const [says, source] of Object.values({ ...dynamoRules, ...messageRules })) {
    expect(says).toMatch(/^[a-zA-Z]/);
    expect(source).toMatch(/DynamoDB|SQS|EventBridge|Secrets Manager/);
  }
});

it('a request that breaks a rule is not sent, fails as in AWS and is noted', async () => {
  const noted: string[] = [];
  const sent: object[] = [];
  const prototype = {
    send: (command: object) => {
      sent.push(command);
      return Promise.resolve({});
    },
  };
  checkRequests(prototype, (broken) => noted.push(...broken));
  const proper = new GetItemCommand({ TableName, Key: key('a', 'b') });
  const broken = new GetItemCommand({ TableName, Key: key('a', '') });

  await prototype.send(proper);

  await expect(prototype.send(broken)).rejects.toThrow(
    expect.objectContaining({ name: 'ValidationException' }),
  );
  expect(sent).toEqual([proper]);
  expect(noted).toEqual([expect.stringMatching(/^GetItemCommand: .*at least one byte.*DynamoDB/)]);
});

it('stands around every client of a test', () => {
  expect(DynamoDBClient.prototype.send.name).toBe('checked');
});
