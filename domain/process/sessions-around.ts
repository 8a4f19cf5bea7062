// Which of a user's sessions a judgement looks at: the same ones however many are at hand, because
// more events came along or a page of the table held more. Pure.

import type { UnixMs } from '../accounting-event.ts';
import { travelHorizonMs } from '../detect/judge.ts';
import type { Session } from '../session/session.ts';

/**
 * Sessions of before travel's reach that are judged by as well. A read brings seven: so many are
 * before the judged one also when it is judged again, with itself and two more among them.
 */
const earlierMax = 4;

/**
 * The sessions that a judgement looks at: those within travel's reach, and a few before them.
 * However many are at hand, because other events came along, it is the same ones, in one order:
 * of two that say the same the same one is named.
 */
export function sessionsAround(sessions: readonly Session[], judged: Session): readonly Session[] {
  const reach = judged.startedAt - travelHorizonMs;
  const inOrder = ordered(sessions);
  const kept = earlierThan(inOrder, judged).slice(-earlierMax);
  return inOrder.filter(
    (one) => one.rowStart >= reach || isSameSession(one, judged) || kept.includes(one),
  );
}

/**
 * Since when the user's sessions must be read, to look at the same ones again: where too few of
 * before are at hand, for as long again as they go back.
 * @param sessions those at hand, the judged one among them
 */
export function readSince(sessions: readonly Session[], judged: Session): UnixMs {
  const reach = judged.startedAt - travelHorizonMs;
  if (earlierThan(sessions, judged).length >= earlierMax) return reach;
  const starts = sessions.map(({ rowStart }) => rowStart);
  const oldest = starts.reduce((a, b) => Math.min(a, b));
  const newest = starts.reduce((a, b) => Math.max(a, b));
  return Math.min(reach, oldest - Math.max(1, newest - oldest));
}

const byStart = (a: Session, b: Session): number =>
  a.rowStart - b.rowStart || (a.identity < b.identity ? -1 : 1);

/** Sessions are stored in their order and what is new stands last: mostly nothing is to sort. */
function ordered(sessions: readonly Session[]): readonly Session[] {
  for (let at = 1; at < sessions.length; at += 1) {
    const [before, session] = [sessions[at - 1], sessions[at]];
    if (before && session && byStart(before, session) > 0) return sessions.toSorted(byStart);
  }
  return sessions;
}

const earlierThan = (sessions: readonly Session[], judged: Session): Session[] =>
  sessions.filter((one) => one.rowStart <= judged.startedAt && !isSameSession(one, judged));

/** Whether two are the same row. */
export const isSameSession = (a: Session, b: Session): boolean =>
  a.rowStart === b.rowStart && a.identity === b.identity;
