// What DynamoDB refuses, as rules over one request: documented limits that emulators forget.
// A request that breaks one fails in AWS with ValidationException, whatever an emulator answers.
// The tables of this product have the string keys `pk` and `sk` and no indexes.

import {
  inOperands,
  type KeyCondition,
  keyConditionsOf,
  operatorsIn,
  tokensOf,
  updatedAttributes,
} from './dynamo-expression.ts';
import { reservedWords } from './dynamo-reserved-words.ts';

const guide = 'DynamoDB Developer Guide';
const quotas = `${guide}, "Quotas in Amazon DynamoDB"`;
const api = 'DynamoDB API Reference';
const expressions = `${guide}, "Expression attribute names (aliases)" and "Using expressions"`;

/** Every rule: what holds, and where AWS says so. */
export const dynamoRules = {
  'table-name': ['a table name has 3 to 255 of a-z A-Z 0-9 _ - .', `${quotas}, naming rules`],
  'key-attributes': ['a key is exactly the strings pk and sk', `${api}, GetItem: Key`],
  'key-empty': [
    'a key attribute, and an operand compared with one, has at least one byte',
    `${quotas}, partition keys and sort keys: the minimum length is 1 byte`,
  ],
  'key-length': [
    'a partition key has at most 2,048 bytes, a sort key 1,024',
    `${quotas}, partition keys and sort keys`,
  ],
  'item-size': ['an item has at most 400 KB, names included', `${quotas}, items`],
  nesting: ['values are nested at most 32 levels deep', `${quotas}, attributes`],
  'number-form': [
    'a number has at most 38 digits and lies within 1E-130 and 9.99E+125',
    `${quotas}, data types: numbers`,
  ],
  'text-form': [
    'a string is Unicode text, which has no unpaired surrogates',
    `${quotas}, data types: Unicode with UTF-8 binary encoding`,
  ],
  'set-form': ['a set is neither empty nor has an element twice', `${quotas}, data types: sets`],
  'batch-get-size': ['BatchGetItem asks for at most 100 keys', `${api}, BatchGetItem`],
  'batch-write-size': ['BatchWriteItem writes at most 25 items', `${api}, BatchWriteItem`],
  'transact-size': [
    'a transaction has at most 100 actions and 4 MB',
    `${api}, TransactWriteItems and TransactGetItems`,
  ],
  'keys-once': [
    'a batch or transaction names an item once',
    `${api}, BatchGetItem, BatchWriteItem, TransactWriteItems`,
  ],
  limit: ['Limit is at least 1', `${api}, Query and Scan: Limit`],
  'expression-empty': ['an expression is not empty', `${api}, common errors`],
  'expression-length': ['an expression has at most 4 KB', `${quotas}, expression parameters`],
  'reference-length': [
    'a name or value reference has at most 255 bytes, all of them 2 MB',
    `${quotas}, expression parameters`,
  ],
  operators: ['an expression has at most 300 operators and functions', `${quotas}, expressions`],
  'in-operands': ['IN has at most 100 operands', `${quotas}, expression parameters`],
  'reserved-word': ['an attribute named like a reserved word is written as #name', expressions],
  'references-used': ['every expression attribute name and value is used', expressions],
  'references-defined': ['every reference of an expression is defined', expressions],
  'key-condition': [
    'a key condition is pk = value, and at most one comparison of sk',
    `${guide}, "Key condition expressions for the Query operation"`,
  ],
  'between-order': ['the upper bound of BETWEEN is not below the lower', `${api}, Condition`],
  'start-key': [
    'ExclusiveStartKey is a key within the partition and bounds of the query',
    `${api}, Query: ExclusiveStartKey`,
  ],
  'filter-of-key': ['a filter names no key attribute', `${guide}, "Filter expressions"`],
  'update-of-key': ['an update writes no key attribute', `${api}, UpdateItem`],
  'return-values': [
    'PutItem and DeleteItem return NONE or ALL_OLD',
    `${api}, PutItem and DeleteItem: ReturnValues`,
  ],
} as const satisfies Record<string, readonly [says: string, source: string]>;

export type DynamoRule = keyof typeof dynamoRules;
export type Violation<Rule extends string = string> = {
  readonly rule: Rule;
  readonly detail: string;
};
type Found = Violation<DynamoRule>;

const keyBytesMax = { pk: 2_048, sk: 1_024 } as const;
const itemBytesMax = 400 * 1_024;
const transactBytesMax = 4 * 1_024 * 1_024;
const nestingMax = 32;

type Value = Readonly<Record<string, unknown>>;
type Attributes = Readonly<Record<string, Value>>;

