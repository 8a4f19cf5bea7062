// Queries of one partition as ranges of the store's keys, in dynalite's own order of keys, whole
// items or some attributes of them. What a range does not say (filters, indexes) is left to
// dynalite.

import type { AttributeValue, QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { keyOf, partitionPrefix, sortKeyText, storeKey } from './quick-item.ts';

type Bounds = { gt?: string; gte?: string; lt?: string; lte?: string };

export type QuickQuery = {
  readonly range: Bounds & { readonly reverse: boolean };
  readonly limit: number;
  /** Names of attributes that are asked for; absent: all. */
  readonly only?: readonly string[];
};

/** What a plain query may say. */
const plainNames = new Set([
  'TableName',
  'ConsistentRead',
  'ScanIndexForward',
  'Limit',
  'KeyConditionExpression',
  'ExpressionAttributeValues',
  'ExclusiveStartKey',
  'ProjectionExpression',
]);
/** DynamoDB's reserved words need a `#name`; these stand bare in projections of this program. */
const bareNames = new Set(['pk', 'sk', 'u', 'g', 'd', 't', 'o', 'expiresAt']);
const ofSortKey = [
  'sk (>=|<=|>|<|=) (:\\w+)',
  'sk BETWEEN (:\\w+) AND (:\\w+)',
  'begins_with\\(sk, (:\\w+)\\)',
];
const condition = new RegExp(`^pk = (:\\w+)(?: AND (?:${ofSortKey.join('|')}))?$`);

/** The query as a range; undefined when it says more than one does. */
export function quickQuery(input: QueryCommandInput): QuickQuery | undefined {
  const said = Object.entries(input).filter(([, value]) => value !== undefined);
  if (said.some(([name]) => !plainNames.has(name))) return undefined;
  const found = condition.exec(input.KeyConditionExpression ?? '');
  const { TableName: table, ExclusiveStartKey: start, Limit: limit } = input;
  const values = input.ExpressionAttributeValues ?? {};
  const only = input.ProjectionExpression?.split(', ');
  if (!found || table === undefined || (only && !arePlain(only))) return undefined;
  const names = [...new Set(found[0].match(/:\w+/g) ?? [])];
  const texts = names.map((name) => values[name]?.S);
  const isWhole = texts.every((text) => text !== undefined && text !== '');
  if (!isWhole || Object.keys(values).length !== names.length || limit === 0) return undefined;
  const pk = textOf(values, found[1]);
  const bounds = boundsOf(partitionPrefix(table, pk), found, values);
  const isReverse = input.ScanIndexForward === false;
  if (start !== undefined) {
    const key = keyOf(start);
    if (key?.pk !== pk || Object.keys(start).length !== 2) return undefined;
    if (!beginAt(bounds, storeKey(table, key), isReverse)) return undefined;
  }
  const range = { ...bounds, reverse: isReverse };
  return { range, limit: limit ?? Number.POSITIVE_INFINITY, ...(only ? { only } : {}) };
}

/** Each of them once, and none that could be a reserved word or a path. */
const arePlain = (names: readonly string[]): boolean =>
  names.every((name) => bareNames.has(name)) && new Set(names).size === names.length;

const textOf = (values: Record<string, AttributeValue>, name: string | undefined): string =>
  values[name ?? '']?.S ?? '';

function boundsOf(
  prefix: string,
  found: RegExpExecArray,
  values: Record<string, AttributeValue>,
): Bounds {
  const [, , operator, value, from, to, begin] = found;
  const at = (name: string | undefined): string => prefix + sortKeyText(textOf(values, name));
  const all = { gte: prefix, lt: `${prefix}~` };
  if (begin !== undefined) return { gte: at(begin), lt: `${at(begin)}~` };
  if (from !== undefined) return { gte: `${at(from)}/`, lte: `${at(to)}/~` };
  switch (operator) {
    case '=':
      return { gte: `${at(value)}/`, lte: `${at(value)}/~` };
    case '<':
      return { gte: prefix, lt: `${at(value)}/` };
    case '<=':
      return { gte: prefix, lte: `${at(value)}/~` };
    case '>':
      return { gt: `${at(value)}/~`, lt: `${prefix}~` };
    case '>=':
      return { ...all, gte: `${at(value)}/` };
    default:
      return all;
  }
}

/** Goes on behind a key. @returns false when the key lies outside of the range */
function beginAt(bounds: Bounds, key: string, isReverse: boolean): boolean {
  const { gt, gte, lt, lte } = bounds;
  const isInside =
    (gt === undefined || key > gt) &&
    (gte === undefined || key >= gte) &&
    (lt === undefined || key < lt) &&
    (lte === undefined || key <= lte);
  if (!isInside) return false;
  if (isReverse) {
    delete bounds.lte;
    bounds.lt = key;
  } else {
    delete bounds.gte;
    bounds.gt = key;
  }
  return true;
}
