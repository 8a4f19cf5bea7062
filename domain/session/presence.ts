// Presences: when a user was at which address, read from a session. What travel and overlap are
// computed from. A presence ends with its session's Stop; without one, an interim period after the
// span of the last interim kept, or at once where the gateway sends none.

import type { UnixMs } from '../accounting-event.ts';
import type { Session } from './session.ts';
import { heardUntil, interimPeriodMs, stopTime } from './session-state.ts';
import type { Sighting } from './sighting.ts';

/** A time during which the user was at one position: what travel is computed from. */
export type Presence = {
  readonly session: Session;
  readonly sighting: Sighting;
  readonly from: UnixMs;
  /** An unconfirmed open session is a point in time: `to` equals `from`. */
  readonly to: UnixMs;
};

/**
 * The presences of a session, in time order: from each first sighting to the next, or to the end.
 */
export function presencesOf(session: Session): readonly Presence[] {
  const sightings =
    session.sightings.length < 2
      ? session.sightings
      : [...session.sightings].sort(
          (a, b) => a.firstSeen - b.firstSeen || (a.address < b.address ? -1 : 1),
        );
  const confirmedEnd = confirmedUntil(session);
  return sightings.map((sighting, index) => {
    const from = index === 0 ? session.startedAt : sighting.firstSeen;
    const next = sightings[index + 1]?.firstSeen;
    return { session, sighting, from, to: Math.max(from, next ?? confirmedEnd) };
  });
}

function confirmedUntil(session: Session): UnixMs {
  if (session.stoppedAt !== undefined) return stopTime(session);
  const period = interimPeriodMs(session);
  return period === undefined ? session.startedAt : heardUntil(session) + period;
}
