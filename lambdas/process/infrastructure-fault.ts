// Faults that time heals, told from those of one event. What is a fault of the event alone ends as
// a dead letter, and its neighbours go on.

/**
 * A fault of a table, of locate or of the network, or a row that others write all the time.
 * Told by what the AWS SDK, Node and our own errors carry; a refused item (ValidationException) is
 * none: the next try would be refused as well.
 */
export function isInfrastructureFault(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  if ('name' in error && error.name === 'ValidationException') return false;
  return '$metadata' in error || 'code' in error || 'isRetryable' in error;
}
