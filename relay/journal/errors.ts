// What can go wrong with the journal, as a small family with fixed codes.
// Messages name files and sizes, never what a record holds.

import { errorText, systemErrorCode } from '../errors.ts';

export type JournalErrorCode =
  | 'JOURNAL_FULL'
  | 'JOURNAL_DISK_FAILED'
  | 'JOURNAL_CLOSED'
  | 'JOURNAL_BUSY'
  | 'JOURNAL_RECORD_INVALID'
  | 'JOURNAL_NEWER'
  | 'JOURNAL_LOCKED'
  | 'JOURNAL_STATE_DAMAGED';

export class JournalError extends Error {
  readonly code: JournalErrorCode;

  constructor(code: JournalErrorCode, message: string, cause?: unknown) {
    super(`${code}: ${message}`, cause === undefined ? undefined : { cause });
    this.name = 'JournalError';
    this.code = code;
  }
}

/** True when the disk, a quota or a file size limit is used up: it heals when space returns. */
export function isOutOfSpace(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(systemErrorCode(error));
}

/** What a failed write, sync or creation means for the relay. */
export function troubleOf(error: unknown, directory: string): JournalError {
  const what = systemErrorCode(error) || errorText(error);
  const code = isOutOfSpace(error) ? 'JOURNAL_FULL' : 'JOURNAL_DISK_FAILED';
  const hint = isOutOfSpace(error) ? 'make room' : 'check the disk';
  return new JournalError(
    code,
    `${directory} could not be written (${what}); gateways get no answer: ${hint}`,
    error,
  );
}
