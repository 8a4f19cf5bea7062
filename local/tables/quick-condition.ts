// Conditions of a put or an update as tests of the stored item: that an attribute is absent, or how
// it compares with a value, and several of them joined by OR. What says more is left to dynalite.

import type { PutItemCommandInput } from '@aws-sdk/client-dynamodb';
import { plainNumber, type StoredItem } from './quick-item.ts';

/** Whether the condition holds of the stored item, undefined where there is none. */
export type Check = (stored: StoredItem | undefined) => boolean;

/** There is no condition. */
export const always: Check = () => true;

type Names = PutItemCommandInput['ExpressionAttributeNames'];
type Values = PutItemCommandInput['ExpressionAttributeValues'];

/** DynamoDB's reserved words need a `#name`; these stand bare in conditions of this program. */
const bareNames = ['pk', 'sk', 'version', 'expiresAt', 'digest', 'reportedAt', 'v', 'w'];
const term = new RegExp(
  `^(?:attribute_not_exists\\((#\\w+|${bareNames.join('|')})\\)|` +
    `(#\\w+|${bareNames.join('|')}) (=|<=|<) (:\\w+))$`,
);

/**
 * The test of a condition; undefined when it is none of the plain ones, or when names and values
 * are not those that are used: DynamoDB refuses those.
 * @param usedElsewhere values that an update uses
 */
export function checkOf(
  condition: string | undefined,
  names: Names = {},
  values: Values = {},
  usedElsewhere: ReadonlySet<string> = new Set(),
): Check | undefined {
  const used = new Set<string>(usedElsewhere);
  const checks: Check[] = [];
  for (const text of condition?.split(' OR ') ?? []) {
    const check = termOf(text, names, values, used);
    if (!check) return undefined;
    checks.push(check);
  }
  const given = [...Object.keys(names), ...Object.keys(values)];
  if (given.length !== used.size) return undefined;
  const [only] = checks;
  if (checks.length < 2) return only ?? always;
  return (stored) => checks.some((check) => check(stored));
}

function termOf(
  text: string,
  names: NonNullable<Names>,
  values: NonNullable<Values>,
  used: Set<string>,
): Check | undefined {
  const [, absent, compared, operator, value = ''] = term.exec(text) ?? [];
  const said = absent ?? compared;
  if (said === undefined) return undefined;
  const name = said.startsWith('#') ? names[said] : said;
  if (name === undefined) return undefined;
  if (said.startsWith('#')) used.add(said);
  if (absent !== undefined) return (stored) => stored?.[name] === undefined;
  used.add(value);
  const { S, N, ...other } = values[value] ?? {};
  if (Object.keys(other).length > 0) return undefined;
  if (operator === '=' && S !== undefined) return (stored) => stored?.[name]?.['S'] === S;
  if (N === undefined || !plainNumber.test(N)) return undefined;
  const holds = operator === '=' ? isSame : operator === '<' ? isLess : isAtMost;
  return (stored) => {
    const found = stored?.[name]?.['N'];
    return typeof found === 'string' && holds(found, N);
  };
}

/** Stored numbers may have a point: then they are compared as far as a double tells. */
function isSame(stored: string, N: string): boolean {
  return plainNumber.test(stored) ? stored === N : Number(stored) === Number(N);
}

function isAtMost(stored: string, N: string): boolean {
  return plainNumber.test(stored) ? BigInt(stored) <= BigInt(N) : Number(stored) <= Number(N);
}

const isLess = (stored: string, N: string): boolean => isAtMost(stored, N) && !isSame(stored, N);
