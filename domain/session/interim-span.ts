// Spans of a session: of all interims in one span only the first is kept, so that a gateway that
// sends one every few minutes does not cost a write each. A span follows from the event alone, so
// any order of arrival keeps the same interim.

import type { AccountingEvent, UnixMs } from '../accounting-event.ts';
import { interimSpanEndsHours, interimSpanHoursLater } from '../limits.ts';

const hourMs = 3_600_000;
const lastEnd = interimSpanEndsHours.at(-1) ?? 0;
/** Numbers of spans of records without Acct-Session-Time: two hours by the clock. */
const byClockFrom = 100_000;
const byClockMs = 2 * hourMs;

/** The number of the span an interim lies in; later spans have greater numbers. */
export function interimSpan({ time, session }: AccountingEvent): number {
  if (session.seconds === undefined) return byClockFrom + Math.floor(time / byClockMs);
  return spanAt(session.seconds / 3600);
}

/** The number of the span that lies so many hours after the start of a session. */
export function spanAt(hours: number): number {
  if (hours < lastEnd) return interimSpanEndsHours.findIndex((end) => hours < end);
  return interimSpanEndsHours.length + Math.floor((hours - lastEnd) / interimSpanHoursLater);
}

/** When a span of a session that began at `startedAt` ends. */
export function spanEnd(span: number, startedAt: UnixMs): UnixMs {
  if (span >= byClockFrom) return (span - byClockFrom + 1) * byClockMs;
  const later = span - interimSpanEndsHours.length + 1;
  const hours = interimSpanEndsHours[span] ?? lastEnd + later * interimSpanHoursLater;
  return startedAt + hours * hourMs;
}
