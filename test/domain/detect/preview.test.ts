// The preview of another sensitivity: what it counts from near misses equals what a replay of the
// same records with that sensitivity raises.

import type { AccountingEvent } from '../../../domain/accounting-event.ts';
import { previewOf } from '../../../domain/detect/preview.ts';
import { isWithdrawn } from '../../../domain/detection.ts';
import type { NearMissRow } from '../../../domain/profile/profile.ts';
import type { DetectionSettings } from '../../../domain/settings.ts';
import { eventOf, hourMs, minuteMs, morning } from '../../support/events.ts';
import { dayMs, london, makeOrganization, tokyo } from '../../support/life.ts';

const nextTown = '2.125.160.216';
const lyon = '86.208.1.1';
const users = 8;
const historyDays = 31;
const days = 9;

/** Users at home every day; in the last days one of them elsewhere, now and then. */
function life(): readonly AccountingEvent[] {
  const events: AccountingEvent[] = [];
  for (let day = -historyDays; day < days; day += 1) {
    for (let user = 0; user < users; user += 1) {
      const odd = day >= 0 ? (user * 7 + day * 5) % 9 : 9;
      const address = { 0: tokyo, 1: nextTown, 2: lyon, 3: nextTown }[odd] ?? london;
      const device = odd === 2 || odd === 3 ? `NEW-${user}-${day}` : `PC-${user}`;
      const at = morning + day * dayMs + (odd === 1 ? 14 : user % 5) * hourMs;
      const about = { user: `u${user}`, sessionId: `${user}/${day}`, address, device };
      events.push(eventOf({ ...about, at }));
      events.push(eventOf({ ...about, kind: 'stop', at: at + 50 * minuteMs, seconds: 3000 }));
    }
  }
  return events.sort((a, b) => a.time - b.time);
}

async function played(detection: DetectionSettings) {
  const { store, play } = makeOrganization({ detection });
  await play(life());
  const raised = [...store.detections.values()].filter(
    (one) => one.kind !== 'connection-burst' && !isWithdrawn(one),
  );
  const rows = new Map<string, NearMissRow>();
  for (const row of store.indexRows.values()) {
    if (row.type === 'near-miss') rows.set(`${row.userKey} ${row.rowStart} ${row.identity}`, row);
  }
  return { raised: raised.length, rows: [...rows.values()] };
}

it('equals a replay with that sensitivity within 5 %', async () => {
  const normal = await played({});
  expect(previewOf(normal.rows, {}, {})).toMatchObject({ more: [], fewer: [], isAbout: false });
  for (const sensitivity of ['low', 'normal', 'high'] as const) {
    const replayed = sensitivity === 'normal' ? normal : await played({ sensitivity });
    const { asked } = previewOf(normal.rows, {}, { sensitivity });
    expect(replayed.raised).toBeGreaterThan(5);
    expect(Math.abs(asked - replayed.raised)).toBeLessThanOrEqual(
      Math.max(1, Math.round(0.05 * replayed.raised)),
    );
  }
}, 60_000);

const row = (options: Partial<NearMissRow>): NearMissRow => ({
  type: 'near-miss',
  userKey: 'alice',
  rowStart: morning,
  identity: 'a',
  startedAt: morning,
  place: 'JP/Tokyo/Tokyo',
  nats: 3,
  gate: 'open',
  ...options,
});

it('names what would be raised more, and what less', () => {
  const rows = [
    row({}),
    row({ userKey: 'bob', nats: 2 }),
    row({ userKey: 'bob', nats: 1.8, startedAt: morning + hourMs }),
    row({ userKey: 'cem', nats: 5 }),
  ];
  const high = previewOf(rows, {}, { sensitivity: 'high' });
  expect(high).toMatchObject({ current: 2, asked: 3, fewer: [], isAbout: false });
  expect(high.more.map(({ userKey, startedAt }) => [userKey, startedAt])).toEqual([
    ['bob', morning],
  ]);
  const low = previewOf(rows, {}, { sensitivity: 'low' });
  expect(low).toMatchObject({ current: 2, asked: 1, more: [] });
  expect(low.fewer.map(({ userKey }) => userKey)).toEqual(['alice']);
});

it('lets through what the gate does, and folds a day', () => {
  const rows = [
    row({ gate: 'hard' }),
    row({ userKey: 'bob', gate: 'shut', nats: 9 }),
    row({ startedAt: morning + 23 * hourMs, rowStart: morning + 23 * hourMs }),
    row({ startedAt: morning + 25 * hourMs, rowStart: morning + 25 * hourMs }),
  ];
  expect(previewOf(rows, {}, { strictGate: true })).toMatchObject({ current: 2, asked: 1 });
  const [hard] = rows;
  expect(previewOf([hard as NearMissRow], {}, { strictGate: true })).toMatchObject({
    current: 1,
    asked: 0,
    fewer: [{ userKey: 'alice' }],
  });
});

it('says where the numbers are about so', () => {
  const { isAbout } = previewOf([], {}, { alertsPerThousandPerDay: 40 });
  expect(isAbout).toBe(true);
});
