// The part of the time range that a timeline shows near: chosen by drawing over it or by steps,
// kept in the address (`zoom=FROM..TO`, RFC 3339), never beyond the range. Pure.

import type { Span } from './lanes.ts';

/** The least that a timeline shows. */
export const zoomMsMin = 3_600_000;

/** The zoom of an address, as far as it lies in the range; undefined: the whole of it. */
export function zoomOf(text: string | null, whole: Span): Span | undefined {
  const [from = Number.NaN, to = Number.NaN] = (text ?? '').split('..').map(Date.parse);
  if (!(from < to)) return undefined;
  return zoomTo({ from, to }, whole);
}

/** As the address keeps it. */
export const zoomText = (span: Span | undefined): string | undefined =>
  span && `${new Date(span.from).toISOString()}..${new Date(span.to).toISOString()}`;

/** A span as it can be shown: inside the range, an hour at least; undefined: all of the range. */
export function zoomTo({ from, to }: Span, whole: Span): Span | undefined {
  const length = Math.max(zoomMsMin, Math.round(to - from));
  if (length >= whole.to - whole.from) return undefined;
  const middle = (from + to) / 2;
  const start = Math.round(Math.min(Math.max(middle - length / 2, whole.from), whole.to - length));
  return { from: start, to: start + length };
}

/** Nearer (above 1) or farther by a factor, around the middle. */
export function zoomedBy(zoom: Span | undefined, factor: number, whole: Span): Span | undefined {
  const { from, to } = zoom ?? whole;
  const [middle, half] = [(from + to) / 2, (to - from) / 2 / factor];
  return zoomTo({ from: middle - half, to: middle + half }, whole);
}

/** Earlier (below 0) or later by a share of what is shown. */
export function zoomMoved(zoom: Span | undefined, share: number, whole: Span): Span | undefined {
  if (!zoom) return undefined;
  const by = (zoom.to - zoom.from) * share;
  return zoomTo({ from: zoom.from + by, to: zoom.to + by }, whole);
}
