// A view of the map that the reader moves: drawn with the pointer, by buttons and by arrow keys.
// Pure; degrees and pixels.

import type { View } from './geometry.ts';
import type { MapPoint } from './map-types.ts';

/** How far the reader went from the view that shows everything. */
export type Moved = { readonly zoom: number; readonly lat: number; readonly lon: number };

export const atRest: Moved = { zoom: 1, lat: 0, lon: 0 };
const zoomMax = 24;
const northMax = 85;

/** The view after a move. */
export function movedView(view: View, { zoom, lat, lon }: Moved): View {
  const center = {
    lat: Math.min(northMax, Math.max(-northMax, view.center.lat + lat)),
    lon: view.center.lon + lon,
  };
  return { ...view, scale: view.scale * zoom, center };
}

/** A drag of so many pixels; the ground stays under the pointer. */
export function dragged(moved: Moved, view: View, dx: number, dy: number): Moved {
  const scale = view.scale * moved.zoom;
  return {
    ...moved,
    lat: moved.lat + dy / scale,
    lon: moved.lon - dx / scale / view.narrowing,
  };
}

/** Nearer or farther by a factor, around the middle. */
export function zoomed(moved: Moved, by: number): Moved {
  const zoom = Math.min(zoomMax, Math.max(1, moved.zoom * by));
  return zoom === 1 ? atRest : { ...moved, zoom };
}

/** Points closer than this are drawn as one, pixels. */
const clusterPx = 22;

/**
 * Points that would hide each other as one: the gravest and largest gives its place and tone, the
 * label says how many there are.
 */
export function clustered(
  points: readonly MapPoint[],
  pixelOf: (point: MapPoint) => { readonly x: number; readonly y: number },
): readonly MapPoint[] {
  const byWeight = [...points].sort(
    (a, b) => Number(b.tone === 'alert') - Number(a.tone === 'alert') || b.share - a.share,
  );
  const groups: { head: MapPoint; x: number; y: number; share: number; keys: string[] }[] = [];
  for (const point of byWeight) {
    const { x, y } = pixelOf(point);
    const near = groups.find((one) => Math.hypot(one.x - x, one.y - y) < clusterPx);
    if (near) {
      near.share = Math.min(1, near.share + point.share);
      near.keys.push(point.key);
    } else groups.push({ head: point, x, y, share: point.share, keys: [point.key] });
  }
  return groups.map(({ head, share, keys }) =>
    keys.length === 1
      ? head
      : { ...head, share, label: `${head.label} and ${keys.length - 1} more`, members: keys },
  );
}
