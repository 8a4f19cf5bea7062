// Routes across users: who connected from a place, and which devices are known.

import type { Device } from '../../domain/accounting-event.ts';
import type { Detection } from '../../domain/detection.ts';
import { sessionRetentionDays } from '../../domain/limits.ts';
import { type Location, placeKey } from '../../domain/location.ts';
import type { DeviceTally } from '../../domain/profile/profile.ts';
import type { Tally } from '../../domain/profile/tally.ts';
import type { KnownName } from '../../domain/search/known-names.ts';
import type { Session } from '../../domain/session/session.ts';
import { problem } from '../shared/problem.ts';
import { listByDetections, nameOrderOf } from './by-detections.ts';
import type { QueryDeps } from './ports.ts';
import {
  type Answer,
  isAnswer,
  jsonAnswer,
  listAnswer,
  pageOf,
  type QueryRequest,
} from './request.ts';
import {
  attribution,
  deviceView,
  type Json,
  type JsonObject,
  locationView,
  tallyView,
  timeText,
} from './views.ts';
import { triagedDetections, triagedView } from './with-triage.ts';

const dayMs = 24 * 3600 * 1000;
/** Newest sessions of each user that are looked through for a device's locations. */
const sessionsPerUser = 100;
const cellShape = /^-?\d{1,2}\.[05]_-?\d{1,3}\.[05]$/;

/** `GET /v1/locations/{cell}/users`: who has connected from this 0.5 degree cell. */
export async function listCellUsers(deps: QueryDeps, request: QueryRequest): Promise<Answer> {
  const page = await pageOf(deps, request);
  if (isAnswer(page)) return page;
  const cell = request.params['cell'] ?? '';
  if (!cellShape.test(cell)) {
    return problem('not-found', { detail: 'a cell is its south-west corner, as in 51.5_-0.5' });
  }
  const users = await deps.store.cellUsers(cell, page);
  const keys = [...new Set(users.items.map(({ user }) => user))];
  const profiles = await deps.origins.profiles(keys);
  const byUser = new Map(profiles.map((profile) => [profile.userKey, profile]));
  return listAnswer(deps, request, users, ({ user, place, firstSeen }) => {
    // A profile keeps the places of late: of one that it dropped it says nothing.
    const tally = byUser.get(user)?.places.get(place);
    return {
      user,
      place,
      firstSeen: timeText(firstSeen),
      ...(tally ? { lastSeen: timeText(tally.lastSeen), sessions: tally.count } : {}),
    };
  });
}

/** A text without a kind is the beginning of a device's name. */
const keyKind = /^(?:uid|mac|host|client):/;

/** `GET /v1/devices?search&sort&order`: keys, or names, that begin with the text, in order. */
export async function listDevices(deps: QueryDeps, request: QueryRequest): Promise<Answer> {
  const page = await pageOf(deps, request);
  if (isAnswer(page)) return page;
  const order = nameOrderOf(request, ['key', 'detections']);
  if (isAnswer(order)) return order;
  const text = (request.query['search'] ?? '').trim().toLowerCase();
  const prefix = text === '' || keyKind.test(text) ? text : `host:${text}`;
  if (order.by === 'detections') {
    const isMeant = ({ key }: KnownName): boolean => key.startsWith(prefix);
    return listByDetections(deps, request, page, { kind: 'device', isMeant, ...order }, (names) =>
      devicesNamed(deps, names),
    );
  }
  const devices = await deps.store.devices(prefix, { ...page, isTurned: !order.isAscending });
  const items = devices.items.filter((device) => device.key.startsWith(prefix));
  const isPastPrefix = items.length < devices.items.length;
  const last = isPastPrefix ? undefined : devices.last;
  return listAnswer(deps, request, { items, ...(last ? { last } : {}) }, deviceView);
}

async function devicesNamed(
  { store }: QueryDeps,
  names: readonly KnownName[],
): Promise<readonly JsonObject[]> {
  const devices = await store.devicesOf(names.map(({ key }) => key));
  return names.map(({ key, label }) => {
    const kind = keyKind.exec(key)?.[0].slice(0, -1) as Device['kind'];
    return deviceView(devices.get(key) ?? { key, kind, ...(label ? { name: label } : {}) });
  });
}

/** `GET /v1/devices/{device}`: who used a device, from where, first and last. */
export async function getDevice(deps: QueryDeps, request: QueryRequest): Promise<Answer> {
  const key = request.params['device'] ?? '';
  const users = await deps.store.deviceUsers(key);
  const uses = await Promise.all(users.map(({ user }) => usesOf(deps, request, user, key)));
  const found = uses.filter((use) => use !== undefined);
  const device = found[0]?.tally.device;
  if (!device) return problem('not-found', { detail: 'no device has this key' });
  const detections = await triagedDetections(deps, newest(found.flatMap((use) => use.detections)));
  return jsonAnswer({
    ...deviceView(device),
    firstSeen: timeText(Math.min(...found.map(({ tally }) => tally.firstSeen))),
    lastSeen: timeText(Math.max(...found.map(({ tally }) => tally.lastSeen))),
    users: found.map(({ user, tally }) => ({ user, ...tallyView(tally) })),
    locations: locationsOf(found.flatMap(({ sessions }) => sessions)),
    detections: detections.map(triagedView),
    attribution,
  });
}

type DeviceUse = {
  user: string;
  tally: DeviceTally;
  sessions: readonly Session[];
  detections: readonly Detection[];
};

/** Detections looked through for each user, and shown of a device. */
const detectionsMax = 25;

/** Newest first, each once: a burst stands with every user it was seen of. */
function newest(detections: readonly Detection[]): readonly Detection[] {
  const byId = new Map(detections.map((detection) => [detection.id, detection]));
  return [...byId.values()].sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, detectionsMax);
}

/** What one user did with a device: the profile's count, and the newest sessions on it. */
async function usesOf(
  deps: QueryDeps,
  request: QueryRequest,
  user: string,
  key: string,
): Promise<DeviceUse | undefined> {
  const from = request.now - sessionRetentionDays * dayMs;
  const [stored, detections, sessions] = await Promise.all([
    deps.store.profile(user),
    deps.store.userDetections(user, { limit: detectionsMax }),
    deps.store.sessions(user, from, request.now + dayMs, { limit: sessionsPerUser }),
  ]);
  const tally = stored?.profile.devices.get(key);
  if (!tally) return undefined;
  const used = sessions.items.filter((s) => s.devices.some((device) => device.key === key));
  const odd = detections.items.filter((detection) => detection.device?.key === key);
  return { user, tally, sessions: used, detections: odd };
}

function locationsOf(sessions: readonly Session[]): Json[] {
  const places = new Map<string, { location: Location; tally: Tally }>();
  for (const session of sessions) {
    for (const { location } of session.sightings) {
      const at = session.startedAt;
      const known = places.get(placeKey(location))?.tally;
      const tally = {
        count: (known?.count ?? 0) + 1,
        firstSeen: Math.min(known?.firstSeen ?? at, at),
        lastSeen: Math.max(known?.lastSeen ?? at, at),
      };
      places.set(placeKey(location), { location, tally });
    }
  }
  return [...places.values()]
    .sort((a, b) => b.tally.count - a.tally.count)
    .map(({ location, tally }) => ({ ...locationView(location), ...tallyView(tally) }));
}
