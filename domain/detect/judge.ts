// The judge: looks at one new sighting of a session beside the user's other sessions.
// It holds one term so far, travel; until the learned terms stand beside it, all alerts are Low.
// Neighbours are taken on both sides in time, so a straggler is judged by what surrounds it.

import { detectionRepeatMs } from '../limits.ts';
import { type Location, placeKey, placeLabel } from '../location.ts';
import type { DetectionRef, Profile } from '../profile.ts';
import { type Session, type Sighting, type Stay, staysOf } from '../session.ts';
import { abnormalConnectionTechniques, type Detection, detectionId, sessionRef } from './alert.ts';
import { type TravelFinding, travelBetween } from './travel.ts';

/** Sequential travel alerts from this implausibility on; overlapping stays alert by themselves. */
const travelAlertM = 0.9;
/**
 * Only sessions this near in time can make travel impossible: half the globe takes 25 h at 800
 * km/h.
 */
export const travelHorizonMs = 26 * 3600 * 1000;
/** Weight in nats at which the shown score is 50. */
const scoreMidpoint = 2;

/** Before this much is known of a user, a detection is marked as made while learning. */
const learningMs = 30 * 24 * 3600 * 1000;
const learningSessions = 5;

export type Judgement = { readonly detection: Detection; readonly ref: DetectionRef };

/**
 * Judges a session newly seen at `sighting`.
 * `others` are the user's known sessions (the judged one may be among them).
 * @returns a detection, folded into an earlier one of the same place within 24 h, or undefined.
 */
export function judgeSighting(
  profile: Profile,
  session: Session,
  sighting: Sighting,
  others: readonly Session[],
  hash: (text: string) => string,
): Judgement | undefined {
  const place = placeKey(sighting.location);
  const stay = staysOf(session).find((s) => s.sighting.address === sighting.address);
  const worst = stay && worstTravel(stay, others);
  if (!worst) return undefined;

  const start = session.startedAt;
  const earlier = profile.detections.find(
    (ref) => ref.place === place && Math.abs(start - ref.firstSeen) <= detectionRepeatMs,
  );
  const id = earlier?.id ?? detectionId(hash, profile.userKey, session, place);
  const device = session.devices[0];
  const detection: Detection = {
    id,
    kind: 'abnormal-vpn-connection',
    userKey: profile.userKey,
    severity: 'low',
    score: Math.round(100 / (1 + Math.exp(-(worst.reason.weight - scoreMidpoint)))),
    isLearning: isLearning(profile, start),
    firstSeen: start,
    lastSeen: start,
    sessions: [sessionRef(session)],
    gatewayId: session.gatewayId,
    clientAddress: sighting.address,
    place: { key: place, label: placeLabel(sighting.location), ...position(sighting.location) },
    ...(sighting.location.kind === 'located' ? { network: sighting.location.network } : {}),
    ...(device ? { device } : {}),
    reasons: [worst.reason],
    techniques: abnormalConnectionTechniques,
  };
  return { detection, ref: earlier ?? { id, place, firstSeen: start } };
}

function worstTravel(stay: Stay, others: readonly Session[]): TravelFinding | undefined {
  return others
    .filter((other) => sessionRef(other) !== sessionRef(stay.session))
    .filter((other) => Math.abs(other.startedAt - stay.from) <= horizonOf(other))
    .flatMap(staysOf)
    .map((other) => travelBetween(stay, other))
    .filter((finding) => finding !== undefined)
    .filter((finding) => finding.isOverlapping || finding.m >= travelAlertM)
    .sort((a, b) => b.reason.weight - a.reason.weight)[0];
}

// The learning gate of Defender for Identity: 30 days since the first connection, and 5
// connections.
function isLearning(profile: Profile, start: number): boolean {
  return start - profile.firstSeen < learningMs || profile.sessions < learningSessions;
}

/** A session that lasts longer reaches further. */
function horizonOf(session: Session): number {
  return travelHorizonMs + Math.max(0, session.lastSeen - session.startedAt);
}

function position(location: Location): { lat?: number; lon?: number; radiusKm?: number } {
  if (location.kind !== 'located') return {};
  return { lat: location.lat, lon: location.lon, radiusKm: location.radiusKm };
}
