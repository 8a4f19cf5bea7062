// `GET /v1/addresses/{address}` and `GET /v1/networks/{asn}`: who came from there, since when, how
// often, and which detections name it. Up to 1,000 users are counted exactly and sorted by who came
// last; of more the count is a lower bound and the list goes by name (decision 0044).

import { canonicalClientAddress } from '../../domain/address.ts';
import type { Detection } from '../../domain/detection.ts';
import type { Location, Network } from '../../domain/location.ts';
import type { Profile } from '../../domain/profile/profile.ts';
import type { Tally } from '../../domain/profile/tally.ts';
import { tallyAt } from '../../domain/profile/user-rows.ts';
import { prefixLabel, prefixOf } from '../../domain/session/observation.ts';
import { problem } from '../shared/problem.ts';
import { encodeCursor } from './cursor.ts';
import type { OriginPage, OriginRow } from './origin-ports.ts';
import type { QueryDeps } from './ports.ts';
import {
  type Answer,
  boundTo,
  isAnswer,
  jsonAnswer,
  pageOf,
  type QueryRequest,
} from './request.ts';
import { attribution, type Json, locationView, timeText } from './views.ts';
import { triagedDetections, triagedView } from './with-triage.ts';

/** Users counted exactly. */
const countedMax = 1_000;
/** Profiles read for exact numbers and detections: of all users where they are no more. */
const profilesMax = 100;
/** Detections looked at, and shown. */
const detectionsRead = 60;
const detectionsShown = 25;
const dayMs = 24 * 3600 * 1000;

/** What an address and a network have in common here. */
type Origin = {
  readonly read: (page: { limit: number; after?: string }) => Promise<OriginPage>;
  /** What a profile counts there. */
  readonly tally: (profile: Profile) => Tally | undefined;
  readonly isOf: (detection: Detection) => boolean;
};

/** `GET /v1/addresses/{address}?limit&cursor`; of an IPv6 address its /64. */
export async function getAddress(deps: QueryDeps, request: QueryRequest): Promise<Answer> {
  const address = canonicalClientAddress((request.params['address'] ?? '').trim());
  const key = address === undefined ? undefined : prefixOf(address)?.key;
  if (address === undefined || key === undefined) {
    return problem('not-found', { detail: 'an address is written as 192.0.2.7 or 2001:db8::7' });
  }
  const origin: Origin = {
    read: (page) => deps.origins.addressUsers(key, page),
    tally: (profile) => tallyAt(profile, key),
    isOf: ({ clientAddress }) =>
      clientAddress !== undefined && prefixOf(clientAddress)?.key === key,
  };
  return answerOf(deps, request, origin, (rows, profiles) => {
    const { location, network } = whereOf(rows, profiles);
    return {
      address,
      block: prefixLabel(key),
      ...(location ? { location: locationView(location) } : {}),
      ...(network ? { network } : {}),
    };
  });
}

/** `GET /v1/networks/{asn}?limit&cursor`, as `AS7303` or `7303`. */
export async function getNetwork(deps: QueryDeps, request: QueryRequest): Promise<Answer> {
  const digits = /^(?:AS)?(\d{1,10})$/i.exec(request.params['asn'] ?? '')?.[1];
  if (digits === undefined) {
    return problem('not-found', { detail: 'a network is its AS number, as AS7303 or 7303' });
  }
  const asn = Number(digits);
  const origin: Origin = {
    read: (page) => deps.origins.networkUsers(asn, page),
    tally: ({ networks }) => networks.get(`${asn}`),
    isOf: ({ network }) => network?.asn === asn,
  };
  return answerOf(deps, request, origin, (rows) => {
    const latest = byLast(rows)[0]?.network;
    return latest ? { network: latest } : {};
  });
}

const byLast = (rows: readonly OriginRow[]): readonly OriginRow[] =>
  [...rows].sort((a, b) => b.lastSeen - a.lastSeen || (a.user < b.user ? -1 : 1));

/** Where an address is, by the profiles of who came last. */
function whereOf(
  rows: readonly OriginRow[],
  profiles: ReadonlyMap<string, Profile>,
): { readonly location?: Location; readonly network?: Network } {
  for (const { user, place, asn } of byLast(rows)) {
    const profile = profiles.get(user);
    const known = place === undefined ? undefined : profile?.places.get(place)?.location;
    if (!known) continue;
    const network =
      asn === undefined || known.kind === 'special'
        ? undefined
        : (profile?.networks.get(`${asn}`)?.network ?? known.network);
    return { location: known, ...(network ? { network } : {}) };
  }
  return {};
}

