// Sizes of rows that the estimate and docs/benchmarks.md speak of, against those of the sample's
// people after five weeks that came day by day.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { profileParts, rowSizes } from '../../../bench/pipeline/rows.ts';
import { assumptions } from '../../../cli/size/sizing-assumptions.ts';
import { type SampleRows, sampleRows } from '../../support/sample-profiles.ts';

/** As many invocations as a month of workdays has hours: nobody's day is in one. */
const invocations = 100;

let rows: SampleRows;
let sizes: ReturnType<typeof rowSizes>;
beforeAll(async () => {
  rows = await sampleRows(invocations);
  sizes = rowSizes(rows);
}, 60_000);

it('profiles are one write unit at the median, sessions nearly all', () => {
  expect(sizes.profile.rows).toBe(43);
  expect(sizes.profile.median).toBeLessThanOrEqual(1_024);
  expect(sizes.session.median).toBeLessThanOrEqual(1_024);
});

it.each([
  ['profileRowBytes', () => sizes.profile.mean],
  ['sessionRowBytes', () => sizes.session.mean],
  ['profileWriteUnits', () => sizes.profile.units],
  ['sessionWriteUnits', () => sizes.session.units],
  ['lookupRowsPerUser', () => sizes.lookup.rows / sizes.profile.rows],
  ['lookupRowBytesPerUser', () => (sizes.lookup.rows * sizes.lookup.mean) / sizes.profile.rows],
] as const)('%s is what was measured, within 5 %%', (name, measured) => {
  expect(assumptions[name] / measured()).toBeGreaterThan(0.95);
  expect(assumptions[name] / measured()).toBeLessThan(1.05);
});

it('are those that docs/benchmarks.md shows, part by part', () => {
  const text = readFileSync(join(import.meta.dirname, '../../../docs/benchmarks.md'), 'utf8');
  const shown = profileParts(rows).map(([name]) => {
    const line = text.split('\n').find((one) => one.startsWith(`| ${name} |`));
    return Number(line?.split('|')[2]);
  });
  const measured = profileParts(rows).map(([, octets]) => octets);

  for (const [at, octets] of measured.entries()) {
    expect(Math.abs((shown[at] ?? Number.NaN) - octets)).toBeLessThanOrEqual(2 + octets / 10);
  }
});
