// Distinguishes transient infrastructure faults from faults of a single event. An event that fails
// for its own reasons becomes a dead letter, and the other events proceed.

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
