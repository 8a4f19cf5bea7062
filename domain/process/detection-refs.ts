// The newest detections of a user, as the profile lists them.

import { profileDetectionsMax } from '../limits.ts';
import type { DetectionRef } from '../profile/profile.ts';

/** The list with one detection as it is now. */
export function withRef(refs: readonly DetectionRef[], ref: DetectionRef): readonly DetectionRef[] {
  const others = refs.filter((known) => known.id !== ref.id);
  return [...others, ref]
    .sort((a, b) => b.firstSeen - a.firstSeen || (a.id < b.id ? -1 : 1))
    .slice(0, profileDetectionsMax);
}
