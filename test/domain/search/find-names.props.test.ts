// The names that the search knows: any part of any name is found, whatever it is made of, and
// packing them, in any cut and order, loses none.

import fc from 'fast-check';
import { comparedText, NameIndex } from '../../../domain/search/find-names.ts';
import {
  joinNames,
  type KnownName,
  nameKinds,
  packNames,
  unpackNames,
} from '../../../domain/search/known-names.ts';
import { runs } from '../../support/property-runs.ts';

const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 });
const name: fc.Arbitrary<KnownName> = fc.record({
  kind: fc.constantFrom(...nameKinds),
  key: text,
  label: fc.oneof(fc.constant(''), text),
  note: fc.oneof(fc.constant(''), text),
});

it('finds every name by every part of it', () => {
  fc.assert(
    fc.property(fc.array(name, { maxLength: 30 }), fc.nat(), fc.nat(), (names, at, cut) => {
      const set = joinNames(names);
      const one = set[at % Math.max(1, set.length)];
      if (!one) return;
      const characters = [...one.key];
      const from = cut % characters.length;
      const part = characters.slice(from, from + 1 + (cut % 5)).join('');
      const found = new NameIndex(set).find(part, set.length);
      const ofKind = found.find(({ kind }) => kind === one.kind);

      // A mark alone is no text: without its letter nothing is left to look for.
      if (comparedText(one.key).includes(comparedText(part))) {
        expect(ofKind?.names).toContainEqual(one);
      }
      for (const { total, names: some } of found) expect(some.length).toBe(total);
    }),
    { numRuns: runs(400) },
  );
});

it('finds names beyond U+FFFF, with space before them, in any case, without marks', () => {
  const user = (key: string): KnownName => ({ kind: 'user', key, label: '', note: '' });
  const index = new NameIndex(['😀 anna', ' lead', 'zoë@contoso.com', 'maria.weber'].map(user));
  const keys = (part: string): string[] =>
    index.find(part, 8).flatMap(({ names }) => names.map(({ key }) => key));

  expect(keys('😀')).toEqual(['😀 anna']);
  expect(keys(' lead')).toEqual([' lead']);
  expect(keys('ZOE')).toEqual(['zoë@contoso.com']);
  expect(keys('Zoë')).toEqual(['zoë@contoso.com']);
  expect(keys('weber')).toEqual(['maria.weber']);
  expect(keys('')).toEqual([]);
});

it('answers what is the text first, then what begins so, then words, and counts the rest', () => {
  const user = (key: string): KnownName => ({ kind: 'user', key, label: '', note: '' });
  const index = new NameIndex(joinNames(['banana', 'x.an', 'anna', 'an', 'hannah'].map(user)));

  const [users] = index.find('an', 4);

  expect(users?.names.map(({ key }) => key)).toEqual(['an', 'anna', 'x.an', 'banana']);
  expect(users?.total).toBe(5);
});

it('packs names so that any cut and order of them comes back as the same set', () => {
  fc.assert(
    fc.property(fc.array(name, { maxLength: 40 }), fc.nat(), (names, cut) => {
      const set = joinNames(names);
      const at = cut % (set.length + 1);
      const parts = [set.slice(at), set.slice(0, at)].map((some) => unpackNames(packNames(some)));

      expect(joinNames(...parts)).toEqual(set);
      expect(unpackNames(packNames(set))).toEqual(set);
    }),
    { numRuns: runs(400) },
  );
});
