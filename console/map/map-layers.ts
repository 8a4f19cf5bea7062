// What the map of the organisation shows: layers that the reader switches, of one day or of the
// whole time range. Every place once; its gravest layer gives its tone. Pure.

import type { ListedDetection, LivePlace } from '../api/types.ts';
import { isNewCountry } from '../text/headline.ts';
import type { MapPoint } from './map-types.ts';

export const layers = ['usual', 'new', 'detections', 'uncertainty'] as const;
export type Layer = (typeof layers)[number];

/** A place as the list beside the map shows it. */
export type MapPlace = {
  readonly key: string;
  readonly label: string;
  readonly cell?: string | undefined;
  /** Users of the last 24 hours; 0: none, or not among the places that are counted. */
  readonly users: number;
  /** Of what is shown, newest first. */
  readonly detections: readonly ListedDetection[];
  readonly hasNewCountry: boolean;
  readonly point: MapPoint | undefined;
};

const dayMs = 24 * 3600 * 1000;

/** A UTC day, such as 2026-11-23, as the API is asked for it. */
export const dayQuery = (day: string) => ({
  from: `${day}T00:00:00Z`,
  to: new Date(Date.parse(day) + dayMs).toISOString(),
});

/** UTC days of a span, first to last. */
export function daysOf({ from, to }: { readonly from: number; readonly to: number }) {
  const days: string[] = [];
  for (let at = Math.floor(from / dayMs) * dayMs; at < to; at += dayMs) {
    days.push(new Date(at).toISOString().slice(0, 10));
  }
  return days;
}

type Where = Pick<LivePlace, 'key' | 'label' | 'lat' | 'lon' | 'radiusKm' | 'cell'>;

type Held = { readonly where: Where; readonly users: number; readonly own: ListedDetection[] };

/** Places with what is shown of them: those with detections first, then by users. */
export function placesOf(
  live: readonly LivePlace[],
  detections: readonly ListedDetection[],
  shown: ReadonlySet<Layer>,
): readonly MapPlace[] {
  const wanted = detections.filter((one) =>
    isNewCountry(one) ? shown.has('new') : shown.has('detections'),
  );
  const places = new Map<string, Held>();
  for (const place of shown.has('usual') ? live : []) {
    places.set(place.key, { where: place, users: place.users, own: [] });
  }
  for (const detection of wanted) {
    const { place } = detection;
    const known: Held = places.get(place.key) ?? { where: place, users: 0, own: [] };
    known.own.push(detection);
    places.set(place.key, known);
  }
  const most = Math.max(1, ...[...places.values()].map(({ users, own }) => users + own.length));
  return [...places.values()]
    .map(({ where, users, own }) => ({
      key: where.key,
      label: where.label,
      cell: where.cell,
      users,
      detections: own,
      hasNewCountry: own.some(isNewCountry),
      point: pointOf(where, users + own.length, most, own.length > 0, shown.has('uncertainty')),
    }))
    .sort((a, b) => b.detections.length - a.detections.length || b.users - a.users);
}

function pointOf(
  { key, label, lat, lon, radiusKm = 0 }: Where,
  count: number,
  most: number,
  isAlert: boolean,
  hasDisc: boolean,
): MapPoint | undefined {
  if (lat === undefined || lon === undefined) return undefined;
  const tone = isAlert ? 'alert' : 'usual';
  return { key, label, lat, lon, radiusKm: hasDisc ? radiusKm : 0, share: count / most, tone };
}