/** The parts of requests that the rules read; commands have some of them each. */
type Request = {
  readonly TableName?: string;
  readonly Key?: Attributes;
  readonly Item?: Attributes;
  readonly Limit?: number;
  readonly ExclusiveStartKey?: Attributes;
  readonly ReturnValues?: string;
  readonly KeyConditionExpression?: string;
  readonly FilterExpression?: string;
  readonly ProjectionExpression?: string;
  readonly ConditionExpression?: string;
  readonly UpdateExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Attributes;
  readonly RequestItems?: Readonly<Record<string, Request | readonly WriteRequest[]>>;
  readonly Keys?: readonly Attributes[];
  readonly TransactItems?: readonly Readonly<Record<string, Request>>[];
};
type WriteRequest = {
  readonly PutRequest?: { readonly Item: Attributes };
  readonly DeleteRequest?: { readonly Key: Attributes };
};

/**
 * Judges one request as the SDK's command takes it.
 * @param command as `QueryCommand`; those about tables themselves are not judged
 */
export function dynamoViolations(command: string, input: object): Found[] {
  const request = input as Request;
  if (command === 'BatchGetItemCommand') return batchGet(request);
  if (command === 'BatchWriteItemCommand') return batchWrite(request);
  if (/^Transact(?:Get|Write)Items/.test(command)) return transaction(request);
  if (!/^(?:Get|Put|Update|Delete)Item|^Query|^Scan/.test(command)) return [];
  return [...ofOne(request), ...returnValues(command, request)];
}

const found = (rule: DynamoRule, detail: string): Found => ({ rule, detail });
const when = (isBroken: boolean, rule: DynamoRule, detail: string): Found[] =>
  isBroken ? [found(rule, detail)] : [];

function batchGet({ RequestItems: tables = {} }: Request): Found[] {
  const asked = Object.entries(tables) as [string, Request][];
  const keys = asked.flatMap(([, { Keys }]) => Keys ?? []);
  return [
    ...asked.flatMap(([table, request]) => ofOne({ ...request, TableName: table })),
    ...when(keys.length < 1 || keys.length > 100, 'batch-get-size', `${keys.length} keys`),
    ...asked.flatMap(([, { Keys }]) => (keys.length > 0 ? once(Keys ?? []) : [])),
  ];
}

function batchWrite({ RequestItems: tables = {} }: Request): Found[] {
  const asked = Object.entries(tables) as [string, WriteRequest[]][];
  const count = asked.reduce((sum, [, writes]) => sum + writes.length, 0);
  return [
    ...when(count < 1 || count > 25, 'batch-write-size', `${count} items`),
    ...asked.flatMap(([table, writes]) => [
      ...tableName(table),
      ...writes.flatMap(({ PutRequest, DeleteRequest }) => [
        ...(PutRequest ? item(PutRequest.Item) : []),
        ...(DeleteRequest ? key(DeleteRequest.Key) : []),
      ]),
      ...once(writes.map((one) => one.PutRequest?.Item ?? one.DeleteRequest?.Key ?? {})),
    ]),
  ];
}

function transaction({ TransactItems: items = [] }: Request): Found[] {
  const actions = items.flatMap((one) => Object.values(one));
  const bytes = actions.reduce((sum, one) => sum + itemBytes(one.Item ?? one.Key ?? {}), 0);
  const isTooLarge = items.length < 1 || items.length > 100 || bytes > transactBytesMax;
  return [
    ...when(isTooLarge, 'transact-size', `${items.length} actions of ${bytes} bytes`),
    ...actions.flatMap(ofOne),
    ...once(actions.map((one) => one.Key ?? one.Item ?? {})),
  ];
}

function ofOne(request: Request): Found[] {
  const { Key, Keys = [], Item, Limit, TableName } = request;
  return [
    ...tableName(TableName ?? ''),
    ...[...(Key ? [Key] : []), ...Keys].flatMap(key),
    ...(Item ? item(Item) : []),
    ...when(Limit !== undefined && !(Limit >= 1), 'limit', `${Limit}`),
    ...inExpressions(request),
    ...keyCondition(request),
    ...writtenKeys(request),
  ];
}

const tableName = (name: string): Found[] =>
  when(!/^(?:arn:.*|[\w.-]{3,255})$/.test(name), 'table-name', name);

function returnValues(command: string, { ReturnValues }: Request): Found[] {
  if (!/^(?:Put|Delete)Item/.test(command) || ReturnValues === undefined) return [];
  return when(!['NONE', 'ALL_OLD'].includes(ReturnValues), 'return-values', ReturnValues);
}

