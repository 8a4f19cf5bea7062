// The queue's errors: a fixed code, a text without message content, and whether a retry can help.

export type QueueErrorCode =
  /** Body and attributes together are over the bound. */
  | 'QUEUE_MESSAGE_TOO_LONG'
  /** A character, an attribute or an identifier that SQS would refuse. */
  | 'QUEUE_MESSAGE_INVALID'
  /** More than 10 entries, none, or the same entry twice. */
  | 'QUEUE_BATCH_INVALID'
  /** The bytes that wait have reached their bound. */
  | 'QUEUE_FULL'
  /** A write or sync failed: nothing is accepted until the queue is opened again. */
  | 'QUEUE_DISK_FAILED'
  /** The file is not a queue log, or a newer one. */
  | 'QUEUE_NOT_A_LOG'
  | 'QUEUE_CLOSED';

export class QueueError extends Error {
  readonly code: QueueErrorCode;
  /** True when the same call may succeed later. */
  readonly isRetryable: boolean;

  constructor(code: QueueErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'QueueError';
    this.code = code;
    this.isRetryable = code === 'QUEUE_FULL' || code === 'QUEUE_DISK_FAILED';
  }
}
