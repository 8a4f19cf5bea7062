// `GET /v1/sessions/open`: who is connected now, by gateway, country, network, place or user. The
// whole of it is at hand (connected.ts): a page is cut from what the filters leave, in one of three
// orders, and the total is exact while the index is.

import { placeKey } from '../../domain/location.ts';
import { identityUnder } from '../../domain/profile/join-profiles.ts';
import { foldText } from '../../domain/user-name.ts';
import { sha256Hash } from '../shared/hash.ts';
import { problem } from '../shared/problem.ts';
import { encodeCursor } from './cursor.ts';
import { cut, type Position } from './cut.ts';
import { noValue } from './detection-filter.ts';
import { placesOf } from './live.ts';
import type { Connected, ConnectedSession, QueryDeps } from './ports.ts';
import {
  type Answer,
  boundTo,
  isAnswer,
  jsonAnswer,
  oneOrMore,
  pageOf,
  type QueryRequest,
} from './request.ts';
import { activityView, attribution, type Json, locationView, timeText } from './views.ts';

/** Parameters that choose sessions. */
export const openFilters = ['gateway', 'country', 'asn', 'place', 'user', 'state'] as const;

const orders = ['newest', 'oldest', 'two-places'] as const;
type Order = (typeof orders)[number];
const states = ['open', 'silent'] as const;

/** What a session is sorted by, ascending. */
const positionOf: Readonly<Record<Order, (one: ConnectedSession) => Position>> = {
  newest: ({ session, key }) => [-session.startedAt, key],
  oldest: ({ session, key }) => [session.startedAt, key],
  'two-places': ({ session, key, userKey, apartKm = 0 }) => [
    -apartKm,
    userKey,
    -session.startedAt,
    key,
  ],
};

/** `GET /v1/sessions/open?gateway&country&asn&place&user&state&order&limit&cursor`. */
export async function listOpenSessions(deps: QueryDeps, request: QueryRequest): Promise<Answer> {
  const page = await pageOf(deps, request);
  if (isAnswer(page)) return page;
  const order = request.query['order'] ?? 'newest';
  if (!isOrder(order)) return invalid('order', orders.join(', '));
  const isWanted = filterOf(request);
  if (isAnswer(isWanted)) return isWanted;
  const connected = await deps.connected();
  const found = connected.sessions.filter(
    (one) => isWanted(one) && (order !== 'two-places' || one.apartKm !== undefined),
  );
  const { items, last } = cut(found, positionOf[order], page);
  const counts = page.after === undefined ? countsOf(request, connected, found) : undefined;
  const next = last && encodeCursor(await deps.cursorKey(), boundTo(request), last);
  return jsonAnswer({
    items: items.map((one) => openSessionView(one, connected, request)),
    ...(next ? { next } : {}),
    total: found.length,
    isTotalComplete: connected.isComplete,
    asOf: timeText(connected.asOf),
    ...(counts ? { counts } : {}),
    attribution,
  });
}

const isOrder = (text: string): text is Order => orders.some((order) => order === text);

/** Values listed of a filter. */
const valuesMax = 50;

/** What a session is counted by: the parameter, its value, and a name for people. */
const countedBy: Readonly<
  Record<string, (one: ConnectedSession) => { readonly value: string; readonly label?: string }>
> = {
  gateway: ({ session }) => ({ value: session.gatewayId }),
  country: ({ sighting }) => {
    const location = sighting?.location;
    return { value: location?.kind === 'located' ? location.country : noValue };
  },
  asn: ({ sighting }) => {
    const location = sighting?.location;
    const network = location && location.kind !== 'special' ? location.network : undefined;
    if (!network || network.asn === 0) return { value: noValue };
    return { value: `${network.asn}`, label: network.organization };
  },
};