/** Names of attributes that are keys. */
const keyNames = ['pk', 'sk'] as const;
type KeyName = (typeof keyNames)[number];
const isKeyName = (name: string): name is KeyName => name === 'pk' || name === 'sk';

function key(attributes: Attributes): Found[] {
  const names = Object.keys(attributes).sort().join();
  return [...when(names !== 'pk,sk', 'key-attributes', names), ...keyValues(attributes)];
}

const keyValues = (attributes: Attributes): Found[] =>
  keyNames.flatMap((name) => keyValue(name, attributes[name]));

/** A value that is a key, or is compared with one. */
function keyValue(name: KeyName, value: Value | undefined): Found[] {
  const text = value?.['S'];
  if (typeof text !== 'string') return [found('key-attributes', `${name} is no string`)];
  const bytes = Buffer.byteLength(text);
  return [
    ...when(bytes === 0, 'key-empty', name),
    ...when(bytes > keyBytesMax[name], 'key-length', `${name} of ${bytes} bytes`),
    ...values(value ?? {}, 1),
  ];
}

function item(attributes: Attributes): Found[] {
  const bytes = itemBytes(attributes);
  return [
    ...keyValues(attributes),
    ...when(bytes > itemBytesMax, 'item-size', `${bytes} bytes`),
    ...Object.values(attributes).flatMap((value) => values(value, 1)),
  ];
}

const unpaired = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/** Forms of values, at every depth. */
function values(value: Value, depth: number): Found[] {
  if (depth > nestingMax) return [found('nesting', `${depth} levels`)];
  const { S, N, L, M } = value as { S?: string; N?: string; L?: Value[]; M?: Attributes };
  const sets = ['SS', 'NS', 'BS'].flatMap((type) => (type in value ? [value[type]] : []));
  return [
    ...when(S !== undefined && unpaired.test(S), 'text-form', 'unpaired surrogate'),
    ...when(N !== undefined && !isNumber(N), 'number-form', String(N)),
    ...sets.flatMap((set) => {
      const elements = (set as unknown[]).map(String);
      const isProper = elements.length > 0 && new Set(elements).size === elements.length;
      return when(!isProper, 'set-form', `${elements.length} elements`);
    }),
    ...(L ?? []).flatMap((one) => values(one, depth + 1)),
    ...Object.values(M ?? {}).flatMap((one) => values(one, depth + 1)),
  ];
}

function isNumber(text: string): boolean {
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) return false;
  const digits = text
    .replace(/[eE].*$/, '')
    .replace(/\D/g, '')
    .replace(/^0+|0+$/g, '');
  const size = Math.abs(Number(text));
  return digits.length <= 38 && (size === 0 || (size >= 1e-130 && size < 1e126));
}

/** Octets of an item as they count against 400 KB ("DynamoDB item sizes and formats"). */
export function itemBytes(attributes: Attributes): number {
  return Object.entries(attributes).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value),
    0,
  );
}

function valueBytes(value: Value): number {
  const [type = '', content] = Object.entries(value)[0] ?? [];
  const sum = (list: readonly unknown[], of: string): number =>
    list.reduce((bytes: number, one) => bytes + valueBytes({ [of]: one }), 0);
  switch (type) {
    case 'S':
      return Buffer.byteLength(content as string);
    case 'N':
      return Math.ceil((content as string).replace(/\D/g, '').length / 2) + 1;
    case 'B':
      return (content as Uint8Array).byteLength;
    case 'L':
      return 3 + (content as Value[]).reduce((bytes, one) => bytes + 1 + valueBytes(one), 0);
    case 'M':
      return 3 + Object.keys(content as Attributes).length + itemBytes(content as Attributes);
    case 'SS':
    case 'NS':
    case 'BS':
      return sum(content as readonly unknown[], type.slice(0, 1));
    default:
      return 1;
  }
}

function once(keys: readonly Attributes[]): Found[] {
  const names = keys.map(({ pk, sk }) => JSON.stringify([pk?.['S'], sk?.['S']]));
  const isTwice = new Set(names).size < names.length;
  return when(isTwice, 'keys-once', `${names.length - new Set(names).size} keys again`);
}

const expressionNames = [
  'KeyConditionExpression',
  'FilterExpression',
  'ProjectionExpression',
  'ConditionExpression',
  'UpdateExpression',
] as const;

