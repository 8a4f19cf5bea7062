// Conditions that the quick way takes, and those it leaves to dynalite. That both ways answer alike
// is held by quick-tables.test.ts.

import { checkOf } from '../../../local/tables/quick-condition.ts';

const one = { ':one': { N: '1' } };
const named = { '#version': 'version' };
const stored = (N: string) => ({ pk: { S: 'u' }, version: { N } });

it('tests absence, sameness and numbers, and any of several', () => {
  const isNew = checkOf('attribute_not_exists(pk) OR #version <= :one', named, one);

  expect([undefined, stored('1'), stored('0.5'), stored('2')].map((item) => isNew?.(item))).toEqual(
    [true, true, true, false],
  );
  expect(checkOf('version = :one', {}, one)?.(stored('1'))).toBe(true);
  expect(checkOf('version = :one', {}, one)?.(stored('1.0'))).toBe(true);
  expect(checkOf('version = :one', {}, one)?.(undefined)).toBe(false);
  expect(checkOf(undefined)?.(undefined)).toBe(true);
  const isOlder = checkOf('attribute_not_exists(w) OR w < :one', {}, one);
  const written = (N: string) => ({ pk: { S: 'u' }, w: { N } });
  expect([undefined, written('0'), written('1'), written('1.0')].map((w) => isOlder?.(w))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

it('counts what an update uses of the values', () => {
  const both = { ...one, ':two': { N: '2' } };

  expect(checkOf('version = :one', {}, both)).toBeUndefined();
  expect(checkOf('version = :one', {}, both, new Set([':two']))).toBeDefined();
});

it.each([
  ['another comparison', 'version > :one', {}, one],
  ['what must hold together', 'version = :one AND version = :one', {}, one],
  ['a name that is not given', '#version = :one', {}, one],
  ['a value that is not given', 'version = :one', {}, {}],
  ['a name too many', 'version = :one', named, one],
  ['a value too many', 'attribute_not_exists(pk)', {}, one],
  ['a name that may be reserved', 'count = :one', {}, one],
  ['a number with a point', 'version = :one', {}, { ':one': { N: '1.5' } }],
  ['a text that is to be less', 'digest <= :one', {}, { ':one': { S: 'a' } }],
  ['octets', 'digest = :one', {}, { ':one': { B: new Uint8Array([1]) } }],
])('leaves %s to dynalite', (_what, condition, names, values) => {
  expect(checkOf(condition, names, values)).toBeUndefined();
});
