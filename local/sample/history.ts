// Five weeks of the sample organisation before its morning, so that its users have habits when the
// morning begins: each with their own line and device, at their own hours, on every day of the
// week, now and then from a second place. The gateways kept these records, as one does that cannot
// reach its server: they state their age by Acct-Delay-Time. Same seed, same weeks. All days of a
// week are alike, so that the day on which the sample is played is no evidence.

import type { UnixMs } from '../../domain/accounting-event.ts';
import { type PlannedRecord, planSession, seededRandom } from './day.ts';
import { guessedAccount, stolenAccount, type Visit, visits } from './sample-users.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const historyWeeks = 5;
const weekDays = 7;
/** Share of the weeks in which somebody has a second session after lunch, day by day. */
const secondSessionShare = 0.35;
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

/** A session or two a day of everybody, in time order: about 4,000 records. */
export function planHistory(morningStart: UnixMs): readonly PlannedRecord[] {
  const random = seededRandom(20_261_018);
  const records: PlannedRecord[] = [];
  const people = habits();
  let count = firstCount;
  let weekOf = new Map<Visit, Week>();
  for (let daysAgo = historyWeeks * weekDays; daysAgo > 0; daysAgo -= 1) {
    if (daysAgo % weekDays === 0) weekOf = weekOfAll(people, random);
    for (const [home, ...others] of people) {
      if (!home) continue;
      const { turns, minute: about } = weekOf.get(home) ?? { turns: 1, minute: home.fromMinute };
      for (let turn = 0; turn < turns; turn += 1) {
        const other = others[Math.floor(random() * others.length)];
        const visit = other && random() < secondPlaceShare ? other : home;
        const minute = aroundMinute(about + turn * 290, random);
        const start = morningStart - daysAgo * dayMs + minute * minuteMs;
        const seconds = 60 * Math.floor(60 + random() * 150);
        count += 1;
        records.push(...sessionRecords(visit, count, start, seconds, random));
      }
    }
  }
  return records.sort((a, b) => a.time - b.time);
}

/** What somebody does on each day of a week. */
type Week = { readonly turns: number; readonly minute: number };

/** The weeks of everybody, by their first visit. */
function weekOfAll(people: readonly (readonly Visit[])[], random: () => number): Map<Visit, Week> {
  const weeks = new Map<Visit, Week>();
  for (const [home] of people) {
    if (!home) continue;
    const turns = random() < secondSessionShare ? 2 : 1;
    weeks.set(home, { turns, minute: home.fromMinute + Math.floor(random() * 40) });
  }
  return weeks;
}

/** Some minutes around a minute, in the same hour: all days of a week have as many sessions. */
function aroundMinute(minute: number, random: () => number): number {
  const hour = Math.floor(minute / 60) * 60;
  return hour + Math.min(59, Math.max(0, minute - hour + Math.floor(random() * 15) - 7));
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