/** How many sessions have which value; of each filter, of what the others leave. */
function countsOf(
  request: QueryRequest,
  { sessions }: Connected,
  found: readonly ConnectedSession[],
): Json {
  const facets = Object.entries(countedBy).map(([name, countedValue]) => {
    const { [name]: own, ...others } = request.query;
    const isLeft = own === undefined ? undefined : filterOf({ ...request, query: others });
    const left = isLeft && !isAnswer(isLeft) ? sessions.filter(isLeft) : found;
    return [name, facetOf(left.map(countedValue))] as const;
  });
  const visits = found.flatMap(({ userKey, sighting }) =>
    sighting ? [{ user: userKey, location: sighting.location }] : [],
  );
  const { places, otherPlaces } = placesOf(visits);
  const listed = places.map((one) => ({ ...one }));
  return { ...Object.fromEntries(facets), places: listed, otherPlaces };
}

type Value = { readonly value: string; readonly label?: string };

function facetOf(all: readonly Value[]): Json {
  const counts = new Map<string, { count: number; label?: string }>();
  for (const { value, label } of all) {
    const known = counts.get(value);
    if (known) known.count += 1;
    else counts.set(value, { count: 1, ...(label ? { label } : {}) });
  }
  const sorted = [...counts].sort(
    ([a, { count: x }], [b, { count: y }]) => y - x || (a < b ? -1 : 1),
  );
  const others = sorted.slice(valuesMax).reduce((sum, [, { count }]) => sum + count, 0);
  const values = sorted.slice(0, valuesMax).map(([value, rest]) => ({ value, ...rest }));
  return { values, others };
}

/** The test that all given filters make together. */
function filterOf(request: QueryRequest): ((one: ConnectedSession) => boolean) | Answer {
  const state = oneOrMore(request, 'state', states);
  if (state && isAnswer(state)) return state;
  const asn = request.query['asn']
    ?.split(',')
    .map((text) => /^(?:AS)?(\d{1,10})$/i.exec(text)?.[1]);
  if (asn?.includes(undefined)) return invalid('asn', 'AS numbers, as AS7303 or 7303');
  const country = request.query['country']?.toUpperCase().split(',');
  if (country?.some((code) => !/^[A-Z]{2}$/.test(code))) {
    return invalid('country', 'two letters of ISO 3166-1, or several of them by comma');
  }
  const gateway = request.query['gateway']?.split(',');
  const { place } = request.query;
  const user = request.query['user'] && foldText(request.query['user'].trim());
  const wantedStates: ReadonlySet<string> = state ?? new Set(['open']);
  return ({ state: read, session, userKey, sighting }) => {
    if (!wantedStates.has(read.state)) return false;
    if (gateway && !gateway.includes(session.gatewayId)) return false;
    if (user && !userKey.includes(user)) return false;
    const location = sighting?.location;
    const network = location && location.kind !== 'special' ? location.network : undefined;
    if (asn && !(network && asn.some((one) => Number(one) === network.asn))) return false;
    if (country && !(location?.kind === 'located' && country.includes(location.country))) {
      return false;
    }
    return place === undefined || (location !== undefined && placeKey(location) === place);
  };
}

/** A session as the list shows it: where it is now, not where it began. */
function openSessionView(one: ConnectedSession, connected: Connected, { now }: QueryRequest): Json {
  const { userKey, sighting, apartKm } = one;
  const identity = identityUnder(userKey, one.session, sha256Hash);
  const restarts = connected.restarts.get(one.session.gatewayId);
  const { sightings, assignedAddresses, devices, lastAddress, location, network, ...session } =
    activityView({ ...one.session, identity }, now, restarts, connected.rules) as {
      [name: string]: Json;
    };
  const here = sighting?.location;
  return {
    user: userKey,
    ...session,
    ...(sighting && here ? { clientAddress: sighting.address, location: locationView(here) } : {}),
    ...(here && here.kind !== 'special' ? { network: here.network } : {}),
    ...(apartKm === undefined ? {} : { apartKm }),
  };
}

function invalid(parameter: string, detail: string): Answer {
  return problem('invalid-parameter', { errors: [{ parameter, detail: `expected ${detail}` }] });
}
