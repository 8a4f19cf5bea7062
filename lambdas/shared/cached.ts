// A cache for values that may be slightly stale: settings, keys. One value, one refresh at a time.

/**
 * Wraps a read so that its value serves for `ttlMs`. A failed read is not remembered.
 * `now` is milliseconds since 1970.
 */
export function cached<T>(
  read: () => Promise<T>,
  ttlMs: number,
  now: () => number,
): () => Promise<T> {
  let value: Promise<T> | undefined;
  let readAt = 0;
  return () => {
    if (value && now() - readAt < ttlMs) return value;
    readAt = now();
    const reading = read();
    value = reading;
    reading.catch(() => {
      if (value === reading) value = undefined;
    });
    return reading;
  };
}
