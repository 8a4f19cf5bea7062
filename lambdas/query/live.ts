// Current activity of the organisation: open sessions, and where users came from in the last 24
// hours. It is computed from the users' newest sessions and cached for half a minute. No row is
// kept for it: an index of open sessions would cost a write per session; this costs half a read
// unit per user, and only while the overview is open.

import type { UnixMs } from '../../domain/accounting-event.ts';
import { cellOf, placeKey, placeLabel } from '../../domain/location.ts';
import type { Session } from '../../domain/session/session.ts';
import { sessionState } from '../../domain/session/session-state.ts';
import type { Live, LivePlace, QueryDeps } from './ports.ts';

/** Users looked at; beyond, counts are lower bounds and say so. */
const usersMax = 2_000;
const usersAtATime = 32;
const sessionsPerUser = 20;
const placesMax = 50;
const dayMs = 24 * 3600 * 1000;

type Source = Pick<QueryDeps, 'store' | 'watermarks'>;

/** Looks at every user once. */
export async function readLive(source: Source, now: UnixMs): Promise<Live> {
  const directory = await source.store.users('', { limit: usersMax });
  const queue = directory.items.map(({ user }) => user);
  const found: Found[] = [];
  const worker = async (): Promise<void> => {
    for (let user = queue.pop(); user !== undefined; user = queue.pop()) {
      const page = { limit: sessionsPerUser };
      const { items } = await source.store.sessions(user, now - dayMs, now + dayMs, page);
      found.push({ user, sessions: items });
    }
  };
  await Promise.all(Array.from({ length: usersAtATime }, worker));
  const known = await withLastWords(source, found);
  const gateways = new Set(found.flatMap(({ sessions }) => sessions.map((s) => s.gatewayId)));
  const restarts = await source.watermarks([...gateways]);
  const isOpen = (session: Session): boolean =>
    sessionState(session, now, restarts.get(session.gatewayId)).state === 'open';
  const open = known.map(({ sessions }) => sessions.filter(isOpen).length);
  return {
    openSessions: open.reduce((sum, count) => sum + count, 0),
    usersConnected: open.filter((count) => count > 0).length,
    places: placesOf(found),
    isComplete: directory.last === undefined,
  };
}

type Found = { readonly user: string; readonly sessions: readonly Session[] };

/** All sessions with their last words, in one look-up. */
async function withLastWords({ store }: Source, found: readonly Found[]): Promise<Found[]> {
  const heard = [...(await store.heard(found.flatMap(({ sessions }) => sessions)))];
  return found.map(({ user, sessions }) => ({ user, sessions: heard.splice(0, sessions.length) }));
}

function placesOf(found: readonly Found[]): readonly LivePlace[] {
  const places = new Map<string, { place: Omit<LivePlace, 'users'>; users: Set<string> }>();
  for (const { user, sessions } of found) {
    for (const { location } of sessions.flatMap(({ sightings }) => sightings)) {
      const key = placeKey(location);
      const known = places.get(key);
      if (known) known.users.add(user);
      else {
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
    }
  }
  return [...places.values()]
    .map(({ place, users }) => ({ ...place, users: users.size }))
    .sort((a, b) => b.users - a.users || (a.key < b.key ? -1 : 1))
    .slice(0, placesMax);
}
