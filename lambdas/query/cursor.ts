// Cursors are opaque to the client and tamper-evident: a position, bound to the path it came from.
// The partition always comes from the path, never from a cursor, so a cursor opens no other user's
// rows.

import { createHmac, timingSafeEqual } from 'node:crypto';

const tagBytes = 12;

/** Wraps the position `after` for use with `path` only. */
export function encodeCursor(key: string, path: string, after: string): string {
  const body = Buffer.from(after, 'utf8');
  return Buffer.concat([tagOf(key, path, body), body]).toString('base64url');
}

/** @returns the position, or undefined when the cursor was not made by us for this path. */
export function decodeCursor(key: string, path: string, cursor: string): string | undefined {
  const bytes = Buffer.from(cursor, 'base64url');
  if (bytes.length <= tagBytes || bytes.toString('base64url') !== cursor) return undefined;
  const body = bytes.subarray(tagBytes);
  const isOurs = timingSafeEqual(bytes.subarray(0, tagBytes), tagOf(key, path, body));
  return isOurs ? body.toString('utf8') : undefined;
}

function tagOf(key: string, path: string, body: Buffer): Buffer {
  const mac = createHmac('sha256', key).update(path).update('\0').update(body).digest();
  return mac.subarray(0, tagBytes);
}
