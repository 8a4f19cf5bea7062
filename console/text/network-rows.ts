// Networks that matter now: those of detections, and those that users are connected through, each
// once. Pure.

import type { Facet } from '../api/types.ts';

export type NetworkRow = {
  /** Digits. */
  readonly asn: string;
  /** Its organization; empty: not known. */
  readonly name: string;
  /** Of the time; absent: it is none of the values that the API lists with their number. */
  readonly detections: number | undefined;
  /** Sessions that are open now; absent likewise. */
  readonly connected: number | undefined;
};

/** Of a value that a facet does not list: none, unless there are more values than it lists. */
const unlisted = (facet: Facet | undefined): number | undefined =>
  facet && facet.others > 0 ? undefined : 0;

/** Those with the most detections first, then those with the most sessions. */
export function networkRows(
  detections: Facet | undefined,
  connected: Facet | undefined,
): readonly NetworkRow[] {
  const rows = new Map<string, NetworkRow>();
  const rest = { detections: unlisted(detections), connected: unlisted(connected) };
  const add = (values: Facet['values'], counted: 'detections' | 'connected'): void => {
    for (const { value, count, label } of values) {
      const asn = /^(?:AS)?([1-9]\d*)$/.exec(value)?.[1];
      if (asn === undefined) continue;
      const known = rows.get(asn) ?? { asn, name: '', ...rest };
      const name = known.name || (label ?? '');
      rows.set(asn, { ...known, name, [counted]: (known[counted] ?? 0) + count });
    }
  };
  add(detections?.values ?? [], 'detections');
  add(connected?.values ?? [], 'connected');
  return [...rows.values()].sort(
    (a, b) =>
      (b.detections ?? 0) - (a.detections ?? 0) ||
      (b.connected ?? 0) - (a.connected ?? 0) ||
      Number(a.asn) - Number(b.asn),
  );
}
