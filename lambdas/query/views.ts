// Domain to JSON: the shapes of docs/openapi.yaml. Times are RFC 3339 UTC with milliseconds;
// absent when unknown, never null. Lists inside a profile are sorted by count, then by last seen.

import type { Device, UnixMs } from '../../domain/accounting-event.ts';
import { sessionCountOf } from '../../domain/detect/alert.ts';
import { gateDays, gateSessions } from '../../domain/detect/judgement.ts';
import type { Detection } from '../../domain/detection.ts';
import { cellOf, type Location, placeKey, placeLabel } from '../../domain/location.ts';
import { sessionsInMonth } from '../../domain/profile/days.ts';
import { doubtedInMonth } from '../../domain/profile/doubts.ts';
import { weightAt, weightOf } from '../../domain/profile/known-values.ts';
import type { Profile } from '../../domain/profile/profile.ts';
import type { Tally } from '../../domain/profile/tally.ts';
import { lastAddressOf } from '../../domain/session/last-word.ts';
import type { Restarts } from '../../domain/session/restart.ts';
import type { Session } from '../../domain/session/session.ts';
import type { SessionRules } from '../../domain/session/session-rules.ts';
import {
  interimPeriodMs,
  type SessionState,
  sessionState,
  trafficOf,
} from '../../domain/session/session-state.ts';
import type { CellLabel } from '../label/label.ts';
import { statusOf, type Triage, type TriageChange } from '../shared/triage.ts';
import { messageOf, titleOf } from '../siem/parts.ts';

export type Json = string | number | boolean | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** Who made the location data: shown wherever its results are (CC BY 4.0). */
export const attribution: readonly string[] = [
  'IP geolocation by DB-IP (https://db-ip.com), CC BY 4.0, modified',
  'Networks by RouteViews, DB-IP and NRO (https://nro.net), CC BY 4.0',
];

export const timeText = (time: UnixMs): string => new Date(time).toISOString();

/** Labels of map cells, by `<cell>#<country>`. */
export type CellLabels = ReadonlyMap<string, CellLabel>;

/** The profile document of `GET /v1/users/{user}`, without its sessions. */
export function profileView(profile: Profile, labels: CellLabels): JsonObject {
  // As exact as a page needs that rounds it again: three digits make 36 of 49 come out as 74 %.
  const share = (tally: Tally): number =>
    Math.round((tally.count / Math.max(1, profile.sessions)) * 1e6) / 1e6;
  return {
    user: profile.userKey,
    kind: profile.kind,
    spellings: profile.spellings,
    firstSeen: timeText(profile.firstSeen),
    lastSeen: timeText(profile.lastSeen),
    sessions: profile.sessions,
    places: sorted(profile.places).map(([key, tally]) => ({
      ...locationView(tally.location),
      ...areaView(tally.location, labels),
      key,
      share: share(tally),
      ...(isUsual(profile, tally.location, share(tally)) ? { isUsual: true } : {}),
      ...tallyView(tally),
    })),
    addresses: sorted(profile.addresses).map(([address, tally]) => ({
      address,
      place: tally.place,
      ...tallyView(tally),
    })),
    networks: sorted(profile.networks).map(([, tally]) => ({
      ...tally.network,
      share: share(tally),
      ...tallyView(tally),
    })),
    devices: sorted(profile.devices).map(([, tally]) => ({
      ...deviceView(tally.device),
      ...tallyView(tally),
    })),
    gateways: sorted(profile.gateways).map(([id, tally]) => ({ id, ...tallyView(tally) })),
    hours: profile.hours,
  };
}

/** A place is usual with at least this share of what is learned. */
const usualShare = 0.1;

/** By what the judgement learns of: sessions that a detection is about are no habit. */
function isUsual({ learned, lastSeen }: Profile, location: Location, share: number): boolean {
  // Of what nothing places nothing is learned.
  if (location.kind === 'unknown') return share >= usualShare;
  // Both fade alike, so any time gives the same share.
  const weight = weightOf(learned.places, placeKey(location), lastSeen);
  return weight > 0 && weight >= usualShare * weightAt(learned.sessions, lastSeen);
}

/** How much is known of a user: before the gate no personal evidence alerts. */
export function learningView(profile: Profile, now: UnixMs): JsonObject {
  const until = profile.firstSeen + gateDays * 86_400_000;
  const doubted = doubtedInMonth(profile.learned.doubts, now);
  const sessions = Math.max(0, sessionsInMonth(profile, now) - doubted);
  return {
    isOver: now >= until && sessions >= gateSessions,
    until: timeText(until),
    sessions,
    sessionsNeeded: gateSessions,
  };
}

/** The name of the wider area, where Amazon Location or the data has given one. */
function areaView(location: Location, labels: CellLabels): JsonObject {
  if (location.kind !== 'located') return {};
  const found = labels.get(`${cellOf(location)}#${location.country}`);
  return found ? { area: { label: found.label, source: found.source } } : {};
}

/** The location of an address, as the API returns it. */
export function locationView(location: Location): JsonObject {
  const label = placeLabel(location);
  const key = placeKey(location);
  if (location.kind === 'special')
    return { kind: 'special', key, label, special: location.special };
  if (location.kind === 'unknown') return { kind: 'unknown', key, label, confidence: 'none' };
  const { country, region, city, lat, lon, radiusKm, confidence } = location;
  return {
    kind: 'located',
    key,
    label,
    country,
    ...(region ? { region } : {}),
    ...(city ? { city } : {}),
    lat,
    lon,
    radiusKm,
    confidence,
    cell: cellOf(location),
  };
}

