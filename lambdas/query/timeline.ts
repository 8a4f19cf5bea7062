// `GET /v1/users/{user}/timeline?from&to`: sessions by UTC day, from a row a month (decision 0045).
// The last two days are counted from their sessions, because those that are open are in no row yet;
// so is a month that was never counted, as far as a page of sessions goes.

import type { UnixMs } from '../../domain/accounting-event.ts';
import {
  bucketsOf,
  type DayBucket,
  dayStart,
  monthOf,
  monthRange,
} from '../../domain/profile/month-days.ts';
import type { QueryDeps } from './ports.ts';
import { type Answer, isAnswer, jsonAnswer, type QueryRequest, rangeOf } from './request.ts';
import { findUser, noSuchUser } from './users.ts';
import { attribution, type Json } from './views.ts';

const dayMs = 24 * 3600 * 1000;
/** Days that are counted from sessions. */
const freshDays = 2;
/** Sessions read where there is no row, and of the last days. */
const sessionsMax = 1_000;

type Days = { readonly days: ReadonlyMap<UnixMs, DayBucket>; readonly isWhole: boolean };

/** Answers with days on which sessions began, oldest first. */
export async function getTimeline(deps: QueryDeps, request: QueryRequest): Promise<Answer> {
  const range = rangeOf(request);
  if (isAnswer(range)) return range;
  const found = await findUser(deps, request);
  if (!found) return noSuchUser();
  const { userKey } = found.profile;
  const from = dayStart(range.from);
  const until = Math.min(range.to, request.now + dayMs);
  const freshFrom = dayStart(request.now) - (freshDays - 1) * dayMs;
  const months = monthsOf(from, Math.min(until, freshFrom));
  const parts = await Promise.all([
    ...months.map((month) => ofMonth(deps, userKey, month)),
    ofSessions(deps, userKey, Math.max(from, freshFrom), until),
  ]);
  const days = new Map<UnixMs, DayBucket>();
  for (const [at, part] of parts.entries()) {
    const isFresh = at === parts.length - 1;
    for (const [day, bucket] of part.days) {
      if (day < from || day >= until || (day >= freshFrom && !isFresh)) continue;
      days.set(day, bucket);
    }
  }
  const sorted = [...days].sort(([a], [b]) => a - b);
  return jsonAnswer({
    days: sorted.map(dayView),
    sessions: sorted.reduce((sum, [, { sessions }]) => sum + sessions, 0),
    isComplete: parts.every(({ isWhole }) => isWhole),
    attribution,
  });
}

const dayView = ([day, { sessions, seconds, places }]: readonly [UnixMs, DayBucket]): Json => ({
  date: new Date(day).toISOString().slice(0, 10),
  sessions,
  seconds,
  places: places.map((one) => ({ ...one })),
});

/** Months that [from, to) lies in. */
function monthsOf(from: UnixMs, to: UnixMs): readonly string[] {
  const months: string[] = [];
  for (let at = from; at < to; at = monthRange(monthOf(at)).to) months.push(monthOf(at));
  return months;
}

async function ofMonth(deps: QueryDeps, userKey: string, month: string): Promise<Days> {
  const { from, to } = monthRange(month);
  const days = await deps.store.month(userKey, month);
  if (!days) return ofSessions(deps, userKey, from, to);
  return { days: byStart(days, from), isWhole: true };
}

/** Counted from sessions, in whole months: days of one month are told apart by their number. */
async function ofSessions(
  { store }: QueryDeps,
  userKey: string,
  from: UnixMs,
  to: UnixMs,
): Promise<Days> {
  if (from >= to) return { days: new Map(), isWhole: true };
  const page = await store.sessions(userKey, from, to, { limit: sessionsMax });
  const heard = await store.heard(page.items);
  const days = new Map<UnixMs, DayBucket>();
  for (const month of monthsOf(from, to)) {
    const own = heard.filter(({ rowStart }) => monthOf(rowStart) === month);
    for (const [day, bucket] of byStart(bucketsOf(own), monthRange(month).from)) {
      days.set(day, bucket);
    }
  }
  return { days, isWhole: page.last === undefined };
}

const byStart = (days: readonly DayBucket[], from: UnixMs): ReadonlyMap<UnixMs, DayBucket> =>
  new Map(days.map((bucket) => [from + (bucket.day - 1) * dayMs, bucket]));
