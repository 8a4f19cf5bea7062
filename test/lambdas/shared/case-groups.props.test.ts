// Cases are a function of the final rows and of what was split: any order, any range that reaches
// far enough, the same cases; bounded in time and size; an id of before leads to what holds its
// members now.

import fc from 'fast-check';
import {
  type CaseSplit,
  caseMembersMax,
  caseOfId,
  caseReachMs,
  casesOf,
} from '../../../lambdas/shared/case-groups.ts';
import { caseDayOf, caseKeysOf, readCaseId } from '../../../lambdas/shared/case-keys.ts';
import type { DetectionRow } from '../../../lambdas/shared/detection-row.ts';
import { runs } from '../../support/property-runs.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const start = Date.UTC(2026, 10, 20);
const burstDay = start / dayMs + 2;

const row = (at: number, parts: Partial<DetectionRow>): DetectionRow => ({
  id: `d${`${at}`.padStart(3, '0')}`,
  user: `user${at % 7}`,
  gateway: 'asa',
  severity: 'high',
  score: 90,
  kind: 'abnormal-vpn-connection',
  asn: 0,
  country: 'AR',
  place: '',
  device: '',
  address: '',
  firstSeen: start,
  lastSeen: start,
  isLearning: false,
  isImported: false,
  burst: '',
  isNetworkNew: true,
  isPlaceNew: true,
  isWithdrawn: false,
  decision: undefined,
  ...parts,
});

const few = (prefix: string, count: number) =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constant('') },
    { weight: 3, arbitrary: fc.nat(count - 1).map((n) => `${prefix}${n}`) },
  );

const anyRows: fc.Arbitrary<DetectionRow[]> = fc
  .array(
    fc.record({
      firstSeen: fc.integer({ min: 0, max: 12 * 24 * 4 }).map((n) => start + (n * hourMs) / 4),
      address: few('203.0.113.', 4),
      asn: fc.constantFrom(0, 0, 7303, 3215),
      device: few('dev', 4),
      place: few('place', 3),
      burst: fc.constantFrom('', '', '', `${burstDay}:burstone`, `${burstDay + 1}:bursttwo`),
      isWithdrawn: fc.nat(9).map((n) => n === 0),
      isNetworkNew: fc.boolean(),
    }),
    { maxLength: 40 },
  )
  .map((parts) => parts.map((one, at) => row(at, one)));

const anySplits = (rows: readonly DetectionRow[]): fc.Arbitrary<CaseSplit[]> =>
  rows.length === 0
    ? fc.constant([])
    : fc
        .array(
          fc.subarray(
            rows.map(({ id }) => id),
            { minLength: 1, maxLength: Math.min(4, rows.length) },
          ),
          {
            maxLength: 3,
          },
        )
        .map((sets) => sets.map((detections, at) => ({ id: `split${at}`, at, detections })));

const anyRowsAndSplits = anyRows.chain((rows) =>
  fc.record({ rows: fc.constant(rows), splits: anySplits(rows) }),
);

const shapeOf = (cases: ReturnType<typeof casesOf>) =>
  cases.map(({ id, members }) => `${id}: ${members.map((one) => one.id).join(' ')}`).sort();

const all = { numRuns: runs(400) };

it('makes the same cases of any order, repeats and corrections included', () => {
  fc.assert(
    fc.property(anyRowsAndSplits, fc.array(fc.nat()), ({ rows, splits }, turns) => {
      const mixed = turns.reduce((some, turn) => {
        const at = turn % Math.max(1, some.length);
        return [...some.slice(at), ...some.slice(0, at)].reverse();
      }, rows);
      // What a row said before a correction or a withdrawal counts no more.
      const before = rows.map((one) => ({ ...one, address: '203.0.113.99', isWithdrawn: true }));
      const again = casesOf([...before, ...mixed, ...mixed], [...splits].reverse());
      expect(shapeOf(again)).toEqual(shapeOf(casesOf(rows, splits)));
    }),
    all,
  );
});

