// Networks that matter now: those of detections, and those that users are connected through, each
// once. Pure.

import type { Facet } from '../api/types.ts';

export type NetworkRow = {
  /** Digits. */
  readonly asn: string;
  /** Its organization; empty: not known. */
  readonly name: string;
  /** Of the time. */
  readonly detections: number;
  /** Sessions that are open now. */
  readonly connected: number;
};

/** Those with the most detections first, then those with the most sessions. */
export function networkRows(
  detections: Facet | undefined,
  connected: Facet | undefined,
): readonly NetworkRow[] {
  const rows = new Map<string, NetworkRow>();
  const add = (values: Facet['values'], counted: 'detections' | 'connected'): void => {
    for (const { value, count, label } of values) {
      const asn = /^(?:AS)?([1-9]\d*)$/.exec(value)?.[1];
      if (asn === undefined) continue;
      const known = rows.get(asn) ?? { asn, name: '', detections: 0, connected: 0 };
      const name = known.name || (label ?? '');
      rows.set(asn, { ...known, name, [counted]: known[counted] + count });
    }
  };
  add(detections?.values ?? [], 'detections');
  add(connected?.values ?? [], 'connected');
  return [...rows.values()].sort(
    (a, b) =>
      b.detections - a.detections || b.connected - a.connected || Number(a.asn) - Number(b.asn),
  );
}
