// One line of the project's NDJSON: an accounting event as it crosses the wire
// (docs/wire-format.md).

import * as v from 'valibot';
import type { AccountingEvent } from '../../domain/accounting-event.ts';
import { eventSchema } from '../../wire/event-schema.ts';

/** The event of a line, or what is wrong with it: a path and a rule, nothing of its contents. */
export function readEventLine(line: string): AccountingEvent | { readonly unreadable: string } {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { unreadable: 'it is no JSON' };
  }
  const parsed = v.safeParse(eventSchema, value, { abortEarly: true });
  if (parsed.success) return parsed.output;
  const path = v.getDotPath(parsed.issues[0]);
  return { unreadable: `it is no accounting event: see ${path ?? 'its shape'}` };
}
