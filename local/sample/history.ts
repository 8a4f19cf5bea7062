// Five weeks of the sample organisation before its morning, so that its users have habits when the
// morning begins: each with their own line and device, at their own hours, five days a week, now
// and then from a second place. The gateways kept these records, as one does that cannot reach its
// server: they state their age by Acct-Delay-Time. Same seed, same weeks.

import type { UnixMs } from '../../domain/accounting-event.ts';
import { type PlannedRecord, planSession, seededRandom } from './day.ts';
import { guessedAccount, stolenAccount, type Visit, visits } from './sample-users.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const historyDays = 35;
/** Share of workdays with a second session after lunch. */
const secondSessionShare = 0.85;
/** Share of sessions from the second place of those who have one. */
const secondPlaceShare = 0.2;
/** Above the counts of the morning: no session id is taken twice. */
const firstCount = 20_000;

/** Whose second visit of the morning is not their own. */
const misused: readonly string[] = [stolenAccount, guessedAccount];

/** Visits by person, as they are typed in different ways. The thieves have no history. */
function habits(): readonly (readonly Visit[])[] {
  const byPerson = new Map<string, Visit[]>();
  for (const visit of visits) {
    const person = visit.account.toLowerCase();
    const known = byPerson.get(person) ?? [];
    if (misused.includes(person) && known.length > 0) continue;
    byPerson.set(person, [...known, visit]);
  }
  return [...byPerson.values()];
}

/**
 * Two sessions a workday of everybody, in time order: about 4,000 records.
 * Workdays are counted from the morning's own day, so that it is a workday on any day of the week.
 */
export function planHistory(morningStart: UnixMs): readonly PlannedRecord[] {
  const random = seededRandom(20_261_018);
  const records: PlannedRecord[] = [];
  let count = firstCount;
  for (let daysAgo = historyDays; daysAgo > 0; daysAgo -= 1) {
    if (daysAgo % 7 === 1 || daysAgo % 7 === 2) continue;
    for (const [home, ...others] of habits()) {
      if (!home) continue;
      const turns = random() < secondSessionShare ? 2 : 1;
      for (let turn = 0; turn < turns; turn += 1) {
        const other = others[Math.floor(random() * others.length)];
        const visit = other && random() < secondPlaceShare ? other : home;
        const minute = home.fromMinute + turn * 290 + Math.floor(random() * 40);
        const start = morningStart - daysAgo * dayMs + minute * minuteMs;
        const seconds = 60 * Math.floor(60 + random() * 150);
        count += 1;
        records.push(...sessionRecords(visit, count, start, seconds, random));
      }
    }
  }
  return records.sort((a, b) => a.time - b.time);
}

function sessionRecords(
  visit: Visit,
  count: number,
  start: UnixMs,
  seconds: number,
  random: () => number,
): readonly PlannedRecord[] {
  const session = planSession(visit, count, start, random);
  const about = { gateway: visit.gateway, session, sessionId: session.id, isKept: true } as const;
  const octetsIn = Math.round(seconds * (4_000 + random() * 60_000));
  const usage = { seconds, octetsIn, octetsOut: octetsIn * 9 };
  return [
    { ...about, kind: 'start', time: start },
    { ...about, kind: 'stop', time: start + seconds * 1000, usage },
  ];
}
