// The newest detections of a user, as the profile lists them, and how many sessions they have.

import type { Detection } from '../detection.ts';
import { profileDetectionsMax } from '../limits.ts';
import type { Learned } from '../profile/learned.ts';
import type { DetectionRef } from '../profile/profile.ts';

/** A detection whose sessions the profile counts, with their number. */
export function withCount(detection: Detection, held: Learned['held']): Detection {
  const counted = held.find(({ id }) => id === detection.id);
  return counted ? { ...detection, sessionCount: counted.sessions } : detection;
}

/** The list with one detection as it is now. */
export function withRef(refs: readonly DetectionRef[], ref: DetectionRef): readonly DetectionRef[] {
  const others = refs.filter((known) => known.id !== ref.id);
  return [...others, ref]
    .sort((a, b) => b.firstSeen - a.firstSeen || (a.id < b.id ? -1 : 1))
    .slice(0, profileDetectionsMax);
}
