// Reads DynamoDB expressions as far as the request rules need it: their words, references,
// functions and key conditions. It does not evaluate anything.
// Source: DynamoDB Developer Guide, "Using expressions in DynamoDB" and "Key condition expressions
// for the Query operation".

/** `word`: a bare attribute name; `function`: a name before a bracket; `reference`: `#n`, `:v`. */
export type Token = {
  readonly kind: 'word' | 'keyword' | 'function' | 'reference' | 'operator' | 'other';
  readonly text: string;
};

const tokenForm =
  /[#:][A-Za-z0-9_]+|[A-Za-z_][A-Za-z0-9_]*|<=|>=|<>|[=<>+-]|[(),.[\]]|\d+|\s+|[^\s]/g;
const keywords = new Set('AND OR NOT BETWEEN IN SET REMOVE ADD DELETE'.split(' '));
const operators = new Set(['=', '<', '>', '<=', '>=', '<>', '+', '-', 'AND', 'OR', 'NOT', 'IN']);

/** Splits an expression. */
export function tokensOf(expression: string): Token[] {
  const texts = (expression.match(tokenForm) ?? []).filter((text) => text.trim() !== '');
  return texts.map((text, at) => ({ kind: kindOf(text, texts[at + 1]), text }));
}

function kindOf(text: string, next: string | undefined): Token['kind'] {
  if (/^[#:]./.test(text)) return 'reference';
  if (/^[A-Za-z_]/.test(text)) {
    if (keywords.has(text.toUpperCase())) return 'keyword';
    return next === '(' ? 'function' : 'word';
  }
  return operators.has(text) ? 'operator' : 'other';
}

/** Operators and functions, as the quota of 300 counts them. */
export function operatorsIn(tokens: readonly Token[]): number {
  return tokens.filter(
    ({ kind, text }) =>
      kind === 'function' || kind === 'operator' || operators.has(text.toUpperCase()),
  ).length;
}

/** The number of operands of each IN. */
export function inOperands(tokens: readonly Token[]): number[] {
  return tokens.flatMap(({ kind, text }, at) => {
    if (kind !== 'keyword' || text.toUpperCase() !== 'IN') return [];
    const end = tokens.findIndex((token, index) => index > at && token.text === ')');
    const inside = tokens.slice(at + 2, end < 0 ? tokens.length : end);
    return [inside.filter((token) => token.text === ',').length + 1];
  });
}

/** One comparison of a key condition: attribute (a name or `#name`), operator, operands (`:v`). */
export type KeyCondition = {
  readonly attribute: string;
  readonly operator: string;
  readonly operands: readonly string[];
};

/** The comparisons of a KeyConditionExpression; undefined when it has no form that Query takes. */
export function keyConditionsOf(expression: string): KeyCondition[] | undefined {
  const texts = tokensOf(expression).map(({ text }) => text);
  const conditions: KeyCondition[] = [];
  for (let at = 0; at < texts.length; ) {
    const found = conditionAt(texts, at);
    if (!found) return undefined;
    conditions.push(found.condition);
    at = found.end;
    if (at < texts.length && texts[at]?.toUpperCase() !== 'AND') return undefined;
    at += 1;
  }
  return conditions;
}

function conditionAt(
  texts: readonly string[],
  at: number,
): { readonly condition: KeyCondition; readonly end: number } | undefined {
  const [first = '', second = '', third = '', fourth = '', fifth = '', sixth = ''] = texts.slice(
    at,
    at + 6,
  );
  if (first === 'begins_with') {
    if (second !== '(' || fourth !== ',' || sixth !== ')') return undefined;
    return { condition: { attribute: third, operator: first, operands: [fifth] }, end: at + 6 };
  }
  if (second.toUpperCase() === 'BETWEEN') {
    if (fourth.toUpperCase() !== 'AND') return undefined;
    const operands = [third, fifth];
    return { condition: { attribute: first, operator: 'BETWEEN', operands }, end: at + 5 };
  }
  if (!/^(?:=|<|<=|>|>=)$/.test(second)) return undefined;
  return { condition: { attribute: first, operator: second, operands: [third] }, end: at + 3 };
}

/** Attributes that an UpdateExpression writes, as they stand there (`a`, `#a`). */
export function updatedAttributes(expression: string): string[] {
  const tokens = tokensOf(expression);
  return tokens.flatMap(({ kind, text }, at) => {
    if (kind !== 'word' && !text.startsWith('#')) return [];
    const before = tokens[at - 1];
    const opens =
      before?.text === ',' || /^(?:SET|REMOVE|ADD|DELETE)$/i.test(before?.text ?? 'none');
    const inFunction = tokens.slice(0, at).reduce((depth, token) => depth + bracket(token), 0) > 0;
    return opens && !inFunction ? [text] : [];
  });
}

const bracket = ({ text }: Token): number => (text === '(' ? 1 : text === ')' ? -1 : 0);
