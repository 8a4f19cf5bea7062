// Term "travel": could one person have been at both places?
// Formula: d_eff = max(0, d - r1 - r2 - 30 km); v = d_eff / (gap_h + 0.5); the gap is 0 while
// presences overlap; m = 1 / (1 + exp(-(v - 800) / 130));
// weight = m * c * c' * (5.0 overlapping | 3.6). Within one network and country another 1,000 km
// are taken off, 2,500 of a mobile one: it may hand out an address of its other end.
// Source: speeds of airliners with half an hour of slack; radii are about the 75th percentile of
// measured error, so one position in four lies outside its own.
// Blind spots: an intruder near the victim; anything behind a network without a place
// (`placelessNetworks`), which says nothing of where a user is and therefore never alerts here; a
// session that moves by itself.

import type { UnixMs } from '../../accounting-event.ts';
import {
  distanceKm,
  type Located,
  type NetworkType,
  placeLabel,
  placelessNetworks,
} from '../../location.ts';
import { type KnownSession, outlookAlone } from '../../session/outlook.ts';
import { chanceStill, type Presence } from '../../session/presence.ts';
import { interimPeriodMs } from '../../session/session-state.ts';
import { minutesText, type TravelFinding, timeText } from '../context/term.ts';

/** Slack beyond both radii, km: rounding of coordinates and commuting distance. */
const slackKm = 30;
/** Slack of the gap, hours: nobody connects at the moment of landing. */
const slackHours = 0.5;
/** Speed at which the term is half full, and the width of its slope, km/h. */
const speedMidpointKmh = 800;
const speedSlopeKmh = 130;
/** Full weight in nats when the two presences overlap, and when one follows the other. */
const overlapWeight = 5.0;
const sequentialWeight = 3.6;

/** How far from its user an address of the same network and country may be placed, km. */
const sameNetworkKm = 1000;
const sameMobileNetworkKm = 2500;
/** Farther apart than a line that drops and comes back over another, beyond all uncertainty. */
const handoverKm = 100;

/**
 * Compares a presence with another one of the same user.
 * @returns undefined where travel is no evidence: same session, an end without a trustworthy
 * position, or places that the uncertainty makes one.
 */
export function travelBetween(presence: Presence, other: Presence): TravelFinding | undefined {
  const here = trustworthy(presence);
  const there = trustworthy(other);
  if (!here || !there || presence.session === other.session) return undefined;
  const distance = distanceKm(here, there);
  const uncertainty = uncertaintyKm(here, there);
  const effective = distance - uncertainty;
  if (effective <= 0) return undefined;

  const together = chanceTogether(presence, other);
  const sinceHours = Math.max(0, presence.from - other.to, other.from - presence.to) / 3_600_000;
  const after = implausible(effective, sinceHours);
  const atOnce = implausible(effective, 0);
  // What was not heard of may have gone on, or not: whichever says more, as far as it is likely.
  const isOverlapping =
    together === 1 || together * overlapWeight * atOnce.m > sequentialWeight * after.m;
  const gapHours = isOverlapping ? 0 : sinceHours;
  const { speed, m } = isOverlapping ? atOnce : after;
  const full = isOverlapping ? overlapWeight * together : sequentialWeight;
  const trust = confidence(here);
  const otherTrust = otherEndTrust(there.network.type);
  const weight = m * trust * otherTrust * full;
  const numbers = {
    distanceKm: Math.round(distance),
    uncertaintyKm: Math.round(uncertainty),
    effectiveKm: Math.round(effective),
    gapHours: rounded(gapHours),
    slackHours,
    speedKmh: Math.round(speed),
    m: rounded(m),
    ...lastWordNumbers(other, presence.from),
  };
  const text = isOverlapping
    ? overlapText(other, there, numbers)
    : sequenceText(presence, other, there, numbers);
  const isSure = !isOverlapping || together >= 0.5;
  const isImpossible = effective > handoverKm && isSure && (isOverlapping || m >= 0.5);
  const reason = { term: 'travel', weight: rounded(weight), text, numbers };
  const inputs = {
    effectiveKm: effective,
    hours: sinceHours,
    isOverlapping: isOverlapping ? 1 : 0,
    trust,
    otherTrust,
    ...wordInputs(
      presence.from >= other.from ? other : presence,
      Math.max(presence.from, other.from),
    ),
  };
  return { reason, inputs, m, isOverlapping, isImpossible };
}

/** The most that any journey here could weigh, nats: from nowhere near, at once. */
export function mostAt(presence: Presence): number {
  const here = trustworthy(presence);
  return here ? confidence(here) * overlapWeight : 0;
}

/** How implausible a journey is. @param gapHours between the two presences */
function implausible(effectiveKm: number, gapHours: number): { speed: number; m: number } {
  const speed = effectiveKm / (gapHours + slackHours);
  return { speed, m: 1 / (1 + Math.exp(-(speed - speedMidpointKmh) / speedSlopeKmh)) };
}

/**
 * How likely one was still there when the other began, 0 to 1: 1 as far as both were heard of.
 * A gateway that sends no interims confirms nothing: of its sessions the Start alone counts here.
 */
function chanceTogether(presence: Presence, other: Presence): number {
  if (presence.from < other.to && other.from < presence.to) return 1;
  const [earlier, later] = presence.from >= other.from ? [other, presence] : [presence, other];
  return isConfirmed(earlier.session) ? chanceStill(earlier, later.from) : 0;
}

