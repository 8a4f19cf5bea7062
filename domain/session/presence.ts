// Presences: when a user was at which address, read from a session. What travel and overlap are
// computed from. A presence ends with its session's Stop; without one it is certain until the last
// word, or at the Start where the gateway sends no interims, and fades after that (outlook.ts).

import type { UnixMs } from '../accounting-event.ts';
import { lostLineStopMsMax } from '../limits.ts';
import { chanceOpen, type KnownSession, outlookAlone } from './outlook.ts';
import type { Session } from './session.ts';
import { heardUntil, interimPeriodMs, stopTime } from './session-state.ts';
import type { Sighting } from './sighting.ts';

/** A time during which the user was at one position: what travel is computed from. */
export type Presence = {
  readonly session: KnownSession;
  readonly sighting: Sighting;
  readonly from: UnixMs;
  /** What was heard: of a session without interims the Start alone, `to` equals `from`. */
  readonly to: UnixMs;
  /** The last one of a session without Stop: it may have gone on. */
  readonly isUnended?: boolean;
};

/**
 * Whether one presence began before another: a judgement looks back, so that it is the same in
 * whatever order records come. Of two that began at once one counts as the first.
 */
export function beganBefore(a: Presence, b: Presence): boolean {
  if (a.from !== b.from) return a.from < b.from;
  const [first, second] = [a.session.identity, b.session.identity];
  return first === second ? a.session.rowStart < b.session.rowStart : first < second;
}

/**
 * Whether a presence went on a little beyond the begin of the next only because its gateway took
 * its time to notice that the line was gone.
 */
export function isLostLine({ session, to, isUnended }: Presence, nextFrom: UnixMs): boolean {
  if (isUnended || session.stoppedAt === undefined || to !== stopTime(session)) return false;
  return to > nextFrom && to <= nextFrom + lostLineStopMsMax;
}

/** How likely the user was still there at a time after `to`, 0 to 1. */
export function chanceStill({ session, isUnended }: Presence, time: UnixMs): number {
  if (!isUnended) return 0;
  return chanceOpen(session.outlook ?? outlookAlone(session), time);
}

/**
 * The presences of a session, in time order: from each first sighting to the next, or to the end.
 */
export function presencesOf(session: KnownSession): readonly Presence[] {
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
    const to = Math.max(from, next ?? confirmedEnd);
    const isUnended = next === undefined && session.stoppedAt === undefined;
    return isUnended ? { session, sighting, from, to, isUnended } : { session, sighting, from, to };
  });
}

function confirmedUntil(session: Session): UnixMs {
  if (session.stoppedAt !== undefined) return stopTime(session);
  return interimPeriodMs(session) === undefined ? session.startedAt : heardUntil(session);
}
