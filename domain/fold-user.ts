// Folds the events of one user, in time order, into what is stored of that user: a plan of writes.
// Pure: process-events.ts carries the plan out in the order that loses nothing in a crash.

import type { AccountingEvent } from './accounting-event.ts';
import type { Detection } from './detect/alert.ts';
import { judgeSighting } from './detect/judge.ts';
import { profileDetectionsMax, sessionStartToleranceMs } from './limits.ts';
import type { Location } from './location.ts';
import type { EventOutcome } from './outcome.ts';
import type { Hash, UserState } from './ports.ts';
import {
  type DetectionRef,
  emptyProfile,
  foldSession,
  type Profile,
  type ProfileIndexRow,
  recentKeys,
} from './profile.ts';
import { findSession, mergeSessions, type Session, sessionOf } from './session.ts';

export type UserEvent = {
  readonly event: AccountingEvent;
  readonly location: Location | undefined;
};

/** What to write for one user, and how each event ended. */
export type UserPlan = {
  /** Absent when the stored profile stays as it is. */
  readonly profile?: Profile;
  /** Session rows that are new or advanced, with the version read (0: no row). */
  readonly sessions: readonly { readonly session: Session; readonly version: number }[];
  /** Parallel to the events given. */
  readonly outcomes: readonly Extract<EventOutcome, 'folded' | 'merged' | 'duplicate'>[];
};

type Slot = { session: Session; stored: Session | undefined; version: number; isTouched: boolean };

/** Plans the fold of `events` (sorted by time) of one user into `state`. */
export function foldUser(
  user: { readonly userKey: string; readonly kind: Profile['kind'] },
  state: UserState,
  events: readonly UserEvent[],
  hash: Hash,
): UserPlan {
  const before = state.profile ?? emptyProfile(user.userKey, user.kind);
  const slots: Slot[] = state.sessions.map(({ session, version }) => ({
    session,
    stored: session,
    version,
    isTouched: false,
  }));
  let profile = before;
  const detections: Detection[] = [];
  const indexRows: ProfileIndexRow[] = [];
  const outcomes: UserPlan['outcomes'][number][] = [];

  for (const { event, location } of events) {
    const { slot, isNews } = placeEvent(slots, profile, event, location, user.userKey, hash);
    const folded = foldSession(profile, slot.session, slot.stored, {
      spelling: event.user.raw,
      foldSize: events.length,
    });
    outcomes.push(folded.isChanged ? 'folded' : isNews ? 'merged' : 'duplicate');
    profile = folded.profile;
    indexRows.push(...folded.indexRows);
    const alertable = event.flags.includes('repeated') ? [] : folded.newSightings;
    for (const sighting of alertable) {
      const others = slots.map((other) => other.session);
      const judgement = judgeSighting(profile, slot.session, sighting, others, hash);
      if (!judgement) continue;
      detections.push(judgement.detection);
      profile = { ...profile, detections: withRef(profile.detections, judgement.ref) };
    }
  }
  const sessions = slots
    .filter((slot) => slot.isTouched)
    .map(({ session, version }) => ({ session, version }));
  if (profile === before) return { sessions, outcomes };
  return { profile: { ...profile, pending: { detections, indexRows } }, sessions, outcomes };
}

/** Finds or makes the session an event belongs to and merges the event into it. */
function placeEvent(
  slots: Slot[],
  profile: Profile,
  event: AccountingEvent,
  location: Location | undefined,
  userKey: string,
  hash: Hash,
): { slot: Slot; isNews: boolean } {
  const identity = sessionIdentity(event, userKey, hash);
  const single = sessionOf(event, identity, location);
  const found = findSession(
    slots.map((slot) => slot.session),
    event,
    identity,
  );
  const known = found && slots.find((slot) => slot.session === found);
  if (known) {
    const merged = mergeSessions(known.session, single);
    const isNews = JSON.stringify(merged) !== JSON.stringify(known.session);
    known.session = merged;
    known.isTouched ||= isNews;
    return { slot: known, isNews };
  }
  const slot: Slot = {
    session: { ...single, rowStart: unwrittenStart(profile, single) ?? single.rowStart },
    stored: undefined,
    version: 0,
    isTouched: true,
  };
  slots.push(slot);
  return { slot, isNews: true };
}

/** Gateway, session id and user make the identity; the start tells its sessions apart. */
function sessionIdentity(event: AccountingEvent, userKey: string, hash: Hash): string {
  return hash([event.gateway.id, event.session.id ?? '', userKey].join('\0')).slice(0, 12);
}

// A crash may have left the session counted in the profile but without its row: take up its key.
function unwrittenStart(profile: Profile, single: Session): number | undefined {
  const distance = (rowStart: number): number => Math.abs(rowStart - single.startedAt);
  return recentKeys(profile, single.identity)
    .map((key) => key.rowStart)
    .filter((rowStart) => distance(rowStart) <= sessionStartToleranceMs)
    .sort((a, b) => distance(a) - distance(b))[0];
}

function withRef(refs: readonly DetectionRef[], ref: DetectionRef): readonly DetectionRef[] {
  const others = refs.filter((known) => known.id !== ref.id);
  return [...others, ref]
    .sort((a, b) => b.firstSeen - a.firstSeen || (a.id < b.id ? -1 : 1))
    .slice(0, profileDetectionsMax);
}
