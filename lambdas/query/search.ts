// `GET /v1/search?q=`: one text, looked for among everything that has a page. Names are at hand
// (decision 0043); addresses and blocks are ranges of rows; sessions are those that are connected;
// detections go by the beginning of their id. Kinds of which nothing is found are left out.

import { inParallel } from '../../domain/process/in-parallel.ts';
import { identityUnder } from '../../domain/profile/join-profiles.ts';
import { comparedText } from '../../domain/search/find-names.ts';
import type { KnownName, NameKind } from '../../domain/search/known-names.ts';
import { prefixLabel, prefixOf } from '../../domain/session/observation.ts';
import { userKey as keyOf, parseUserName } from '../../domain/user-name.ts';
import { sha256Hash } from '../shared/hash.ts';
import { problem } from '../shared/problem.ts';
import type { OriginRow } from './origin-ports.ts';
import type { QueryDeps } from './ports.ts';
import { type Answer, isAnswer, jsonAnswer, pageOf, type QueryRequest } from './request.ts';
import { asnDigits, isDetectionIdPart, wantedAddresses } from './search-text.ts';
import { attribution } from './views.ts';

type Hit = {
  readonly key: string;
  readonly label: string;
  readonly detail?: string;
  readonly user?: string;
};
type Group = {
  readonly kind: NameKind | 'address' | 'session' | 'detection';
  readonly total: number;
  readonly isTotalComplete: boolean;
  readonly items: readonly Hit[];
};

const limits = { byDefault: 8, max: 50 } as const;
const textCharactersMax = 512;
/** A shorter part is in nearly every session id. */
const sessionPartMin = 3;

/** `GET /v1/search?q&limit`. */
export async function search(deps: QueryDeps, request: QueryRequest): Promise<Answer> {
  const page = await pageOf(deps, request, limits);
  if (isAnswer(page)) return page;
  const text = request.query['q'] ?? '';
  if (text === '' || text.length > textCharactersMax) {
    const detail = `expected a text of 1 to ${textCharactersMax} characters`;
    return problem('invalid-parameter', { errors: [{ parameter: 'q', detail }] });
  }
  const { limit } = page;
  const [names, addresses, sessions, detections] = await Promise.all([
    namesFound(deps, text, limit),
    addressesFound(deps, text.trim(), limit),
    sessionsFound(deps, text.trim(), limit),
    detectionsFound(deps, text.trim(), limit),
  ]);
  const { user, network, device, place, gateway } = names.groups;
  const groups = [user, addresses, network, device, place, gateway, sessions, detections];
  return jsonAnswer({
    groups: groups.filter((group) => group !== undefined && group.total > 0) as Group[],
    isComplete: names.isWhole,
    attribution,
  });
}

async function namesFound(
  deps: QueryDeps,
  text: string,
  limit: number,
): Promise<{ readonly groups: Partial<Record<NameKind, Group>>; readonly isWhole: boolean }> {
  const { index, isWhole } = await deps.names();
  const digits = asnDigits(text.trim());
  const spelled = await spelledOut(deps, text);
  const groups: Partial<Record<NameKind, Group>> = {};
  for (const found of index.find(text, limit)) {
    groups[found.kind] = groupOf(found.kind, found, isWhole);
  }
  // Space around a text that is found nowhere with it says nothing.
  for (const found of text === text.trim() ? [] : index.find(text.trim(), limit)) {
    const known = groups[found.kind];
    if (!known || known.total === 0) groups[found.kind] = groupOf(found.kind, found, isWhole);
  }
  if (digits !== undefined && digits !== text) {
    const networks = index.find(digits, limit).find(({ kind }) => kind === 'network');
    if (networks) groups.network = groupOf('network', networks, isWhole);
  }
  // `CONTOSO\\alice` may be in no key; the user that it spells is found all the same.
  if (spelled !== undefined && (groups.user?.total ?? 0) === 0) {
    const keys = [spelled.key, spelled.account];
    const users = keys.flatMap((key) => index.find(key, limit).slice(0, 1));
    const found = users.find(({ total }) => total > 0);
    if (found) groups.user = groupOf('user', found, isWhole);
  }
  return { groups, isWhole };
}

