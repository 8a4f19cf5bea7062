// What of a session is judged, once a record has shown something new of it.

import type { Learning } from '../detect/score.ts';
import type { CountResult } from '../profile/count-session.ts';
import type { Session } from '../session/session.ts';
import type { Sighting } from '../session/sighting.ts';

/** What there is to judge: each new address, or a new session or device without one. */
export function questionsOf(
  { newSightings, isNewSession, isNewDevice }: CountResult,
  session: Session,
): readonly { readonly sighting: Sighting | undefined; readonly learning: Learning }[] {
  if (newSightings.length > 0) {
    return newSightings.map((sighting, at) => ({
      sighting,
      learning: {
        isSession: isNewSession && at === 0,
        isLocation: true,
        isDevice: isNewDevice && at === 0,
      },
    }));
  }
  if (!isNewSession && !isNewDevice) return [];
  const learning = { isSession: isNewSession, isLocation: false, isDevice: isNewDevice };
  return [{ sighting: session.sightings.at(-1), learning }];
}
