import fc from 'fast-check';
import { rangeOf, rangeParametersOf, rangeQuery } from '../../../console/text/range.ts';
import { runs } from '../../support/property-runs.ts';

const dayMs = 24 * 3600 * 1000;
const ofText = (text: string) => rangeOf(new URLSearchParams(text));

describe('the time range of the page', () => {
  it('is 30 days where the address names none, or something that is none', () => {
    for (const text of ['', 'range=P1Y', 'from=2026-01-01', 'from=x&to=y', 'from=2020&to=2026']) {
      expect([text, rangeQuery(ofText(text))]).toEqual([text, { from: 'P30D' }]);
    }
  });

  it('comes back from the address as it was put there', () => {
    const start = fc.integer({ min: 0, max: 4e12 });
    const days = fc.integer({ min: 1, max: 180 });
    fc.assert(
      fc.property(start, days, (from, count) => {
        const text = (time: number): string => new Date(time).toISOString();
        const range = {
          kind: 'between',
          from: text(from),
          to: text(from + count * dayMs),
        } as const;
        const parameters = Object.entries(rangeParametersOf(range)).flatMap(([name, value]) =>
          value === undefined ? [] : [[name, value]],
        );

        expect(rangeOf(new URLSearchParams(parameters as [string, string][]))).toEqual(range);
      }),
      { numRuns: runs(200) },
    );
  });
});