/** A session as the API returns it. */
export function activityView(
  session: Session,
  now: UnixMs,
  restarts: Restarts | undefined,
  rules?: SessionRules,
): JsonObject {
  const { state, endedAt } = sessionState(session, now, restarts, rules);
  const first = session.sightings[0];
  const network = first && first.location.kind !== 'special' ? first.location.network : undefined;
  const lastAddress = session.stoppedAt === undefined ? lastAddressOf(session) : undefined;
  return {
    id: `${session.rowStart}-${session.identity}`,
    sessionId: session.sessionId,
    ...(session.multiId ? { multiSessionId: session.multiId } : {}),
    gateway: session.gatewayId,
    state,
    startedAt: timeText(session.startedAt),
    isStartSeen: session.isStartSeen,
    ...(endedAt !== undefined ? { endedAt: timeText(endedAt) } : {}),
    lastSeen: timeText(session.lastSeen),
    lastSeenBy: lastRecordOf(session),
    ...(session.firstInterim === undefined
      ? {}
      : { interimSeconds: Math.round((interimPeriodMs(session) ?? 0) / 1000) }),
    durationSeconds: durationSecondsOf(session, { state, endedAt }, now),
    ...(lastAddress === undefined ? {} : { lastAddress }),
    ...(first ? { clientAddress: first.address, location: locationView(first.location) } : {}),
    ...(network ? { network } : {}),
    sightings: session.sightings.map((sighting) => ({
      address: sighting.address,
      location: locationView(sighting.location),
      firstSeen: timeText(sighting.firstSeen),
    })),
    assignedAddresses: session.assignedAddresses,
    devices: session.devices.map(deviceView),
    ...trafficOf(session),
    ...(session.terminateCause ? { terminateCause: session.terminateCause } : {}),
    ...(session.flags ? { flags: session.flags } : {}),
  };
}

/**
 * How long a session lasted, or has lasted by its last word. Where the gateway sends no interims
 * an open one has lasted until now: nothing else will be heard before its end.
 */
export function durationSecondsOf(
  session: Session,
  { state, endedAt }: SessionState,
  now: UnixMs,
): number {
  const isTicking = state === 'open' && session.lastInterim === undefined;
  const until = isTicking ? now : (endedAt ?? session.lastSeen);
  return Math.max(0, Math.round((until - session.startedAt) / 1000));
}

/** Which record `lastSeen` is of. */
function lastRecordOf(session: Session): 'start' | 'interim' | 'stop' {
  if (session.stoppedAt !== undefined) return 'stop';
  return session.lastInterim ? 'interim' : 'start';
}

/** A detection and what analysts decided about it. */
export function detectionView(detection: Detection, triage?: Triage): JsonObject {
  const { kind, id, severity, score, isLearning, place, reasons, techniques } = detection;
  return {
    id,
    kind,
    title: titleOf(detection),
    message: messageOf(detection),
    user: detection.userKey,
    ...(detection.users ? { users: detection.users } : {}),
    ...(detection.detections ? { detections: detection.detections } : {}),
    ...(detection.burstId ? { burst: detection.burstId } : {}),
    severity,
    score,
    isLearning,
    ...(detection.looksLike ? { looksLike: detection.looksLike } : {}),
    ...(detection.isImported ? { isImported: true } : {}),
    ...(detection.isLate ? { isLate: true } : {}),
    status: statusOf(detection, triage),
    ...correctionView(detection),
    ...(triage?.classification ? { classification: triage.classification } : {}),
    ...(triage?.owner ? { owner: triage.owner } : {}),
    firstSeen: timeText(detection.firstSeen),
    lastSeen: timeText(detection.lastSeen),
    sessionCount: sessionCountOf(detection),
    sessions: detection.sessions.map((ref) => ref.replace('/', '-')),
    gateway: detection.gatewayId,
    ...(detection.clientAddress === undefined ? {} : { clientAddress: detection.clientAddress }),
    place,
    ...(detection.network ? { network: detection.network } : {}),
    ...(detection.device ? { device: deviceView(detection.device) } : {}),
    reasons: reasons.map(({ term, weight, text, numbers }) => ({ term, weight, text, numbers })),
    techniques: techniques.map((t) => ({ id: t.id, name: t.name, tactics: t.tactics })),
    ...(triage
      ? { triage: { ...changeView(triage), history: triage.history.map(changeView) } }
      : {}),
  };
}

/** How the records corrected it last; nothing where they did not. */
function correctionView({ revision, correction }: Detection): JsonObject {
  if (!correction) return {};
  const { change, reason, at, severity, score } = correction;
  const told = { change, reason, at: timeText(at), severity, score };
  return { revision: revision ?? correction.revision, correction: told };
}

function changeView(change: TriageChange): JsonObject {
  const { at, by, status, classification, note, owner, benignUntil } = change;
  return {
    at: timeText(at),
    by,
    status,
    ...(classification ? { classification } : {}),
    ...(note ? { note } : {}),
    ...(owner ? { owner } : {}),
    ...(benignUntil === undefined ? {} : { benignUntil: timeText(benignUntil) }),
  };
}

export function deviceView(device: Device): JsonObject {
  const { key, kind, name, os, client } = device;
  return {
    key,
    kind,
    ...(name ? { name } : {}),
    ...(os ? { os } : {}),
    ...(client ? { client } : {}),
  };
}

export function tallyView(tally: Tally): JsonObject {
  return {
    count: tally.count,
    firstSeen: timeText(tally.firstSeen),
    lastSeen: timeText(tally.lastSeen),
  };
}

function sorted<T extends Tally>(map: ReadonlyMap<string, T>): [string, T][] {
  return [...map].sort(
    ([keyA, a], [keyB, b]) =>
      b.count - a.count || b.lastSeen - a.lastSeen || (keyA < keyB ? -1 : 1),
  );
}
