// The detection that a judgement calls for: new, or one that is open already, and how the profile
// remembers it. Pure.

import type { Detection } from '../detection.ts';
import { detectionRepeatMs } from '../limits.ts';
import { type Location, type PlaceKey, placeKey, placeLabel } from '../location.ts';
import type { Held } from '../profile/learned.ts';
import type { DetectionRef } from '../profile/profile.ts';
import { observationOf } from '../session/observation.ts';
import type { Session } from '../session/session.ts';
import type { Sighting } from '../session/sighting.ts';
import { detectionId, graver, sessionRef } from './alert.ts';
import { basisOf } from './basis.ts';
import { reasonOf } from './context/term.ts';
import type { JudgedSession, JudgeInput } from './judge.ts';
import type { Decided } from './judgement.ts';
import { techniquesOf } from './techniques.ts';
import { isNetworkNew } from './terms/burst.ts';

/**
 * The detection that a judgement calls for, and how the profile remembers it. What rests on the
 * values of an open detection joins it, and so do repeats within 24 h of the first from the same
 * place.
 */
export function detectionOf(
  input: JudgeInput,
  { judgement, scored, standing, isJoining }: JudgedSession,
  refs: readonly DetectionRef[],
): { readonly detection: Detection; readonly ref: DetectionRef } | undefined {
  const { severity } = judgement;
  const { session, sighting, before, hash } = input;
  // An address that the data do not place says nothing of where: without one it is the device,
  // the gateway or the hour that is odd.
  if (!severity) return undefined;
  const place = placeKeyAt(sighting);
  const start = session.startedAt;
  const joined = isJoining ? standing : undefined;
  const earlier = joined
    ? (refs.find(({ id }) => id === joined.id) ?? refOf(joined))
    : refs.find(
        (ref) => ref.place === place && Math.abs(start - ref.firstSeen) <= detectionRepeatMs,
      );
  const id = earlier?.id ?? detectionId(hash, before.userKey, session, place);
  const { userKey } = before;
  const told = detectionWith({ id, userKey, session, sighting, judgement });
  const detection = {
    ...told,
    ...(isNetworkNew(scored.context) ? { isNetworkNew: true as const } : {}),
    basis: basisOf(judgement, scored),
  };
  const ref = earlier
    ? { ...earlier, severity: graver(earlier.severity, severity) }
    : { id, place, firstSeen: start, severity };
  return { detection, ref };
}

const refOf = ({ id, place, since, severity }: Held): DetectionRef => ({
  id,
  place,
  firstSeen: since,
  severity,
});

/** Where a session is whose gateway sent no client address. */
const noAddress = { key: 'no-address', label: 'an address that was not sent' } as const;

/** A detection of one session. @param found without sighting: no client address was sent */
export function detectionWith(found: {
  readonly id: string;
  readonly userKey: string;
  readonly session: Session;
  readonly sighting?: Sighting | undefined;
  readonly judgement: Decided;
}): Detection {
  const { id, userKey, session, sighting, judgement } = found;
  const device = session.devices[0];
  const { address, location } = sighting ?? {};
  const seen = { time: session.startedAt, gatewayId: session.gatewayId, address, location };
  const { network } = observationOf(seen);
  return {
    id,
    kind: 'abnormal-vpn-connection',
    userKey,
    severity: judgement.severity ?? 'low',
    score: Math.round(judgement.shown),
    isLearning: judgement.isLearning,
    firstSeen: session.startedAt,
    lastSeen: session.startedAt,
    sessions: [sessionRef(session)],
    gatewayId: session.gatewayId,
    ...(sighting ? { clientAddress: sighting.address } : {}),
    place: sighting ? placeOf(placeKey(sighting.location), sighting.location) : noAddress,
    ...(network ? { network } : {}),
    ...(device ? { device } : {}),
    reasons: judgement.evidence.map(reasonOf),
    techniques: techniquesOf(judgement.evidence),
  };
}

/** The key of the place of a sighting, if there is one. */
export const placeKeyAt = (sighting: Sighting | undefined): PlaceKey =>
  sighting ? placeKey(sighting.location) : noAddress.key;

function placeOf(key: PlaceKey, location: Location): Detection['place'] {
  const label = placeLabel(location);
  if (location.kind !== 'located') return { key, label };
  return { key, label, lat: location.lat, lon: location.lon, radiusKm: location.radiusKm };
}