async function answerOf(
  deps: QueryDeps,
  request: QueryRequest,
  origin: Origin,
  headOf: (rows: readonly OriginRow[], profiles: ReadonlyMap<string, Profile>) => Json,
): Promise<Answer> {
  const page = await pageOf(deps, request);
  if (isAnswer(page)) return page;
  const all = await origin.read({ limit: countedMax });
  if (all.rows.length === 0) {
    return problem('not-found', { detail: 'nobody has come from there, as far as rows are kept' });
  }
  const isWhole = all.last === undefined;
  const shown = isWhole ? cutByLast(all.rows, page) : await origin.read(page);
  // Of few all are read: then the numbers of the head are exact.
  const isAllRead = isWhole && all.rows.length <= profilesMax;
  const read = isAllRead ? all.rows : shown.rows;
  const found = await deps.origins.profiles(read.map(({ user }) => user));
  const profiles = new Map(found.map((profile) => [profile.userKey, profile]));
  const exact = (row: OriginRow): OriginRow => exactRow(row, profiles.get(row.user), origin);
  const rows = all.rows.map(exact);
  const detections = await detectionsOf(deps, read, profiles, origin);
  const triaged = await triagedDetections(deps, detections.all.slice(0, detectionsShown));
  const next =
    shown.last === undefined
      ? undefined
      : encodeCursor(await deps.cursorKey(), boundTo(request), shown.last);
  return jsonAnswer({
    ...(headOf(rows, profiles) as { readonly [key: string]: Json }),
    users: rows.length,
    isUsersComplete: isWhole,
    firstSeen: timeText(Math.min(...rows.map(({ firstSeen }) => firstSeen))),
    lastSeen: timeText(Math.max(...rows.map(({ lastSeen }) => lastSeen))),
    sessions: rows.reduce((sum, { sessions }) => sum + sessions, 0),
    isSessionsComplete: isAllRead,
    detections: triaged.map(triagedView),
    isDetectionsComplete:
      isAllRead && detections.isWhole && triaged.length === detections.all.length,
    order: isWhole ? 'last-seen' : 'user',
    items: shown.rows.map(exact).map(({ user, firstSeen, lastSeen, sessions }) => ({
      user,
      firstSeen: timeText(firstSeen),
      lastSeen: timeText(lastSeen),
      sessions,
      detections: detections.all.filter(({ users, userKey }) => (users ?? [userKey]).includes(user))
        .length,
    })),
    ...(next ? { next } : {}),
    attribution,
  });
}

/** A page of all rows, by who came last. The position counts to the day, as rows do. */
function cutByLast(
  rows: readonly OriginRow[],
  { limit, after }: { readonly limit: number; readonly after?: string },
): OriginPage {
  const sorted = byLast(rows);
  const at = after === undefined ? 0 : sorted.findIndex(({ position }) => position === after) + 1;
  const some = sorted.slice(at, at + limit);
  const last = sorted.length > at + limit ? some.at(-1)?.position : undefined;
  return { rows: some, ...(last === undefined ? {} : { last }) };
}

/** What the profile knows is of now; what it has forgotten the row still says. */
function exactRow(row: OriginRow, profile: Profile | undefined, { tally }: Origin): OriginRow {
  const known = profile && tally(profile);
  if (!known) return row;
  return {
    ...row,
    firstSeen: Math.min(row.firstSeen, known.firstSeen),
    lastSeen: Math.max(row.lastSeen, known.lastSeen),
    sessions: Math.max(row.sessions, known.count),
  };
}

/** Detections of these users that name the place, newest first. */
async function detectionsOf(
  { store }: QueryDeps,
  rows: readonly OriginRow[],
  profiles: ReadonlyMap<string, Profile>,
  { isOf }: Origin,
): Promise<{ readonly all: readonly Detection[]; readonly isWhole: boolean }> {
  const ids = new Set<string>();
  for (const { user, firstSeen } of rows) {
    for (const ref of profiles.get(user)?.detections ?? []) {
      if (ref.firstSeen >= firstSeen - dayMs) ids.add(ref.id);
    }
  }
  const newest = [...ids].sort().reverse().slice(0, detectionsRead);
  const found = await Promise.all(newest.map((id) => store.detection(id)));
  const all = found.filter((one) => one !== undefined).filter(isOf);
  return { all, isWhole: newest.length === ids.size };
}
