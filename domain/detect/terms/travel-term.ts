// Term "travel" in the score: the least plausible journey to or from another session (travel.ts),
// taken times 1 - .75 k where this place is known to the user, and times .45 where both ends show
// the same device that is known: then a line changed, or the location data is wrong.
// Blind spots: those of travel.ts; an intruder who copies the device's name.

import { presencesOf } from '../../session/presence.ts';
import type { Session } from '../../session/session.ts';
import { type Evidence, rounded, type TermContext } from '../context/term.ts';
import { sharesDevice } from './overlap.ts';
import { type TravelFinding, travelBetween } from './travel.ts';

/**
 * Only sessions this near in time can make travel impossible: half the globe takes 25 h at 800
 * km/h.
 */
export const travelHorizonMs = 26 * 3600 * 1000;

const sameDeviceShare = 0.45;
const knownPlaceDiscount = 0.75;

export function travelTerm(context: TermContext): Evidence | undefined {
  const { presence, others, familiarity } = context;
  if (!presence) return undefined;
  let worst: TravelFinding | undefined;
  let worstWeight = 0;
  let discount = 1;
  const known = Math.max(familiarity.place.k, familiarity.near.k);
  for (const session of others) {
    if (
      session.rowStart === presence.session.rowStart &&
      session.identity === presence.session.identity
    ) {
      continue;
    }
    if (Math.abs(session.startedAt - presence.from) > horizonOf(session)) continue;
    const isSameDevice = sharesDevice(session, presence.session);
    const share = (1 - knownPlaceDiscount * known) * (isSameDevice ? sameDeviceShare : 1);
    for (const other of presencesOf(session)) {
      const finding = travelBetween(presence, other);
      if (!finding || finding.reason.weight * share <= worstWeight) continue;
      worst = finding;
      worstWeight = finding.reason.weight * share;
      discount = share;
    }
  }
  if (!worst) return undefined;
  const { reason, isOverlapping } = worst;
  return {
    term: 'travel',
    aspect: isOverlapping ? 'overlapping' : 'sequential',
    weight: worstWeight,
    numbers: () => ({ ...reason.numbers, fullWeight: reason.weight, discount: rounded(discount) }),
    text: () => reason.text,
  };
}

/** A session that lasts longer reaches further. */
function horizonOf(session: Session): number {
  return travelHorizonMs + Math.max(0, session.lastSeen - session.startedAt);
}
