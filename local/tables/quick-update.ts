// Updates that set attributes of one row to given values, or to those where there is none yet. What
// says more (ADD, REMOVE, names by `#`) is left to dynalite.

import type { UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import { type Check, checkOf } from './quick-condition.ts';
import { type StoredItem, storedOf, type TableKey } from './quick-item.ts';

export type QuickUpdate = {
  readonly check: Check;
  /** The row as it is then; of one that was not there as well. */
  readonly changed: (stored: StoredItem | undefined, key: TableKey) => StoredItem;
};

/** DynamoDB's reserved words need a `#name`; these stand bare in updates of this program. */
const bareNames = ['u', 'g', 'd', 't', 'v', 'w', 'expiresAt', 'outcome'].join('|');
const clause = new RegExp(`^(${bareNames}) = (?:(:\\w+)|if_not_exists\\(\\1, (:\\w+)\\))$`);

/** The update as a function of the row; undefined when it says more than one does. */
export function quickUpdate(input: UpdateItemCommandInput): QuickUpdate | undefined {
  const { TableName: _t, Key: _k, UpdateExpression: text = '', ...rest } = input;
  const { ConditionExpression: condition, ExpressionAttributeValues: values = {}, ...more } = rest;
  if (Object.values(more).some((value) => value !== undefined)) return undefined;
  const given = storedOf(values);
  const clauses = text.startsWith('SET ') ? text.slice(4).split(/, (?!:)/) : [];
  const used = new Set<string>();
  const set = new Map<string, { readonly value: string; readonly isDefault: boolean }>();
  for (const one of clauses) {
    const [, name, always, missing] = clause.exec(one) ?? [];
    const value = always ?? missing;
    if (name === undefined || value === undefined || set.has(name)) return undefined;
    if (given?.[value] === undefined) return undefined;
    set.set(name, { value, isDefault: always === undefined });
    used.add(value);
  }
  const check = checkOf(condition, {}, values, used);
  if (set.size === 0 || !given || !check) return undefined;
  return {
    check,
    changed: (stored, { pk, sk }) => {
      const changed: Record<string, Readonly<Record<string, unknown>>> = {
        pk: { S: pk },
        sk: { S: sk },
        ...stored,
      };
      for (const [name, { value, isDefault }] of set) {
        const next = given[value];
        if (next && !(isDefault && changed[name] !== undefined)) changed[name] = next;
      }
      return changed;
    },
  };
}