/** Its gateway sends interims: silence says that it ended, and when. */
const isConfirmed = (session: KnownSession): boolean =>
  (session.outlook?.periodMs ?? interimPeriodMs(session)) !== undefined;

/** What of a session without Stop was heard, for who checks the sentence. */
export function lastWordNumbers(
  other: Presence,
  time: number,
): { readonly sinceLastWordHours?: number; readonly stillOpen?: number } {
  if (!other.isUnended || other.to > time) return {};
  return {
    sinceLastWordHours: rounded((time - other.to) / 3_600_000),
    stillOpen: rounded(chanceStill(other, time)),
  };
}

/**
 * What says how likely a presence was going on at a time: `chanceOpen` of a session without Stop,
 * by its gateway's habits; one that was heard of then has none.
 */
export function wordInputs(other: Presence, time: UnixMs): Readonly<Record<string, number>> {
  if (!other.isUnended || other.to > time) return {};
  const outlook = other.session.outlook ?? outlookAlone(other.session);
  const { lastWord, periodMs, restart, stopShare, usualMs } = outlook;
  return {
    silenceHours: Math.max(0, time - lastWord) / 3_600_000,
    ...(periodMs === undefined ? {} : { interimHours: periodMs / 3_600_000 }),
    ...(restart === undefined ? {} : { isAfterRestart: time >= restart ? 1 : 0 }),
    stopShare,
    usualHours: usualMs / 3_600_000,
  };
}

/** `last word 16:10, no Stop`; of a gateway without interims that is the Start. */
export function lastWordText(other: Presence): string {
  const isStart = other.to <= other.session.startedAt;
  return `${isStart ? 'only its Start was heard' : `last word ${timeText(other.to)}`}, no Stop`;
}

/**
 * Whether two presences are farther apart than a line that changes can put a user; false where
 * either says nothing of where it is.
 */
export function isBeyondHandover(a: Presence, b: Presence): boolean {
  const here = trustworthy(a);
  const there = trustworthy(b);
  if (!here || !there) return false;
  return distanceKm(here, there) - uncertaintyKm(here, there) > handoverKm;
}

/** How far apart two positions may be and yet be one, km. */
function uncertaintyKm(here: Located, there: Located): number {
  const radii = here.radiusKm + there.radiusKm + slackKm;
  if (here.network.asn !== there.network.asn || here.country !== there.country) return radii;
  return radii + (here.network.type === 'mobile' ? sameMobileNetworkKm : sameNetworkKm);
}

function trustworthy(presence: Presence): Located | undefined {
  const { location } = presence.sighting;
  return location.kind === 'located' && !placelessNetworks.has(location.network.type)
    ? location
    : undefined;
}

/** How much a position proves: by network type, then by how wide its circle is. */
function confidence(location: Located): number {
  const byType: Partial<Record<NetworkType, number>> = {
    mobile: 0.45,
    corporate: 0.9,
    education: 0.9,
    government: 0.9,
  };
  const byRadius = location.radiusKm <= 100 ? 1 : location.radiusKm <= 300 ? 0.7 : 0.45;
  return (byType[location.network.type] ?? 1) * byRadius;
}

function otherEndTrust(type: NetworkType): number {
  if (type === 'mobile') return 0.3;
  return type === 'corporate' || type === 'education' || type === 'government' ? 0.8 : 1;
}

type Numbers = {
  readonly effectiveKm: number;
  readonly uncertaintyKm: number;
  readonly gapHours: number;
  readonly speedKmh: number;
};

function overlapText(other: Presence, there: Located, numbers: Numbers): string {
  const from = timeText(other.from);
  const when = other.isUnended
    ? `since ${from}; ${lastWordText(other)}`
    : `${from} to ${timeText(other.to)}`;
  return (
    `Overlaps session ${shown(other)} from ${placeLabel(there)} (${when}), ` +
    `${numbers.effectiveKm} km apart after ${numbers.uncertaintyKm} km of location ` +
    'uncertainty was taken off'
  );
}

function sequenceText(
  presence: Presence,
  other: Presence,
  there: Located,
  numbers: Numbers,
): string {
  const isAfter = presence.from >= other.to;
  const minutes = minutesText(numbers.gapHours * 60);
  const gap = `${minutes.charAt(0).toUpperCase()}${minutes.slice(1)}`;
  const isUnended = isAfter && other.isUnended === true;
  return (
    `${gap} ${isAfter ? 'after' : 'before'} ${isUnended ? 'the last word of ' : ''}` +
    `session ${shown(other)} from ${placeLabel(there)}` +
    `${isUnended ? ` (${lastWordText(other)})` : ''}, ${numbers.effectiveKm} km apart after ` +
    `${numbers.uncertaintyKm} km of location uncertainty was taken off: ` +
    `${numbers.speedKmh} km/h even if half an hour more is allowed`
  );
}

// Session ids come from the network: escape what could steer a terminal or a page.
function shown(presence: Presence): string {
  const id = presence.session.sessionId.slice(0, 40);
  return id.replace(/[^\x20-\x7e]/g, '?') || '(no id)';
}

const rounded = (value: number): number => Math.round(value * 1000) / 1000;
