// The values of RFC attributes by attribute, as value-lines.ts has them.

import { valueLines } from './value-lines.ts';

export type ValueTable = {
  /** Number and name of the attribute. */
  readonly attribute: number;
  readonly name: string;
  readonly values: readonly (readonly [name: string, value: number])[];
};

export const valueTables: readonly ValueTable[] = valueLines.map((line) => {
  const [attribute = '', name = '', ...words] = line.split(' ');
  const values = words.map((word): readonly [string, number] => {
    const equals = word.lastIndexOf('=');
    return [word.slice(0, equals), Number(word.slice(equals + 1))];
  });
  return { attribute: Number(attribute), name, values };
});
