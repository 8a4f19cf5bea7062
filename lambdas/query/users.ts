// Routes below /v1/users: the directory, the profile, its activities and detections.

import { accountLinksFor } from '../../domain/account-links.ts';
import type { UnixMs } from '../../domain/accounting-event.ts';
import { cellOf } from '../../domain/location.ts';
import { lookOf } from '../../domain/look-alike.ts';
import type { Profile } from '../../domain/profile/profile.ts';
import type { KnownName } from '../../domain/search/known-names.ts';
import type { Restarts } from '../../domain/session/restart.ts';
import type { Session } from '../../domain/session/session.ts';
import { sessionState } from '../../domain/session/session-state.ts';
import type { DomainSettings } from '../../domain/settings.ts';
import {
  escapeKeyPart,
  foldText,
  formerUserKey,
  userKey as keyOf,
  parseUserName,
} from '../../domain/user-name.ts';
import { problem } from '../shared/problem.ts';
import { activityRenderer } from './activity-forms.ts';
import { listByDetections, nameOrderOf } from './by-detections.ts';
import { formatAndPage, renderedList } from './formats.ts';
import type { Page, PageRequest, QueryDeps, UserRow } from './ports.ts';
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
  type Json,
  type JsonObject,
  learningView,
  profileView,
} from './views.ts';
import { triagedDetections, triagedRenderer, triagedView } from './with-triage.ts';

/** Activities shown inside a profile, and sessions looked through for open ones. */
const profileActivities = 10;
const profileDetections = 10;
const openSessionsScanned = 100;
const openSessionsDays = 30;

/**
 * `GET /v1/users?search&sort&order`: keys that begin with the text, in order. Any spelling of an
 * account is understood: a full one leads to its user, `CONTOSO\al` to everybody of that domain.
 */
export async function listUsers(deps: QueryDeps, request: QueryRequest): Promise<Answer> {
  const asked = await pageOf(deps, request);
  if (isAnswer(asked)) return asked;
  const order = nameOrderOf(request, ['name', 'detections']);
  if (isAnswer(order)) return order;
  const text = (request.query['search'] ?? '').trim();
  const { prefix, suffix, exact } = searchOf(text, await deps.domains());
  if (order.by === 'detections') {
    const isMeant = ({ key }: KnownName): boolean =>
      (key.startsWith(prefix) && key.endsWith(suffix)) || key === exact;
    return listByDetections(deps, request, asked, { kind: 'user', isMeant, ...order }, usersNamed);
  }
  const page = { ...asked, isTurned: !order.isAscending };
  const found = await usersLike(deps, prefix, suffix, page);
  const isFirst = page.after === undefined && exact !== undefined;
  const isMissing = isFirst && !found.items.some(({ user }) => user === exact);
  const named = isMissing ? await deps.store.users(exact, { limit: 1 }) : { items: [] };
  const match = named.items.filter(({ user }) => user === exact);
  const users = { ...found, items: [...match, ...found.items] };
  return listAnswer(deps, request, users, ({ user, kind }) => ({ user, kind }));
}

const usersNamed = async (names: readonly KnownName[]): Promise<readonly JsonObject[]> =>
  names.map(({ key, note }) => ({ user: key, kind: note === 'machine' ? 'machine' : 'person' }));

/** Directory rows looked through for one page when the domain leaves some out. */
const directoryScanned = 2_000;

async function usersLike(
  deps: QueryDeps,
  prefix: string,
  suffix: string,
  page: PageRequest,
): Promise<Page<UserRow>> {
  if (suffix === '') return deps.store.users(prefix, page);
  const items: UserRow[] = [];
  let after = page.after;
  for (let scanned = 0; scanned < directoryScanned; ) {
    const { isTurned = false } = page;
    const request = { limit: 100, isTurned, ...(after ? { after } : {}) };
    const part = await deps.store.users(prefix, request);
    scanned += part.items.length;
    for (const row of part.items) {
      if (!row.user.endsWith(suffix)) continue;
      items.push(row);
      if (items.length === page.limit) return { items, last: escapeKeyPart(row.user) };
    }
    after = part.last;
    if (after === undefined) return { items };
  }
  return { items, ...(after ? { last: after } : {}) };
}

/** What a search text stands for: keys by beginning and end, and the one it may spell out. */
function searchOf(
  text: string,
  domains: DomainSettings,
): { prefix: string; suffix: string; exact?: string } {
  const name = parseUserName(text);
  if (name.form === 'none') return { prefix: '', suffix: '' };
  const exact = keyOf(name, domains);
  const isNetbios = name.form === 'netbios';
  const at = exact.lastIndexOf('@');
  if (isNetbios && at > 0) {
    return { prefix: foldText(name.account), suffix: exact.slice(at), exact };
  }
  return { prefix: foldText(text), suffix: '', exact };
}

