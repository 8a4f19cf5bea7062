// The ledger's arithmetic: whatever the order, the union is the union, and no hole is ever hidden.

import fc from 'fast-check';
import {
  addCoverage,
  coverageOf,
  type Ledger,
  ledgerIntervalsMax,
} from '../../../lambdas/shared/coverage.ts';

const range = fc
  .tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 8 }))
  .map(([first, more]) => ({ firstPosition: first, lastPosition: first + more }));

const batches = fc
  .array(range, { minLength: 1, maxLength: 25 })
  .map((ranges) => ranges.map((r, index) => ({ epoch: 1, sequence: index + 1, ...r })));

/** The holes below the highest covered position, position by position. */
function missing(covered: { firstPosition: number; lastPosition: number }[]): number[] {
  const seen = new Set<number>();
  for (const { firstPosition, lastPosition } of covered) {
    for (let p = firstPosition; p <= lastPosition; p += 1) seen.add(p);
  }
  return Array.from({ length: Math.max(...seen) }, (_, i) => i + 1).filter((p) => !seen.has(p));
}

describe('addCoverage', () => {
  it('reports exactly the missing positions, in whatever order batches were processed', () => {
    fc.assert(
      fc.property(
        batches.chain((list) =>
          fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
        ),
        ([list, shuffled]) => {
          let ledger: Ledger | undefined;
          for (const [index, batch] of shuffled.entries()) {
            ledger = addCoverage(ledger, [batch, batch], 1000 + index);
          }

          const coverage = coverageOf(ledger as Ledger);
          const positions = coverage.holes.flatMap(({ first, last }) =>
            Array.from({ length: last - first + 1 }, (_, i) => first + i),
          );
          expect(positions).toEqual(missing(list));
          expect(coverage.sequence).toBe(list.length);
          expect(coverageOf(addCoverage(undefined, list, 1))).toMatchObject({
            coveredTo: coverage.coveredTo,
            highest: coverage.highest,
          });
        },
      ),
    );
  });

  it('dates a hole from the first batch seen beyond it, also when a straggler splits it', () => {
    const at = (firstPosition: number, lastPosition: number) => [
      { epoch: 1, sequence: 1, firstPosition, lastPosition },
    ];

    let ledger = addCoverage(undefined, at(1, 10), 100);
    ledger = addCoverage(ledger, at(31, 40), 200);
    ledger = addCoverage(ledger, at(21, 25), 300);
    ledger = addCoverage(ledger, at(41, 50), 400);

    expect(coverageOf(ledger)).toMatchObject({
      coveredTo: 10,
      highest: 50,
      holes: [
        { first: 11, last: 20, since: 200 },
        { first: 26, last: 30, since: 200 },
      ],
    });
  });

  it('shows a hole too many rather than one too few when there are too many to keep', () => {
    let ledger: Ledger | undefined;
    for (let n = 0; n < ledgerIntervalsMax + 10; n += 1) {
      const position = 2 + n * 2;
      ledger = addCoverage(
        ledger,
        [{ epoch: 1, sequence: n + 1, firstPosition: position, lastPosition: position }],
        n,
      );
    }

    const coverage = coverageOf(ledger as Ledger);

    expect(ledger?.intervals).toHaveLength(ledgerIntervalsMax);
    expect(coverage.holes).toHaveLength(ledgerIntervalsMax);
    expect(coverage.highest).toBe(ledgerIntervalsMax * 2);
  });

  it('knows the newest batch by its epoch first', () => {
    const batch = { firstPosition: 1, lastPosition: 1 };
    const ledger = addCoverage(
      undefined,
      [
        { epoch: 2, sequence: 1, ...batch },
        { epoch: 1, sequence: 9, ...batch },
      ],
      5,
    );

    expect(ledger).toMatchObject({ epoch: 2, sequence: 1, lastSeen: 5 });
  });
});
