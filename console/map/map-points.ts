// Converts locations of the API into the points that the map draws.

import type { Activity, Detection, LivePlace, Location, PlaceTally } from '../api/types.ts';
import { distanceKm, type Position } from './geometry.ts';
import type { MapArc, MapPoint, Tone } from './map-types.ts';

/** Only what has coordinates can be drawn; the tables have the rest. */
function pointOf(
  place: Pick<Location, 'key' | 'label' | 'lat' | 'lon' | 'radiusKm'>,
  share: number,
  tone: Tone,
): MapPoint[] {
  const { key, label, lat, lon, radiusKm = 0 } = place;
  return lat === undefined || lon === undefined
    ? []
    : [{ key, label, lat, lon, radiusKm, share, tone }];
}

/** A user's places; those of a detection stand out. */
export function pointsOfPlaces(
  places: readonly PlaceTally[],
  flaggedKeys: ReadonlySet<string>,
): readonly MapPoint[] {
  return places.flatMap((place) =>
    pointOf(place, place.share, flaggedKeys.has(place.key) ? 'alert' : 'usual'),
  );
}

/** A user's places behind a detection: the other end of it stands out, the rest is background. */
export function placesBeside(
  places: readonly PlaceTally[],
  other: Activity | undefined,
): readonly MapPoint[] {
  return places.flatMap((place) =>
    pointOf(place, place.share, place.key === other?.location?.key ? 'usual' : 'quiet'),
  );
}

/** Where users came from today, sized by how many, and what was abnormal. */
export function pointsOfToday(
  places: readonly LivePlace[],
  detections: readonly Detection[],
): readonly MapPoint[] {
  const flagged = pointsOfDetections(detections);
  const flaggedKeys = new Set(flagged.map(({ key }) => key));
  const most = Math.max(1, ...places.map(({ users }) => users));
  const usual = places
    .filter(({ key }) => !flaggedKeys.has(key))
    .flatMap((place) => pointOf(place, place.users / most, 'usual'));
  return [...usual, ...flagged];
}

/** Where detections came from, sized by how many. */
export function pointsOfDetections(detections: readonly Detection[]): readonly MapPoint[] {
  const counts = new Map<string, { place: Detection['place']; count: number }>();
  for (const { place } of detections) {
    const count = (counts.get(place.key)?.count ?? 0) + 1;
    counts.set(place.key, { place, count });
  }
  return [...counts.values()].flatMap(({ place, count }) =>
    pointOf(place, count / detections.length, 'alert'),
  );
}

/** Ways between the places of consecutive sessions, each pair once. */
export function travels(
  activities: readonly Activity[],
  flaggedIds: ReadonlySet<string>,
): readonly MapArc[] {
  const byStart = [...activities].sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
  const arcs = new Map<string, MapArc>();
  for (const [at, activity] of byStart.entries()) {
    const before = byStart[at - 1];
    const [from, to] = [positionOf(before?.location), positionOf(activity.location)];
    if (!(before && from && to) || before.location?.key === activity.location?.key) continue;
    const isFlagged = flaggedIds.has(activity.id) || flaggedIds.has(before.id);
    const pair = [before.location?.key, activity.location?.key].sort().join('\n');
    if (isFlagged || !arcs.has(pair))
      arcs.set(pair, { from, to, tone: isFlagged ? 'alert' : 'quiet' });
  }
  return [...arcs.values()];
}

export type OtherEnd = { readonly activity: Activity; readonly at: Position };

/**
 * The session a travel reason speaks of: the one at another place, of the stated distance. The
 * reason names it in words only; its distance is computed from the very coordinates shown here.
 */
export function otherEndOf(
  detection: Detection,
  activities: readonly Activity[],
): OtherEnd | undefined {
  const here = positionOf(detection.place);
  const stated = detection.reasons.find(({ numbers }) => numbers['distanceKm'] !== undefined);
  if (!(here && stated)) return undefined;
  const toleranceKm = 2;
  return activities
    .filter(({ id, location }) => !detection.sessions.includes(id) && location)
    .flatMap((activity) => {
      const at = positionOf(activity.location);
      return at ? [{ activity, at }] : [];
    })
    .find(({ at }) => {
      const difference = distanceKm(here, at) - (stated.numbers['distanceKm'] ?? 0);
      return Math.abs(difference) <= toleranceKm;
    });
}

export function positionOf(
  place: { readonly lat?: number; readonly lon?: number } | undefined,
): Position | undefined {
  return place?.lat === undefined || place.lon === undefined
    ? undefined
    : { lat: place.lat, lon: place.lon };
}
