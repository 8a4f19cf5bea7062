// What of a fold's detections is told once more, in case that it was not written: by the next call,
// or when its events come again. Pure.

import type { Detection } from '../detection.ts';
import type { Pending } from '../profile/profile.ts';

/**
 * What is told again, without what the same fold corrected: that was told before it, and would
 * lend its sentences to what is stored since.
 */
export function toldAgain(pending: Pending | undefined): Pending | undefined {
  if (!pending) return undefined;
  const { detections } = pending;
  const isCorrected = ({ id, revision = 0 }: Detection): boolean =>
    detections.some((other) => other.id === id && (other.revision ?? 0) > revision);
  return { ...pending, detections: detections.filter((one) => !isCorrected(one)) };
}
