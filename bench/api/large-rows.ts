// A large organisation in the tables, such as one of 100,000 users: a queue of 10,000 detections in
// 30 days, a third of them decided; names of everybody; an address of 20 users and a network of
// 1,000; a user of 20,000 sessions, and one of 2,000. The rows are made by the functions that make
// them, and put into the tables directly.

import type { Detection, Severity } from '../../domain/detection.ts';
import { type Located, placeKey, placeLabel } from '../../domain/location.ts';
import { inParallel } from '../../domain/process/in-parallel.ts';
import { bucketsOf, monthOf, packMonth } from '../../domain/profile/month-days.ts';
import { emptyProfile, type ProfileIndexRow } from '../../domain/profile/profile.ts';
import type { KnownName } from '../../domain/search/known-names.ts';
import type { Session } from '../../domain/session/session.ts';
import { profileAttributes } from '../../lambdas/aws/dynamodb/profile-item.ts';
import {
  detectionKeyOf,
  detectionRefKeyOf,
  monthKeyOf,
  profileKeyOf,
  queueKeyOf,
  sessionKeyOf,
  triageKeyOf,
} from '../../lambdas/aws/dynamodb/profile-keys.ts';
import { indexItems } from '../../lambdas/aws/dynamodb/referenced-rows.ts';
import { newNamesRow } from '../../lambdas/aws/dynamodb/search-rows.ts';
import { compactNames } from '../../lambdas/aws/dynamodb/search-store.ts';
import { type Item, keyItem, number, versioned } from '../../lambdas/aws/dynamodb/user-rows.ts';
import { writeRows } from '../../lambdas/aws/dynamodb/write-rows.ts';
import {
  decidedPart,
  foundPart,
  packDecided,
  packFound,
} from '../../lambdas/shared/detection-row.ts';
import { sha256Hash } from '../../lambdas/shared/hash.ts';
import type { TableOptions } from '../../lambdas/wiring/table-handlers.ts';

/** How much of an organisation there is. */
export type Sizes = {
  readonly users: number;
  /** In the last 29 days, a third of them decided. */
  readonly detections: number;
  /** Of users with as many sessions in 180 days (`heavyName`). */
  readonly heavySessions: readonly number[];
};
export const large: Sizes = { users: 100_000, detections: 10_000, heavySessions: [20_000, 2_000] };
const days = 29;
/** When the rows end. */
export const largeNow = Date.parse('2026-11-23T08:00:00Z');
export const networkAsn = 64_999;
export const networkUsers = 1_000;
export const sharedAddress = '198.51.100.7';
const addressUsers = 20;

export const nameOf = (at: number): string =>
  `firstname.lastname${`${at}`.padStart(6, '0')}@contoso.com`;
export const heavyName = (count: number): string => `heavy${count}@contoso.com`;

const dayMs = 86_400_000;
const hourMs = dayMs / 24;
const usualSessions = 120;
const grades: readonly (readonly [Severity, least: number, most: number])[] = [
  ['low', 50, 64],
  ['medium', 65, 84],
  ['high', 85, 100],
];
const towns = [
  ['AR', 'Buenos Aires F.D.', 'Buenos Aires', -34.6, -58.4],
  ['US', 'New York', 'New York', 40.7, -74],
  ['FR', 'Auvergne-Rhône-Alpes', 'Lyon', 45.8, 4.8],
  ['DE', 'Bavaria', 'Munich', 48.1, 11.6],
] as const;

function locationOf(town: readonly [string, string, string, number, number], at: number): Located {
  const [country, region, near, lat, lon] = town;
  // Nobody's detections share a new place within two hours, or they were one case.
  const city = at % 300 === 1 ? near : `${near} ${at % 900}`;
  const network = { asn: 64_500 + (at % 300), organization: `Carrier ${at % 300}` };
  const where = { kind: 'located', country, region, city, lat, lon, radiusKm: 25 } as const;
  return { ...where, confidence: 'city', network: { ...network, type: 'access' } };
}
const home = locationOf(['GB', 'England', 'London', 51.5, -0.1], 301);

