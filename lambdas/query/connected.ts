// Who is connected now: the index of open sessions (decision 0027) as the API reads it. What is
// shared by the list and the summary is worked out once for both, at most twice a minute.

import type { UnixMs } from '../../domain/accounting-event.ts';
import {
  distanceKm,
  type Located,
  type Location,
  placeKey,
  placelessNetworks,
} from '../../domain/location.ts';
import { lastAddressOf } from '../../domain/session/last-word.ts';
import { listedState, type OpenSession } from '../../domain/session/open-session.ts';
import type { SessionRules } from '../../domain/session/session-rules.ts';
import type { Sighting } from '../../domain/session/sighting.ts';
import type { Connected, ConnectedSession, OpenRead, QueryDeps } from './ports.ts';

export type ConnectedSource = {
  readonly openSessions: () => Promise<OpenRead>;
  readonly watermarks: QueryDeps['watermarks'];
  readonly rules: () => Promise<SessionRules>;
};

/** Reads the index; what has ended by a rule is left out. */
export async function readConnected(source: ConnectedSource, now: UnixMs): Promise<Connected> {
  const { sessions, visits, isWhole } = await source.openSessions();
  const rules = await source.rules();
  const gateways = [...new Set(sessions.map(({ session }) => session.gatewayId))];
  const restarts = gateways.length === 0 ? new Map() : await source.watermarks(gateways);
  const listed: ConnectedSession[] = [];
  for (const open of sessions) {
    const { session } = open;
    const { isGone, ...state } = listedState(session, now, restarts.get(session.gatewayId), rules);
    if (isGone) continue;
    const sighting = lastSightingOf(open);
    const read = state as ConnectedSession['state'];
    listed.push({ ...open, state: read, ...(sighting ? { sighting } : {}) });
  }
  const isComplete = isWhole;
  return { sessions: withDistances(listed), visits, isComplete, asOf: now, restarts, rules };
}

function lastSightingOf({ session }: OpenSession): Sighting | undefined {
  const { sightings } = session;
  const last = lastAddressOf(session);
  return sightings.find(({ address }) => address === last) ?? sightings.at(-1);
}

/** Nearer than this two places may be one: a line that changes, a border of the location data. */
const apartKmMin = 100;
/** Of one user; a shared account may have thousands of sessions, from a few places. */
const placesPerUserMax = 24;

/** Says of whoever is at two places at once how far they are apart. */
function withDistances(listed: readonly ConnectedSession[]): readonly ConnectedSession[] {
  const users = new Map<string, ConnectedSession[]>();
  for (const one of listed) {
    if (one.state.state !== 'open') continue;
    const known = users.get(one.userKey);
    if (known) known.push(one);
    else users.set(one.userKey, [one]);
  }
  const apart = new Map<string, number>();
  for (const [userKey, sessions] of users) {
    const km = sessions.length < 2 ? 0 : farthestKm(sessions);
    if (km >= apartKmMin) apart.set(userKey, km);
  }
  return listed.map((one) => {
    const apartKm = one.state.state === 'open' ? apart.get(one.userKey) : undefined;
    return apartKm === undefined ? one : { ...one, apartKm };
  });
}

/** The greatest distance between two of the places, less the radii of both. */
function farthestKm(sessions: readonly ConnectedSession[]): number {
  const places = new Map<string, Located>();
  for (const { sighting } of sessions) {
    const location = sighting && placed(sighting.location);
    if (location && places.size < placesPerUserMax) places.set(placeKey(location), location);
  }
  const all = [...places.values()];
  let farthest = 0;
  for (const [at, here] of all.entries()) {
    for (const there of all.slice(at + 1)) {
      const km = distanceKm(here, there) - here.radiusKm - there.radiusKm;
      farthest = Math.max(farthest, km);
    }
  }
  return Math.round(farthest);
}

/** A location that says where the user is. */
function placed(location: Location): Located | undefined {
  if (location.kind !== 'located') return undefined;
  return placelessNetworks.has(location.network.type) ? undefined : location;
}
