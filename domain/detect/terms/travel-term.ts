// Term "travel" in the score: the least plausible journey from an earlier session (travel.ts),
// taken times 1 - .75 k where this place is known to the user, and times .45 where both ends show
// the same device: then a line changed, or the location data is wrong. No device lowers a journey
// that nobody can make, and one device in two far places at once counts 1.15 times: it is copied.
// Blind spots: those of travel.ts.

import type { KnownSession } from '../../session/outlook.ts';
import { beganBefore, type Presence, presencesOf } from '../../session/presence.ts';
import type { Session, SessionKey } from '../../session/session.ts';
import {
  type BesideContext,
  type Evidence,
  type Journey,
  rounded,
  type TravelFinding,
} from '../context/term.ts';
import { sharesDevice } from './overlap.ts';
import { mostAt, travelBetween } from './travel.ts';

/**
 * Only sessions this near in time can make travel impossible: half the globe takes 25 h at 800
 * km/h.
 */
export const travelHorizonMs = 26 * 3600 * 1000;

const sameDeviceShare = 0.45;
const sameDeviceAtOnce = 1.15;
const knownPlaceDiscount = 0.75;

/**
 * The least plausible journey from another session that began before.
 * @param known familiarity of the place where `presence` is
 */
export function worstJourney(
  presence: Presence,
  others: readonly KnownSession[],
  known: number,
): Journey | undefined {
  let worst: Journey | undefined;
  let worstWeight = 0;
  for (const session of others) {
    if (isSameSession(session, presence.session)) continue;
    if (Math.abs(session.startedAt - presence.from) > horizonOf(session)) continue;
    const isSameDevice = sharesDevice(session, presence.session);
    for (const other of presencesOf(session)) {
      if (!beganBefore(other, presence)) continue;
      const finding = travelBetween(presence, other);
      if (!finding) continue;
      const share = (1 - knownPlaceDiscount * known) * deviceShare(finding, isSameDevice);
      const weight = finding.reason.weight * share;
      if (weight <= worstWeight) continue;
      worst = { finding, share, from: keyOf(session) };
      worstWeight = weight;
    }
  }
  return worst;
}

function deviceShare({ isImpossible, isOverlapping }: TravelFinding, isSameDevice: boolean) {
  if (!isSameDevice) return 1;
  if (!isImpossible) return sameDeviceShare;
  return isOverlapping ? sameDeviceAtOnce : 1;
}

/** The most that a journey to a presence could weigh, nats. @param known as above */
export const travelMost = (presence: Presence, known: number): number =>
  mostAt(presence) * (1 - knownPlaceDiscount * known) * sameDeviceAtOnce;

const isSameSession = (a: Session, b: Session): boolean =>
  a.rowStart === b.rowStart && a.identity === b.identity;

const keyOf = ({ rowStart, identity }: Session): SessionKey => ({ rowStart, identity });

export function travelTerm({ journey }: BesideContext): Evidence | undefined {
  if (!journey) return undefined;
  const { finding, share } = journey;
  const { reason, isOverlapping } = finding;
  return {
    term: 'travel',
    aspect: isOverlapping ? 'overlapping' : 'sequential',
    weight: reason.weight * share,
    about: journey.from,
    numbers: () => ({ ...reason.numbers, fullWeight: reason.weight, discount: rounded(share) }),
    inputs: () => ({ ...finding.inputs, discount: share }),
    text: () => reason.text,
  };
}

/** A session that lasts longer reaches further. */
function horizonOf(session: Session): number {
  return travelHorizonMs + Math.max(0, session.lastSeen - session.startedAt);
}
