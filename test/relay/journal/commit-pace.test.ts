// How commits are made, as a property of what arrives and how long syncs take.

import fc from 'fast-check';
import { CommitPace } from '../../../relay/journal/commit-pace.ts';

const quickMs = fc.double({ min: 0.02, max: 0.5, noNaN: true });
const small = 400;

/** A pace that has seen `commits` syncs of `ms` each, with `arrived` records during each. */
function paceAfter(commits: number, ms: number, arrived: (turn: number) => number): CommitPace {
  const pace = new CommitPace(true);
  for (let turn = 0; turn < commits; turn += 1) pace.committed(ms, arrived(turn));
  return pace;
}

describe('the pace of commits', () => {
  it('never waits for company while none came during a sync, however fast packets follow', () => {
    fc.assert(
      fc.property(fc.array(quickMs, { maxLength: 500 }), (syncs) => {
        const pace = new CommitPace(true);
        for (const ms of syncs) {
          expect(pace.gatherMs(1)).toBe(0);
          pace.committed(ms, 0);
        }
        expect(pace.gatherMs(1)).toBe(0);
      }),
    );
  });

  it('waits two usual syncs at most and 0.4 ms, and not where company is there already', () => {
    fc.assert(
      fc.property(quickMs, fc.nat({ max: 20 }), fc.nat({ max: 500 }), (ms, arrived, commits) => {
        const pace = paceAfter(commits, ms, () => arrived);
        expect(pace.gatherMs(1)).toBeLessThanOrEqual(Math.min(0.4, 2 * ms + 1e-9));
        expect(pace.gatherMs(4)).toBe(0);
      }),
    );
  });

  it('waits longer the more arrives, and stops soon after nothing does', () => {
    // At 500, 2,000 and 5,000 packets/s a sync of 0.15 ms sees one in 13, in 3, in 1.3.
    const [rare, some, many] = [13, 3, 1.3].map((every) =>
      paceAfter(300, 0.15, (turn) => Math.floor((turn + 1) / every) - Math.floor(turn / every)),
    );
    expect(rare?.gatherMs(1)).toBe(0);
    // A record waits as long as two syncs times those it may expect meanwhile.
    expect(some?.gatherMs(1)).toBe(0);
    expect(many?.gatherMs(1)).toBeGreaterThan(0.2);
    expect(many?.gatherMs(1)).toBeLessThan(0.26);
    for (let turn = 0; turn < 80; turn += 1) many?.committed(0.15, 0);
    expect(many?.gatherMs(1)).toBe(0);
  });

  it('leaves syncs to the pool while they are slow, then tries again', () => {
    const pace = paceAfter(100, 0.15, () => 0);
    expect(pace.wayOf(1, small, true)).toBe('direct');
    // One that took long is nobody's habit; many are.
    pace.committed(4, 0);
    expect(pace.wayOf(1, small, true)).toBe('direct');
    for (let turn = 0; turn < 10; turn += 1) pace.committed(4, 1);
    for (let turn = 0; turn < 512; turn += 1) {
      expect(pace.gatherMs(1)).toBe(0);
      expect(pace.wayOf(1, small, true)).toBe('split');
    }
    expect(pace.wayOf(1, small, true)).toBe('direct');
  });

  it('never stands still while answers wait, for many records, or where it must not', () => {
    const pace = paceAfter(100, 0.15, () => 1);
    expect(pace.wayOf(1, small, false)).toBe('split');
    expect(pace.wayOf(8, 8 * small, true)).toBe('split');
    expect(pace.wayOf(100, 100 * small, true)).toBe('pool');
    expect(new CommitPace(false).wayOf(1, small, true)).toBe('pool');
  });
});
