// A journal record as the table of open sessions takes it: the event, and the octets that identify
// the session. Pure.

import type { AccountingEvent } from '../../domain/accounting-event.ts';
import type { JournalRecord } from '../journal/record.ts';
import type { AttributeSet } from '../radius/attribute-set.ts';
import type { SessionRecord } from './open-sessions.ts';
import { readMarks } from './session-marks.ts';

/** Decodes a record as the shipper does; undefined: it cannot be read. */
export type ToEventOf = (record: JournalRecord) => AccountingEvent | undefined;

export function toSessionRecord(
  record: JournalRecord,
  attributes: AttributeSet,
  toEvent: ToEventOf,
): SessionRecord | undefined {
  const event = toEvent(record);
  if (!event) return undefined;
  const marks = readMarks(attributes);
  const { sessionUserName } = record;
  // A record without User-Name is of whom its session is (decision 0026).
  if (marks.userName !== undefined || sessionUserName === undefined) return { event, marks };
  return { event, marks: { ...marks, userName: Buffer.from(sessionUserName, 'latin1') } };
}
