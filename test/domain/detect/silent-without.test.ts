// What would have kept a detection silent: taking that evidence away silences it, and nothing
// smaller does. That it does so in the judge, basis.test.ts tries over lives.

import fc from 'fast-check';
import { judgementOn } from '../../../domain/detect/judgement.ts';
import { silentWithout } from '../../../domain/detect/silent-without.ts';

type Weighed = readonly [term: string, aspect: string, weight: number];
const basis = (terms: readonly Weighed[], threshold = 2.6, isLearning = false) => ({
  threshold,
  isLearning,
  terms: terms.map(([term, aspect, weight]) => ({ term, aspect, weight, inputs: {} })),
});

it('names what is enough by itself, the lightest first', () => {
  const terms: Weighed[] = [
    ['travel', 'overlapping', 3],
    ['place', 'new-country', 2.9],
    ['device', 'known-device', -2],
  ];
  expect(silentWithout(basis(terms))).toEqual([['place'], ['travel']]);
});

it('names several together where none is enough', () => {
  const terms: Weighed[] = [
    ['place', 'new-country', 3],
    ['network', 'new-network', 2.5],
    ['device', 'new-device', 3],
  ];
  expect(silentWithout(basis(terms, 3.1))).toEqual([
    ['place', 'network'],
    ['device', 'network'],
    ['place', 'device'],
  ]);
});

it('counts on nothing that takes off of what would be gone', () => {
  // Without the place the handover had nothing to take off from: 4 would be left.
  const terms: Weighed[] = [
    ['travel', 'overlapping', 4],
    ['place', 'new-country', 1.5],
    ['handover', 'handover', -1.5],
  ];
  expect(silentWithout(basis(terms))).toEqual([['travel']]);
});

it('names hard evidence alone before the learning gate, and nothing where nothing alerts', () => {
  const terms: Weighed[] = [
    ['travel', 'overlapping', 4],
    ['place', 'new-country', 4],
  ];
  expect(silentWithout(basis(terms, 2.6, true))).toEqual([['travel']]);
  expect(silentWithout(basis([['hour', 'odd-hour', 2]]))).toEqual([]);
});

it('names hard evidence alone of a user who connects seldom, for whom it alerts in full', () => {
  const terms: Weighed[] = [
    ['network-type', 'hosting', 3.8],
    ['place', 'new-country', 4],
  ];
  const gate = { daysSinceFirst: 300, sessionsInMonth: 3 };
  expect(silentWithout({ ...basis(terms), ...gate })).toEqual([['network-type']]);
  expect(silentWithout({ ...basis(terms, 5), ...gate, sessionsInMonth: 20 })).toEqual([
    ['network-type'],
    ['place'],
  ]);
});

const term = fc.tuple(
  fc.constantFrom(
    'travel',
    'burst',
    'network-type',
    'place',
    'network',
    'device',
    'hour',
    'overlap',
  ),
  fc.double({ min: 0.01, max: 6, noNaN: true }),
);
const relief = fc.tuple(
  fc.constantFrom('handover', 'shared-egress', 'cold-start', 'expected', 'hour'),
  fc.double({ min: -4, max: -0.01, noNaN: true }),
);

it('is enough, and nothing smaller is, whatever the weights', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(term, { minLength: 1, maxLength: 6, selector: ([name]) => name }),
      fc.uniqueArray(relief, { maxLength: 2, selector: ([name]) => name }),
      fc.double({ min: 0.5, max: 5, noNaN: true }),
      fc.boolean(),
      (against, reliefs, threshold, isLearning) => {
        const terms = [...against, ...reliefs].map(
          ([name, weight]): Weighed => [name, name, weight],
        );
        const sets = silentWithout(basis(terms, threshold, isLearning));
        const judged = (gone: readonly string[], isRelieved: boolean) => {
          const evidence = terms
            .filter(([name, , weight]) => !(weight > 0 && gone.includes(name)))
            .filter(([, , weight]) => isRelieved || weight > 0)
            .map(([name, aspect, weight]) => ({ term: name, aspect, weight })) as never[];
          const score = terms
            .filter(([name, , weight]) => !(weight > 0 && gone.includes(name)))
            .reduce((sum, [, , weight]) => sum + (isRelieved || weight > 0 ? weight : 0), 0);
          return judgementOn({ score, evidence }, { threshold, isLearning }, {}).severity;
        };
        if (sets.length === 0)
          return judged([], true) === undefined || judged([], false) !== undefined;
        return sets.every(
          (set) =>
            judged(set, true) === undefined &&
            set.length === sets[0]?.length &&
            set.every((name) => set.length === 1 || judged([name], false) !== undefined),
        );
      },
    ),
  );
});
