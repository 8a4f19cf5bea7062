// Joins what stands under a key of before into a user's profile (decision 0025): facts are added
// up, what was learned is weighed together, and an entry of `recent` says that it was done, so that
// neither a crash nor a second writer adds it twice. Pure.

import {
  profileAddressesMax,
  profileDetectionsMax,
  profileDevicesMax,
  profileGatewaysMax,
  profileNetworksMax,
  profilePlacesMax,
  profileRecentMin,
  profileSpellingsMax,
} from '../limits.ts';
import { daysAt } from './days.ts';
import { joinLearned } from './held.ts';
import type { Pending, Profile } from './profile.ts';
import type { RecentSession } from './recent.ts';
import { joinTallies } from './tally.ts';
import { joinTraffic } from './traffic.ts';
import { allIndexRows } from './user-rows.ts';

type Hash = (text: string) => string;

/** The identity of the entry of `recent` that stands for a key of before. */
function joinedIdentity(formerKey: string, hash: Hash): string {
  return hash(`joined\0${formerKey}`).slice(0, 12);
}

/** Whether the profile holds what stood under that key. */
export function hasJoined(profile: Profile | undefined, formerKey: string, hash: Hash): boolean {
  const identity = joinedIdentity(formerKey, hash);
  return profile?.recent.some((entry) => entry.identity === identity) === true;
}

/** The identity of a session of another user once it is this one's. */
export function identityUnder(
  userKey: string,
  { gatewayId, sessionId }: { readonly gatewayId: string; readonly sessionId: string },
  hash: Hash,
): string {
  return hash(`${gatewayId}\0${sessionId}\0${userKey}`).slice(0, 12);
}

/**
 * The profile with what stood under a key of before; as it is when it holds that already.
 * Its `pending` has the rows that show the user by place, device and name.
 */
export function joinProfiles(own: Profile, former: Profile, hash: Hash): Profile {
  if (hasJoined(own, former.userKey, hash)) return own;
  const { userKey } = own;
  const lastSeen = Math.max(own.lastSeen, former.lastSeen);
  const ownDays = daysAt(own, lastSeen);
  const formerDays = daysAt(former, lastSeen);
  const entry: RecentSession = {
    rowStart: Math.floor(former.firstSeen / 1000) * 1000,
    identity: joinedIdentity(former.userKey, hash),
    counted: [],
  };
  const traffic = joinTraffic(own.traffic ?? [], former.traffic ?? []);
  const joined: Profile = {
    ...own,
    ...(traffic.length > 0 ? { traffic } : {}),
    spellings: [...new Set([...own.spellings, ...former.spellings])]
      .sort()
      .slice(0, profileSpellingsMax),
    firstSeen: Math.min(own.firstSeen, former.firstSeen),
    lastSeen,
    sessions: own.sessions + former.sessions,
    places: joinTallies(own.places, former.places, profilePlacesMax),
    addresses: joinTallies(own.addresses, former.addresses, profileAddressesMax),
    networks: joinTallies(own.networks, former.networks, profileNetworksMax),
    devices: joinTallies(own.devices, former.devices, profileDevicesMax),
    gateways: joinTallies(own.gateways, former.gateways, profileGatewaysMax),
    hours: own.hours.map((count, at) => count + (former.hours[at] ?? 0)),
    days: ownDays.map((count, at) => count + (formerDays[at] ?? 0)),
    learned: joinLearned(own.learned, former.learned),
    detections: [
      ...own.detections,
      ...former.detections
        .filter(({ id }) => own.detections.every((one) => one.id !== id))
        .map((one) => ({ ...one, isFinal: true as const })),
    ]
      .sort((a, b) => b.firstSeen - a.firstSeen || (a.id < b.id ? -1 : 1))
      .slice(0, profileDetectionsMax),
    recent: [entry, ...own.recent].slice(0, Math.max(profileRecentMin, own.recent.length)),
  };
  return { ...joined, pending: pendingOf(joined, own.pending, former.pending, userKey) };
}

function pendingOf(joined: Profile, own: Pending, former: Pending, userKey: string): Pending {
  const detections = former.detections.map((one) => ({ ...one, userKey }));
  return {
    detections: [...own.detections, ...detections],
    indexRows: [...own.indexRows, ...allIndexRows(joined)],
  };
}
