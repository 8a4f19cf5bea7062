// Which of a user's sessions a judgement looks at: the same ones however many are at hand, because
// more events came along or a page of the table held more. Pure.

import { travelHorizonMs } from '../detect/judge.ts';
import type { Session } from '../session/session.ts';

/** Sessions of before travel's reach that are judged by as well: a read brings as many. */
const earlierMax = 7;

/**
 * The sessions that a judgement looks at: those within travel's reach, and a few before them.
 * However many are at hand, because other events came along, it is the same ones.
 */
export function sessionsAround(sessions: readonly Session[], judged: Session): readonly Session[] {
  // What is not before the judged one is near, and of those before as many are looked at.
  if (sessions.length <= earlierMax) return sessions;
  const reach = judged.startedAt - travelHorizonMs;
  const before = sessions.filter(
    (one) => one.rowStart <= judged.startedAt && !isSameSession(one, judged),
  );
  const newest = before
    .sort((a, b) => b.rowStart - a.rowStart || (a.identity < b.identity ? -1 : 1))
    .slice(0, earlierMax);
  const kept = new Set(newest);
  return sessions.filter(
    (one) => one.rowStart >= reach || isSameSession(one, judged) || kept.has(one),
  );
}

/** Whether two are the same row. */
export const isSameSession = (a: Session, b: Session): boolean =>
  a.rowStart === b.rowStart && a.identity === b.identity;
