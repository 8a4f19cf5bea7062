// `GET /v1/places`: places that users have come from, by name, by detections, or by how many were
// there today. Which there are is at hand (decision 0043); who was there is read for the places of
// the page alone, and so far only that a page costs less than 400 read units (decision 0048):
// beyond that, what is told is "at least".

import type { UnixMs } from '../../domain/accounting-event.ts';
import { placeKey } from '../../domain/location.ts';
import type { KnownName } from '../../domain/search/known-names.ts';
import { type Counts, countByName, nameOrderOf, pageByKey, pageByNumber } from './by-detections.ts';
import type { Connected, PlaceUserRow, QueryDeps } from './ports.ts';
import {
  type Answer,
  isAnswer,
  listAnswer,
  pageOf,
  type QueryRequest,
  rangeOf,
} from './request.ts';
import { type JsonObject, timeText } from './views.ts';

const sorts = ['name', 'detections', 'today'] as const;
const limits = { byDefault: 25, max: 25 } as const;
/** Users of a cell that are counted: some 100 octets each. */
const usersMax = 250;
/** Users of a place whose profiles are asked for sessions. */
const profilesMax = 5;

/** `GET /v1/places?search&sort&order&from&to&limit&cursor`. */
export async function listPlaces(deps: QueryDeps, request: QueryRequest): Promise<Answer> {
  const page = await pageOf(deps, request, limits);
  if (isAnswer(page)) return page;
  const range = rangeOf(request);
  if (isAnswer(range)) return range;
  const order = nameOrderOf(request, sorts);
  if (isAnswer(order)) return order;
  const [{ index, isWhole }, counting, connected] = await Promise.all([
    deps.names(),
    countByName(deps, range, 'place'),
    deps.connected(),
  ]);
  const today = usersToday(connected);
  const names = index.all('place', request.query['search']?.trim());
  const numberOf = (name: KnownName): number =>
    order.by === 'today' ? (today.get(name.key)?.users ?? 0) : counting.of(name).detections;
  const found =
    order.by === 'name'
      ? pageByKey(names, page, order.isAscending)
      : pageByNumber(names, numberOf, page, order.isAscending);
  const seen = await whoWasThere(deps, found.items);
  const view = (name: KnownName): JsonObject => ({
    ...placeView(name, counting.of(name)),
    ...seenView(seen.get(name.key), today.get(name.key)),
  });
  return listAnswer(deps, request, found, view, {
    total: names.length,
    isTotalComplete: isWhole,
    isDetectionsComplete: counting.isComplete,
    isTodayComplete: connected.isComplete,
  });
}

type Today = { readonly users: number; readonly lastSeen: UnixMs };
const knownToday = new WeakMap<Connected, ReadonlyMap<string, Today>>();

/** Users of the last 24 hours by place, and when the last of them was there. */
function usersToday(connected: Connected): ReadonlyMap<string, Today> {
  const known = knownToday.get(connected);
  if (known) return known;
  const places = new Map<string, { users: Set<string>; lastSeen: UnixMs }>();
  for (const { user, location, time } of connected.visits) {
    const key = placeKey(location);
    const place = places.get(key) ?? { users: new Set(), lastSeen: time };
    place.users.add(user);
    place.lastSeen = Math.max(place.lastSeen, time);
    places.set(key, place);
  }
  const counted = [...places].map(
    ([key, { users, lastSeen }]) => [key, { users: users.size, lastSeen }] as const,
  );
  const today = new Map(counted);
  knownToday.set(connected, today);
  return today;
}

/** What is known of who was at a place. */
type Seen = {
  readonly users: number;
  readonly isUsersComplete: boolean;
  readonly firstSeen: UnixMs | undefined;
  readonly lastSeen: UnixMs | undefined;
  readonly sessions: number;
  readonly isSessionsComplete: boolean;
};

async function whoWasThere(
  deps: QueryDeps,
  names: readonly KnownName[],
): Promise<ReadonlyMap<string, Seen>> {
  const cells = [...new Set(names.map(({ note }) => note))].filter((cell) => cell !== '');
  const pages = new Map(
    await Promise.all(
      cells.map(
        async (cell) => [cell, await deps.store.cellUsers(cell, { limit: usersMax })] as const,
      ),
    ),
  );
  const usersOf = ({ key, note }: KnownName): readonly PlaceUserRow[] =>
    pages.get(note)?.items.filter(({ place }) => place === key) ?? [];
  const asked = names.flatMap((name) => usersOf(name).slice(0, profilesMax));
  const profiles = await deps.origins.profiles([...new Set(asked.map(({ user }) => user))]);
  const byUser = new Map(profiles.map((profile) => [profile.userKey, profile]));
  return new Map(
    names.map((name) => {
      const rows = usersOf(name);
      const tallies = rows.slice(0, profilesMax).map(({ user }) => {
        return byUser.get(user)?.places.get(name.key);
      });
      const isUsersComplete = pages.get(name.note)?.last === undefined;
      const counted = tallies.filter((tally) => tally !== undefined);
      return [
        name.key,
        {
          users: rows.length,
          isUsersComplete,
          firstSeen: least(rows.map(({ firstSeen }) => firstSeen)),
          lastSeen: most(counted.map(({ lastSeen }) => lastSeen)),
          sessions: counted.reduce((sum, { count }) => sum + count, 0),
          // A profile keeps the places of late: of one that it dropped it says nothing.
          isSessionsComplete: isUsersComplete && counted.length === rows.length,
        },
      ] as const;
    }),
  );
}

const least = (times: readonly UnixMs[]): UnixMs | undefined =>
  times.length === 0 ? undefined : Math.min(...times);
const most = (times: readonly UnixMs[]): UnixMs | undefined =>
  times.length === 0 ? undefined : Math.max(...times);

function placeView({ key, note }: KnownName, { detections, unresolved }: Counts): JsonObject {
  const [country = '', region, city] = key.split('/');
  const near = city || region;
  return {
    place: key,
    label: near ? `${near}, ${country}` : country,
    ...(note === '' ? {} : { cell: note }),
    detections,
    unresolved,
  };
}

function seenView(seen: Seen | undefined, today: Today | undefined): JsonObject {
  const lastSeen = most([seen?.lastSeen, today?.lastSeen].filter((time) => time !== undefined));
  return {
    users: seen?.users ?? 0,
    isUsersComplete: seen?.isUsersComplete ?? false,
    usersToday: today?.users ?? 0,
    sessions: seen?.sessions ?? 0,
    isSessionsComplete: seen?.isSessionsComplete ?? false,
    ...(seen?.firstSeen === undefined ? {} : { firstSeen: timeText(seen.firstSeen) }),
    ...(lastSeen === undefined ? {} : { lastSeen: timeText(lastSeen) }),
  };
}