it('finds the case of a detection in the rows around it alone', () => {
  fc.assert(
    fc.property(anyRowsAndSplits, ({ rows, splits }) => {
      const whole = casesOf(rows, splits);
      for (const { firstSeen, id } of rows.slice(0, 5)) {
        const near = rows.filter((one) => Math.abs(one.firstSeen - firstSeen) <= caseReachMs);
        const of = (cases: ReturnType<typeof casesOf>) =>
          shapeOf(cases.filter(({ members }) => members.some((one) => one.id === id)));
        // A split is made of rows wherever they are.
        if (splits.some(({ detections }) => detections.includes(id))) continue;
        expect(of(casesOf(near, splits))).toEqual(of(whole));
      }
    }),
    all,
  );
});

it('keeps cases apart, bounded and reachable', () => {
  fc.assert(
    fc.property(anyRowsAndSplits, ({ rows, splits }) => {
      const cases = casesOf(rows, splits);
      const members = cases.flatMap((one) => one.members);
      expect(new Set(members.map(({ id }) => id)).size).toBe(members.length);
      expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length);
      const split = new Map(splits.flatMap(({ id, detections }) => detections.map((d) => [d, id])));
      for (const one of cases) {
        expect(caseOfId(cases, one.id)).toBe(one);
        if (!one.key) continue;
        expect(one.members.length >= 2 && one.members.length <= caseMembersMax).toBe(true);
        expect(readCaseId(one.id)).toBeDefined();
        const days = one.members.map(caseDayOf);
        expect(Math.max(...days) - Math.min(...days) <= 1).toBe(true);
        expect(one.members.every(({ id }) => !split.has(id))).toBe(true);
      }
      expect(members.every((one) => !one.isWithdrawn)).toBe(true);
    }),
    all,
  );
});

it('has every member of a burst in one case', () => {
  fc.assert(
    fc.property(anyRows, (rows) => {
      for (const day of [burstDay, burstDay + 1]) {
        const folded = rows.filter(
          (one) => one.burst.startsWith(`${day}:`) && !one.isWithdrawn && caseDayOf(one) === day,
        );
        const holding = casesOf(rows).filter(({ members }) =>
          members.some((one) => folded.includes(one)),
        );
        expect(holding.length <= 1).toBe(true);
        if (folded.length > 1) {
          const [only] = holding;
          expect(folded.every((one) => only?.members.includes(one))).toBe(true);
        }
      }
    }),
    all,
  );
});

it('leads an id of before to a case that holds what it was made of', () => {
  fc.assert(
    fc.property(anyRows, (rows) => {
      for (const one of casesOf(rows.slice(0, -3))) {
        const now = caseOfId(casesOf(rows), one.id);
        const keys = new Set(one.members.flatMap(caseKeysOf).map(({ value }) => value));
        expect(now?.members.some((row) => caseKeysOf(row).some((k) => keys.has(k.value)))).toBe(
          true,
        );
      }
    }),
    all,
  );
});

it('cuts a case of very many into cases of 200, the earliest first', () => {
  const rows = Array.from({ length: 450 }, (_, at) =>
    row(at, { address: '203.0.113.1', firstSeen: start + at * 1000 }),
  );
  const cases = casesOf([...rows].reverse());
  expect(cases.map(({ members }) => members.length)).toEqual([200, 200, 50]);
  expect(cases.map(({ id }) => id.replace(/^.*?(?=\.|$)/, ''))).toEqual(['', '.2', '.3']);
});

it('parts what comes back day after day at the second midnight', () => {
  const rows = Array.from({ length: 6 }, (_, at) =>
    row(at, { address: '203.0.113.1', firstSeen: start + at * 23 * hourMs }),
  );
  expect(casesOf(rows).map(({ members }) => members.map(({ id }) => id))).toEqual([
    ['d000', 'd001', 'd002'],
  ]);
});
