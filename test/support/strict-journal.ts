// A journal in memory whose durable callbacks the test releases by hand. It holds what the ack path
// may rely on: `done` never before `release`, never twice.

import type { NewJournalRecord } from '../../relay/journal/record.ts';
import type { JournalWriter } from '../../relay/receive/receiver.ts';

type Waiting = { record: NewJournalRecord; done: (error: Error | undefined, at: number) => void };

export class HandReleasedJournal implements JournalWriter {
  isWritable = true;
  /** What is on disk, in order. */
  readonly records: NewJournalRecord[] = [];
  readonly waiting: Waiting[] = [];

  append(record: NewJournalRecord, done: Waiting['done']): void {
    this.waiting.push({ record, done });
  }

  /** Makes everything that waits durable. */
  release(): void {
    for (const { record, done } of this.waiting.splice(0)) {
      this.records.push(record);
      done(undefined, this.records.length);
    }
  }

  /** Fails everything that waits. */
  fail(): void {
    for (const { done } of this.waiting.splice(0)) done(new Error('disk failed'), 0);
  }
}