/** One detection, with names as long as most organisations have them. */
function detectionOf({ users, detections }: Sizes, at: number, now: number): Detection {
  const firstSeen = Math.floor((now - (at / detections) * days * dayMs - 60_000) / 1000) * 1000;
  const stamp = new Date(firstSeen).toISOString().replace(/[-:]|\.\d+/g, '');
  const [severity, least, most] = grades[at % 3] ?? grades[0] ?? ['low', 50, 64];
  const there = locationOf(towns[at % 4] ?? towns[0], at);
  const { lat, lon, radiusKm, network } = there;
  const city = { key: placeKey(there), label: placeLabel(there), lat, lon, radiusKm };
  const text = `New place for this user: ${city.label}, 2 places known`;
  return {
    id: `${stamp}-${`${at}`.padStart(16, 'q')}`,
    kind: 'abnormal-vpn-connection',
    userKey: nameOf((at * 7919) % users),
    severity,
    score: least + ((at * 37) % (most - least + 1)),
    isLearning: at % 9 === 0,
    firstSeen,
    lastSeen: firstSeen,
    sessions: [`${firstSeen}/${sha256Hash(`detected ${at}`).slice(0, 12)}`],
    gatewayId: `gateway-of-site-${at % 12}`,
    clientAddress: `203.0.${at % 200}.${1 + (at % 249)}`,
    place: city,
    network,
    device: { key: `host:lt-${at % 5_000}`, kind: 'host', name: `LT-${at % 5_000}` },
    reasons: [{ term: 'place', weight: 2.7, text, numbers: { knownPlaces: 2 } }],
    techniques: [],
  };
}

/** The rows of a detection: its own, that of lists, the pointer, and a third's decision. */
function detectionItems(sizes: Sizes, at: number, now: number): Item[] {
  const one = detectionOf(sizes, at, now);
  const expiresAt = number(one.firstSeen / 1000 + 400 * 86_400);
  const { user, gateway, rest } = packFound(foundPart(one));
  const found = { u: { S: user }, g: { S: gateway }, d: { S: rest }, v: number(1), expiresAt };
  const doc = { doc: { S: JSON.stringify(one) }, ...versioned(1), expiresAt };
  const items: Item[] = [
    { ...keyItem(detectionKeyOf(one.id)), ...doc },
    { ...keyItem(detectionRefKeyOf(one.userKey, one.id)), expiresAt },
    profileItem(one.userKey, now, usualSessions),
    ...sessionsOf(one, now).map((session) => sessionItem(one.userKey, session)),
  ];
  if (at % 3 !== 1) return [...items, { ...keyItem(queueKeyOf(one.id)), ...found }];
  const change = { at: one.firstSeen + hourMs, by: 'anna', status: 'resolved' as const };
  const triage = { ...change, classification: 'benign' as const, version: 1, history: [] };
  const decided = { t: { S: packDecided(decidedPart(triage)) }, w: number(1) };
  return [
    ...items,
    { ...keyItem(queueKeyOf(one.id)), ...found, ...decided },
    { ...keyItem(triageKeyOf(one.id)), doc: { S: JSON.stringify(triage) }, ...versioned(1) },
  ];
}

/** Of a detection of the last days: the session that it is about, and one from home before it. */
function sessionsOf(one: Detection, now: number): Session[] {
  if (now - one.firstSeen > 3 * dayMs) return [];
  const [, at = '0'] = /(\d+)$/.exec(one.id) ?? [];
  const there = locationOf(towns[Number(at) % 4] ?? towns[0], Number(at));
  const own = { address: one.clientAddress ?? '', location: there };
  const usual = { address: '198.51.100.33', location: home };
  return [
    sessionOf(`detected ${Number(at)}`, one.firstSeen, one.gatewayId, own),
    sessionOf(`home ${one.id}`, one.firstSeen - 5 * hourMs, one.gatewayId, usual),
  ];
}

const sessionSeconds = 2_400;

function sessionOf(
  name: string,
  startedAt: number,
  gatewayId: string,
  { address, location }: { readonly address: string; readonly location: Located },
): Session {
  const ended = startedAt + sessionSeconds * 1000;
  return {
    rowStart: startedAt,
    identity: sha256Hash(name).slice(0, 12),
    gatewayId,
    sessionId: sha256Hash(`id ${name}`).slice(0, 8).toUpperCase(),
    startedAt,
    isStartSeen: true,
    lastSeen: ended,
    stoppedAt: ended,
    stopSeconds: sessionSeconds,
    assignedAddresses: [],
    sightings: [{ address, location, firstSeen: startedAt }],
    devices: [],
    marks: [],
  };
}

