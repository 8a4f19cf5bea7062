// Merging two views of one session: minima, maxima and bounded sets. Every function is commutative,
// associative and idempotent, so the order of arrival leaves no trace.

import type { Device } from '../accounting-event.ts';
import { sessionSightingsMax } from '../limits.ts';
import { canonicalText, isSameValue } from '../plain-value.ts';

/** A value while its one maker puts it together: field by field, without a copy for each. */
export type Building<Value> = { -readonly [Name in keyof Value]: Value[Name] };

// Bounded sets keep the smallest values: a total order, so that merging does not depend on the
// order.
export function smallest(values: readonly string[]): readonly string[] {
  if (values.length < 2) return values;
  return [...new Set(values)].sort().slice(0, sessionSightingsMax);
}

export function union(a: readonly string[], b: readonly string[]): readonly string[] {
  return b.every((value) => a.includes(value)) ? a : smallest([...a, ...b]);
}

/** A total order of descriptions, whatever the order of their fields. */
function isLesser(a: Device, b: Device): boolean {
  return !isSameValue(a, b) && canonicalText(a) < canonicalText(b);
}

export function mergeDevices(a: readonly Device[], b: readonly Device[]): readonly Device[] {
  if (b.every((device) => a.some((known) => isSameValue(known, device)))) return a;
  const byKey = new Map<string, Device>();
  for (const device of [...a, ...b]) {
    const known = byKey.get(device.key);
    if (!known || isLesser(device, known)) byKey.set(device.key, device);
  }
  return [...byKey.values()].sort((x, y) => (x.key < y.key ? -1 : 1)).slice(0, sessionSightingsMax);
}

export const least = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : b === undefined ? a : Math.min(a, b);
export const greatest = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : b === undefined ? a : Math.max(a, b);
export const greater = (a: string | undefined, b: string | undefined): string | undefined =>
  a === undefined ? b : b === undefined ? a : a > b ? a : b;

export function greatestOctets(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined || a === b) return a ?? b;
  return BigInt(a) >= BigInt(b) ? a : b;
}
