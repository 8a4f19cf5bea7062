// What a replay says of other sensitivities: from near misses, as the settings page counts them.

import type { NearMissRow } from '../../../domain/profile/profile.ts';
import { ReplayReport } from '../../../local/replay/replay-report.ts';
import { morning } from '../../support/events.ts';
import { dayMs } from '../../support/life.ts';

/** A session that every sensitivity alerts about. */
const nearMiss = (day: number, options: Partial<NearMissRow> = {}): NearMissRow => ({
  type: 'near-miss',
  userKey: 'alice',
  rowStart: morning + day * dayMs,
  identity: `s${day}`,
  startedAt: morning + day * dayMs,
  place: 'JP/Tokyo/Tokyo',
  nats: 6,
  gate: 'open',
  ...options,
});

function wouldBe(rows: readonly NearMissRow[], settings = {}): string {
  const report = new ReplayReport(settings);
  for (const row of rows) report.nearlyMissed(row);
  return report.text({ days: 1, users: 1 }).trimEnd().split('\n').at(-1) ?? '';
}

const told = (low: number, high: number): string =>
  `With another sensitivity it would be about ${low}.0 a day at low, ` +
  `about ${high}.0 a day at high.`;

describe('what another sensitivity would bring', () => {
  it('counts a journey once, as it is one detection', () => {
    const onHeld = { onHeld: { whole: 6, since: morning } };
    const others = [1, 2, 3].map((day) => nearMiss(day, { nats: -1, ...onHeld }));

    expect(wouldBe([nearMiss(0), ...others])).toBe(told(1, 1));
    expect(wouldBe([nearMiss(0), nearMiss(2), nearMiss(4)])).toBe(told(3, 3));
  });

  it('counts a session as it was judged last, and none that the gate holds back', () => {
    expect(wouldBe([nearMiss(0), nearMiss(0, { nats: 0 })])).toBe(told(0, 0));
    expect(wouldBe([nearMiss(0, { nats: 0 }), nearMiss(0)])).toBe(told(1, 1));
    expect(wouldBe([nearMiss(0, { gate: 'shut' })])).toBe(told(0, 0));
    expect(wouldBe([nearMiss(0, { gate: 'hard' })])).toBe(told(1, 1));
    expect(wouldBe([nearMiss(0, { gate: 'hard' })], { strictGate: true })).toBe(told(0, 0));
  });

  it('names the levels that are not the one that is set, a budget as what it is', () => {
    expect(wouldBe([nearMiss(0)], { alertsPerThousandPerDay: 10 })).toBe(
      'With another sensitivity it would be about 1.0 a day at low, about 1.0 a day at normal.',
    );
  });
});