/** The key that a text spells, and the account without its domain or realm. */
async function spelledOut(
  deps: QueryDeps,
  text: string,
): Promise<{ readonly key: string; readonly account: string } | undefined> {
  const name = parseUserName(text.trim());
  if (name.form === 'none') return undefined;
  return { key: keyOf(name, await deps.domains()), account: name.account };
}

function groupOf(
  kind: NameKind,
  { total, names }: { readonly total: number; readonly names: readonly KnownName[] },
  isTotalComplete: boolean,
): Group {
  return { kind, total, isTotalComplete, items: names.map(hitOf) };
}

function hitOf({ kind, key, label, note }: KnownName): Hit {
  switch (kind) {
    case 'device':
      return { key, label: label === '' ? key : label, ...(label === '' ? {} : { detail: key }) };
    case 'place': {
      const [country = '', region, city] = key.split('/');
      const place = city || region;
      return { key: note, label: place ? `${place}, ${country}` : country };
    }
    case 'network':
      return { key, label: `AS${key}`, detail: label };
    default:
      return { key, label: key, ...(note === '' ? {} : { detail: note }) };
  }
}

/** Addresses that users came from, each with how many. */
async function addressesFound(
  deps: QueryDeps,
  text: string,
  limit: number,
): Promise<Group | undefined> {
  const wanted = wantedAddresses(text);
  if (!wanted) return undefined;
  const users = new Map<string, Set<string>>();
  let isTotalComplete = true;
  await inParallel(wanted.ranges, async ({ fromHex, toHex }) => {
    const found = await deps.origins.addressesIn(fromHex, toHex);
    if (!found.isWhole) isTotalComplete = false;
    for (const row of found.rows) {
      const address = shownAddress(row);
      if (!address.startsWith(wanted.begin)) continue;
      const known = users.get(address);
      if (known) known.add(row.user);
      else users.set(address, new Set([row.user]));
    }
  });
  const best = [...users].sort(
    ([a, some], [b, others]) =>
      Number(b === text) - Number(a === text) || others.size - some.size || (a < b ? -1 : 1),
  );
  const items = best.slice(0, limit).map(([address, { size }]) => ({
    key: address.replace(/\/64$/, ''),
    label: address,
    detail: size === 1 ? '1 user' : `${size} users`,
  }));
  return { kind: 'address', total: users.size, isTotalComplete, items };
}

/** An IPv4 address, or the /64 of an IPv6 address. */
function shownAddress({ address = '' }: OriginRow): string {
  const key = prefixOf(address)?.key;
  return key === undefined ? address : prefixLabel(key);
}

/** Sessions that are connected, by a part of the gateway's id or of ours. */
async function sessionsFound(
  deps: QueryDeps,
  text: string,
  limit: number,
): Promise<Group | undefined> {
  const part = comparedText(text);
  if (part.length < sessionPartMin) return undefined;
  const { sessions, isComplete } = await deps.connected();
  const found = sessions.flatMap(({ userKey, session }): Hit[] => {
    const id = `${session.rowStart}-${identityUnder(userKey, session, sha256Hash)}`;
    const isIt = comparedText(session.sessionId).includes(part) || id === text;
    const detail = `${userKey} through ${session.gatewayId}`;
    return isIt ? [{ key: id, label: session.sessionId, detail, user: userKey }] : [];
  });
  const items = found.slice(0, limit);
  return { kind: 'session', total: found.length, isTotalComplete: isComplete, items };
}

/** Detections whose id begins so. */
async function detectionsFound(
  { store }: QueryDeps,
  text: string,
  limit: number,
): Promise<Group | undefined> {
  if (!isDetectionIdPart(text)) return undefined;
  const ids = { from: text, to: `${text}~` };
  const { items, last } = await store.detectionRows(text.slice(0, 6), ids, { limit });
  const hits = items.map(({ id, user, severity }) => ({
    key: id,
    label: id,
    detail: `${severity}, ${user}`,
    user,
  }));
  return {
    kind: 'detection',
    total: hits.length,
    isTotalComplete: last === undefined,
    items: hits,
  };
}