function inExpressions(request: Request): Found[] {
  const texts = expressionNames.flatMap((name) => request[name] ?? []);
  const tokens = texts.map(tokensOf);
  const used = new Set(
    tokens.flatMap((list) => list.flatMap(({ kind, text }) => (kind === 'reference' ? text : []))),
  );
  const { ExpressionAttributeNames: names, ExpressionAttributeValues: given } = request;
  const defined = [...Object.keys(names ?? {}), ...Object.keys(given ?? {})];
  const unused = defined.filter((reference) => !used.has(reference));
  const undefinedOnes = [...used].filter((reference) => !defined.includes(reference));
  const isEmptyMap = [names, given].some((map) => map && Object.keys(map).length === 0);
  const long = [...defined, ...Object.values(names ?? {})].filter(
    (one) => Buffer.byteLength(one) > 255,
  );
  return [
    ...texts.flatMap((text) => [
      ...when(text.trim() === '', 'expression-empty', 'an expression'),
      ...when(Buffer.byteLength(text) > 4_096, 'expression-length', `${text.length} characters`),
    ]),
    ...tokens.flatMap((list) => [
      ...when(operatorsIn(list) > 300, 'operators', `${operatorsIn(list)}`),
      ...inOperands(list).flatMap((n) => when(n > 100, 'in-operands', `${n}`)),
      ...list.flatMap(({ kind, text }) =>
        when(kind === 'word' && reservedWords.has(text.toUpperCase()), 'reserved-word', text),
      ),
    ]),
    ...when(unused.length > 0 || isEmptyMap, 'references-used', unused.join()),
    ...when(undefinedOnes.length > 0, 'references-defined', undefinedOnes.join()),
    ...when(long.length > 0, 'reference-length', long.join().slice(0, 80)),
    ...Object.values(given ?? {}).flatMap((value) => values(value, 1)),
  ];
}

/** A name in an expression, as the attribute it stands for. */
const attributeOf = ({ ExpressionAttributeNames: names }: Request, text: string): string =>
  names?.[text] ?? text;

function keyCondition(request: Request): Found[] {
  const { KeyConditionExpression: text, ExclusiveStartKey: start } = request;
  if (text === undefined) return start ? key(start) : [];
  const read = keyConditionsOf(text);
  const conditions = read?.map((one) => ({
    ...one,
    attribute: attributeOf(request, one.attribute),
  }));
  const of = (name: KeyName) => (conditions ?? []).filter(({ attribute }) => attribute === name);
  const [partition] = of('pk');
  const isProper =
    of('pk').length === 1 &&
    partition?.operator === '=' &&
    of('sk').length <= 1 &&
    conditions?.length === 1 + of('sk').length;
  if (!isProper) return [found('key-condition', text)];
  const operand = (name: string): Value | undefined => request.ExpressionAttributeValues?.[name];
  return [
    ...[...of('pk'), ...of('sk')].flatMap(({ attribute, operands }) =>
      operands.flatMap((name) => keyValue(attribute as KeyName, operand(name))),
    ),
    ...of('sk').flatMap((condition) => betweenOrder(condition, operand)),
    ...(start ? startKey(start, [...of('pk'), ...of('sk')], operand) : []),
  ];
}

type Operand = (name: string) => Value | undefined;
/** As DynamoDB orders strings: by the bytes of UTF-8. */
const compare = (a: unknown, b: unknown): number =>
  Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));

function betweenOrder({ operator, operands }: KeyCondition, operand: Operand): Found[] {
  if (operator !== 'BETWEEN') return [];
  const [from, to] = operands.map((name) => operand(name)?.['S']);
  return when(compare(from, to) > 0, 'between-order', `${from} > ${to}`);
}

function startKey(
  start: Attributes,
  conditions: readonly KeyCondition[],
  operand: Operand,
): Found[] {
  const isWithin = conditions.every(({ attribute, operator, operands }) => {
    const value = start[attribute]?.['S'];
    const [first, second] = operands.map((name) => operand(name)?.['S']);
    const order = compare(value, first);
    if (operator === 'BETWEEN') return order >= 0 && compare(value, second) <= 0;
    if (operator === 'begins_with') return String(value).startsWith(String(first));
    if (operator === '=') return order === 0;
    return operator.startsWith('<') ? order <= 0 : order >= 0;
  });
  return [...key(start), ...when(!isWithin, 'start-key', JSON.stringify(start).slice(0, 200))];
}

function writtenKeys(request: Request): Found[] {
  const { FilterExpression: filter, UpdateExpression: update } = request;
  const filtered = filter === undefined ? [] : tokensOf(filter).map(({ text }) => text);
  const written = update === undefined ? [] : updatedAttributes(update);
  const keysAmong = (list: readonly string[]) =>
    list.map((text) => attributeOf(request, text)).filter(isKeyName);
  const isQuery = request.KeyConditionExpression !== undefined;
  return [
    ...when(isQuery && keysAmong(filtered).length > 0, 'filter-of-key', String(filter)),
    ...when(keysAmong(written).length > 0, 'update-of-key', String(update)),
  ];
}
