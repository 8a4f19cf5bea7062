// Spans: of all interims of a session in one span only the first is kept, so that a gateway that
// sends one every few minutes does not cost a write each. Spans are told by the clock, not by what
// the record says of its seconds; each session's begin at another minute, so that not all sessions
// write at once. A span follows from time and identity alone: any order keeps the same interim.

import type { UnixMs } from '../accounting-event.ts';
import { interimSpanMs } from '../limits.ts';

/** Numbers of spans by the clock stand above those that older rows counted from the start. */
const byClockFrom = 100_000;

/** The number of the span a time lies in; later spans have greater numbers. */
export function interimSpan(time: UnixMs, identity: string): number {
  return byClockFrom + Math.floor((time + spanOffset(identity)) / interimSpanMs);
}

/** When a span of a session ends. Of older rows, which counted otherwise, nothing is known. */
export function spanEnd(span: number, identity: string): UnixMs {
  if (span < byClockFrom) return 0;
  return (Math.floor(span) - byClockFrom + 1) * interimSpanMs - spanOffset(identity);
}

/** How far ahead of the clock a session's spans begin, ms; even, as the identity is a hash. */
export function spanOffset(identity: string): number {
  let sum = 0;
  for (let at = 0; at < identity.length; at += 1) sum = (sum * 31 + identity.charCodeAt(at)) | 0;
  return (sum >>> 0) % interimSpanMs;
}
