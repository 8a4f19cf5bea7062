// A record schema that keeps or refuses every name. valibot's own skips `__proto__`, `prototype`
// and `constructor` without a word: what somebody sent would be taken and not be there.

import * as v from 'valibot';

const skipped = ['__proto__', 'prototype', 'constructor'];

/** Those names of an object that v.record would skip. */
export function skippedNames(value: object): readonly string[] {
  return skipped.filter((name) => Object.hasOwn(value, name));
}

/**
 * As v.record, and refuses the names that it would skip.
 * @param shape what is expected there; the message of every refusal of this record itself
 */
export function recordOf<Value>(value: v.GenericSchema<unknown, Value>, shape: string) {
  return v.pipe(
    v.custom<object>((input) => typeof input === 'object' && input !== null, shape),
    v.check(
      (input) => skippedNames(input).length === 0,
      ({ input }) => `${shape}, and none of the name ${skippedNames(input).join(', ')}`,
    ),
    v.record(v.string(), value, shape),
  );
}