const sessionItem = (userKey: string, session: Session): Item => ({
  ...keyItem(sessionKeyOf(userKey, session.rowStart, session.identity)),
  doc: { S: JSON.stringify(session) },
  ...versioned(1),
});

function profileItem(userKey: string, now: number, sessions: number): Item {
  const seen = { firstSeen: now - 100 * dayMs, lastSeen: now - hourMs };
  const tally = { count: sessions, ...seen };
  const profile = {
    ...emptyProfile(userKey, 'person'),
    ...seen,
    sessions,
    places: new Map([[placeKey(home), { ...tally, location: home }]]),
    networks: new Map([[`${home.network.asn}`, { ...tally, network: home.network }]]),
  };
  return { ...keyItem(profileKeyOf(userKey)), ...profileAttributes(profile), ...versioned(1) };
}

/** A user's sessions over 180 days, and the months that count them. */
function heavyItems(count: number, now: number): Item[] {
  const userKey = heavyName(count);
  const sessions = Array.from({ length: count }, (_, at): Session => {
    const startedAt = Math.floor((now - ((at + 1) / count) * 179 * dayMs) / 1000) * 1000;
    const location = at % 40 === 0 ? locationOf(towns[at % 4] ?? towns[0], 7) : home;
    return sessionOf(`${userKey} ${at}`, startedAt, `asa-${at % 12}`, {
      address: `192.0.${at % 200}.7`,
      location,
    });
  });
  const months = new Map<string, Session[]>();
  for (const one of sessions) {
    const month = monthOf(one.rowStart);
    months.set(month, [...(months.get(month) ?? []), one]);
  }
  return [
    profileItem(userKey, now, count),
    ...sessions.map((one) => sessionItem(userKey, one)),
    ...[...months].map(([month, own]) => ({
      ...keyItem(monthKeyOf(userKey, month)),
      days: { B: packMonth(bucketsOf(own)) },
      ...versioned(1),
    })),
  ];
}

/** Users of the network, the first of them at one address. */
function originItems(now: number): Item[] {
  const seen = { firstSeen: now - 20 * dayMs, lastSeen: now - dayMs, sessions: 12 };
  const network = { asn: networkAsn, organization: 'Carrier', type: 'access' } as const;
  const at = { address: sharedAddress, place: placeKey(home), asn: networkAsn };
  const rows = Array.from({ length: networkUsers }, (_, user): ProfileIndexRow[] => {
    const userKey = nameOf(user);
    const listed: ProfileIndexRow = { type: 'network-user', userKey, network, ...seen };
    if (user >= addressUsers) return [listed];
    return [listed, { type: 'address-user', userKey, ...at, ...seen }];
  });
  return rows.flat().flatMap((row) => indexItems(row));
}

/** Everybody in the directory, and in what the search knows. */
function nameItems({ users, heavySessions }: Sizes): Item[] {
  const names = Array.from({ length: users }, (_, at) => nameOf(at));
  const heavy = heavySessions.map(heavyName);
  const listed = [...names, ...heavy].flatMap((userKey) =>
    indexItems({ type: 'directory', userKey, kind: 'person' }),
  );
  const known = [...names, ...heavy].map((key): KnownName => {
    return { kind: 'user', key, label: '', note: '' };
  });
  const perRow = 4_000;
  const rows = Array.from({ length: Math.ceil(known.length / perRow) }, (_, at) =>
    newNamesRow(known.slice(at * perRow, (at + 1) * perRow)),
  );
  return [...listed, ...rows];
}

/** Fills the tables. @returns rows written */
export async function fillLarge(options: TableOptions, sizes = large): Promise<number> {
  const table = { client: options.client, tableName: options.profilesTable, now: options.now };
  const now = options.now();
  const items = [
    ...nameItems(sizes),
    ...Array.from({ length: sizes.detections }, (_, at) => detectionItems(sizes, at, now)).flat(),
    ...originItems(now),
    ...sizes.heavySessions.flatMap((count) => heavyItems(count, now)),
  ];
  const perWrite = 25;
  const parts = Array.from({ length: Math.ceil(items.length / perWrite) }, (_, at) =>
    items.slice(at * perWrite, (at + 1) * perWrite),
  );
  await inParallel(parts, (part) => writeRows(table, part));
  await compactNames(table);
  return items.length;
}
