// Routes below /v1/users: the directory, the profile, its activities and detections.

import type { UnixMs } from '../../domain/accounting-event.ts';
import { cellOf } from '../../domain/location.ts';
import type { Profile } from '../../domain/profile.ts';
import { type Session, sessionState } from '../../domain/session.ts';
import { userKey as keyOf, parseUserName } from '../../domain/user-name.ts';
import { problem } from '../problem.ts';
import type { QueryDeps } from './ports.ts';
import {
  type Answer,
  isAnswer,
  jsonAnswer,
  listAnswer,
  pageOf,
  type QueryRequest,
  rangeOf,
} from './request.ts';
import {
  activityView,
  attribution,
  type CellLabels,
  detectionView,
  type Json,
  profileView,
} from './views.ts';

/** Activities shown inside a profile, and sessions looked through for open ones. */
const profileActivities = 10;
const openSessionsScanned = 100;
const openSessionsDays = 30;

/** `GET /v1/users?search=`: keys that begin with the text, in order. */
export async function listUsers(deps: QueryDeps, request: QueryRequest): Promise<Answer> {
  const page = await pageOf(deps, request);
  if (isAnswer(page)) return page;
  const prefix = (request.query['search'] ?? '').trim().toLowerCase();
  const users = await deps.store.users(prefix, page);
  return listAnswer(deps, request, users, ({ user, kind }) => ({ user, kind }));
}

/** `GET /v1/users/{user}`: the profile with open sessions, newest activities and detections. */
export async function getUser(deps: QueryDeps, request: QueryRequest): Promise<Answer> {
  const user = await resolveUser(deps, request);
  const found = await deps.store.profile(user);
  if (!found) return noSuchUser();
  const { now } = request;
  const [sessions, detections] = await Promise.all([
    deps.store.sessions(user, now - openSessionsDays * 86_400_000, now + 86_400_000, {
      limit: openSessionsScanned,
    }),
    deps.store.userDetections(user, { limit: 10 }),
  ]);
  const [restarts, labels] = await Promise.all([
    restartsOf(deps, sessions.items),
    labelsOf(deps, found.profile),
  ]);
  const view = (session: Session): Json =>
    activityView(session, now, restarts.get(session.gatewayId));
  const open = sessions.items.filter(
    (session) => sessionState(session, now, restarts.get(session.gatewayId)).state === 'open',
  );
  return jsonAnswer({
    ...profileView(found.profile, labels),
    openSessions: open.map(view),
    activities: sessions.items.slice(0, profileActivities).map(view),
    detections: detections.items.map(detectionView),
    attribution,
  });
}

/** `GET /v1/users/{user}/activities?from&to`: sessions as a person reads them, newest first. */
export async function listActivities(deps: QueryDeps, request: QueryRequest): Promise<Answer> {
  const page = await pageOf(deps, request);
  if (isAnswer(page)) return page;
  const range = rangeOf(request);
  if (isAnswer(range)) return range;
  const user = await resolveUser(deps, request);
  if (!(await deps.store.profile(user))) return noSuchUser();
  const sessions = await deps.store.sessions(user, range.from, range.to, page);
  const restarts = await restartsOf(deps, sessions.items);
  return listAnswer(deps, request, sessions, (session) =>
    activityView(session, request.now, restarts.get(session.gatewayId)),
  );
}

/** `GET /v1/users/{user}/detections`, newest first. */
export async function listUserDetections(deps: QueryDeps, request: QueryRequest): Promise<Answer> {
  const page = await pageOf(deps, request);
  if (isAnswer(page)) return page;
  const user = await resolveUser(deps, request);
  if (!(await deps.store.profile(user))) return noSuchUser();
  return listAnswer(deps, request, await deps.store.userDetections(user, page), detectionView);
}

/** Any spelling of an account leads to its profile: `CONTOSO\alice`, the UPN, the plain name. */
async function resolveUser(deps: QueryDeps, request: QueryRequest): Promise<string> {
  const asked = request.params['user'] ?? '';
  const name = parseUserName(asked);
  return name.form === 'none' ? asked : keyOf(name, await deps.domains());
}

/** A name is a nicety: the profile is shown without it rather than not at all. */
function labelsOf(deps: QueryDeps, profile: Profile): Promise<CellLabels> {
  const cells = [...profile.places.values()].flatMap(({ location }) =>
    location.kind === 'located' ? [{ cell: cellOf(location), country: location.country }] : [],
  );
  return deps.labels(cells).catch((): CellLabels => new Map());
}

function restartsOf(
  deps: QueryDeps,
  sessions: readonly Session[],
): Promise<ReadonlyMap<string, UnixMs>> {
  return deps.watermarks([...new Set(sessions.map((session) => session.gatewayId))]);
}

function noSuchUser(): Answer {
  return problem('not-found', { detail: 'no VPN connection of this user has been recorded' });
}
