// Current activity of the organisation, for the summary: how many are connected, and where users
// came from in the last 24 hours. It rests on the index of open sessions: no user is looked at.

import { cellOf, placeKey, placeLabel } from '../../domain/location.ts';
import type { Visit } from '../../domain/session/open-session.ts';
import type { Connected, Live, LivePlace } from './ports.ts';

/** Places listed; of the others it is said how many there are. */
const placesMax = 50;

/** Counts who is connected. */
export function liveOf({ sessions, visits, isComplete }: Connected): Live {
  const open = sessions.filter(({ state }) => state.state === 'open');
  const users = new Set(open.map(({ userKey }) => userKey));
  const apart = new Set(open.flatMap((one) => (one.apartKm === undefined ? [] : one.userKey)));
  return {
    openSessions: open.length,
    silentSessions: sessions.length - open.length,
    usersConnected: users.size,
    usersAtTwoPlaces: apart.size,
    ...placesOf(visits),
    isComplete,
  };
}

/** Places by how many users were there, most first, and how many more there are. */
export function placesOf(
  visits: readonly Pick<Visit, 'user' | 'location'>[],
): Pick<Live, 'places' | 'otherPlaces'> {
  const places = new Map<string, { place: Omit<LivePlace, 'users'>; users: Set<string> }>();
  for (const { user, location } of visits) {
    const key = placeKey(location);
    const known = places.get(key);
    if (known) {
      known.users.add(user);
      continue;
    }
    const label = placeLabel(location);
    const where =
      location.kind === 'located'
        ? {
            lat: location.lat,
            lon: location.lon,
            radiusKm: location.radiusKm,
            cell: cellOf(location),
          }
        : {};
    places.set(key, { place: { key, label, ...where }, users: new Set([user]) });
  }
  const sorted = [...places.values()]
    .map(({ place, users }) => ({ ...place, users: users.size }))
    .sort((a, b) => b.users - a.users || (a.key < b.key ? -1 : 1));
  return {
    places: sorted.slice(0, placesMax),
    otherPlaces: Math.max(0, sorted.length - placesMax),
  };
}