/** `GET /v1/users/{user}`: the profile with open sessions, newest activities and detections. */
export async function getUser(deps: QueryDeps, request: QueryRequest): Promise<Answer> {
  const found = await findUser(deps, request);
  if (!found) return noSuchUser();
  const { now } = request;
  const user = found.profile.userKey;
  const [sessions, detections] = await Promise.all([
    sessionsOf(
      deps,
      user,
      { from: now - openSessionsDays * 86_400_000, to: now + 86_400_000 },
      {
        limit: openSessionsScanned,
      },
    ),
    deps.store.userDetections(user, { limit: profileDetections + 1 }),
  ]);
  const [restarts, labels, triaged, looksLike, rules] = await Promise.all([
    restartsOf(deps, sessions.items),
    labelsOf(deps, found.profile),
    triagedDetections(deps, detections.items.slice(0, profileDetections)),
    alikeOf(deps, user),
    deps.rules?.(),
  ]);
  const links = accountLinksFor(await deps.accountLinks?.(), user);
  const view = (session: Session): Json =>
    activityView(session, now, restarts.get(session.gatewayId), rules);
  const open = sessions.items.filter(
    (session) =>
      sessionState(session, now, restarts.get(session.gatewayId), rules).state === 'open',
  );
  return jsonAnswer({
    ...profileView(found.profile, labels),
    ...(looksLike.length > 0 ? { looksLike } : {}),
    ...(links.length > 0 ? { accountLinks: links.map((link) => ({ ...link })) } : {}),
    learning: learningView(found.profile, now),
    openSessions: open.map(view),
    activities: sessions.items.slice(0, profileActivities).map(view),
    detections: triaged.map(triagedView),
    ...(detections.items.length > profileDetections ? { hasMoreDetections: true } : {}),
    attribution,
  });
}

/** `GET /v1/users/{user}/activities?from&to&format`: sessions, newest first. */
export async function listActivities(deps: QueryDeps, request: QueryRequest): Promise<Answer> {
  const form = await formatAndPage(deps, request);
  if (isAnswer(form)) return form;
  const range = rangeOf(request);
  if (isAnswer(range)) return range;
  const found = await findUser(deps, request);
  if (!found) return noSuchUser();
  const user = found.profile.userKey;
  const sessions = await sessionsOf(deps, user, range, form.page);
  const restarts = await restartsOf(deps, sessions.items);
  const renderer = activityRenderer(user, request.now, restarts, await deps.rules?.());
  return renderedList(deps, request, form.format, sessions, renderer);
}

/** `GET /v1/users/{user}/detections?format`, newest first. */
export async function listUserDetections(deps: QueryDeps, request: QueryRequest): Promise<Answer> {
  const form = await formatAndPage(deps, request);
  if (isAnswer(form)) return form;
  const found = await findUser(deps, request);
  if (!found) return noSuchUser();
  const detections = await deps.store.userDetections(found.profile.userKey, form.page);
  const page = { ...detections, items: await triagedDetections(deps, detections.items) };
  return renderedList(deps, request, form.format, page, triagedRenderer(deps.pageOrigin));
}

/** A user's sessions, those without Stop with their last word. */
async function sessionsOf(
  { store }: QueryDeps,
  user: string,
  { from, to }: { readonly from: UnixMs; readonly to: UnixMs },
  request: PageRequest,
): Promise<Page<Session>> {
  const page = await store.sessions(user, from, to, request);
  return { ...page, items: await store.heard(page.items) };
}

/**
 * Any spelling of an account leads to its profile: `CONTOSO\alice`, the UPN, the plain name. One
 * whose rows still stand under the key of before (decision 0025) is found there.
 */
export async function findUser(
  deps: QueryDeps,
  request: QueryRequest,
): Promise<{ readonly profile: Profile } | undefined> {
  const asked = request.params['user'] ?? '';
  const name = parseUserName(asked);
  const domains = await deps.domains();
  const key = name.form === 'none' ? asked : keyOf(name, domains);
  const found = await deps.store.profile(key);
  const former = formerUserKey(name, domains);
  return found ?? (former === key || former === '' ? undefined : deps.store.profile(former));
}

/** Users whose keys differ from this one in marks alone. */
async function alikeOf({ store }: QueryDeps, user: string): Promise<readonly string[]> {
  const look = lookOf(user);
  const listed = (await store.usersLike?.(look)) ?? [];
  const isBareKnown = look !== user && (await store.profile(look)) !== undefined;
  return [...(isBareKnown ? [look] : []), ...listed.filter((other) => other !== user)];
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
): Promise<ReadonlyMap<string, Restarts>> {
  return deps.watermarks([...new Set(sessions.map((session) => session.gatewayId))]);
}

export function noSuchUser(): Answer {
  return problem('not-found', { detail: 'no VPN connection of this user has been recorded' });
}
