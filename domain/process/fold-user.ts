// Folds the events of one user, in time order, into what is stored of that user: a plan of writes.
// Pure: process-events.ts carries the plan out in the order that loses nothing in a crash.

import type { AccountingEvent } from '../accounting-event.ts';
import { withOrigin } from '../detect/alert.ts';
import { burstDetectionOf } from '../detect/burst-alert.ts';
import { detectionOf, type JudgeInput, judge } from '../detect/judge.ts';
import type { SessionJudgement } from '../detect/judgement.ts';
import type { Learning } from '../detect/score.ts';
import type { Detection } from '../detection.ts';
import { profileDetectionsMax, sessionStartToleranceMs } from '../limits.ts';
import type { Location } from '../location.ts';
import type { EventOutcome } from '../outcome.ts';
import { isSameValue } from '../plain-value.ts';
import {
  type PopulationCounts,
  type PopulationView,
  periodOf,
  type Use,
} from '../population/population.ts';
import {
  type DetectionRef,
  emptyProfile,
  type FoldResult,
  foldSession,
  type Profile,
  type ProfileIndexRow,
} from '../profile/profile.ts';
import { recentKeys, withoutDurable } from '../profile/recent.ts';
import { findSession, mergeSessions, type Session, sessionOf } from '../session/session.ts';
import type { Sighting } from '../session/sighting.ts';
import type { DetectionSettings } from '../settings.ts';
import type { Hash, UserState } from './ports.ts';

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
  readonly judgements: readonly SessionJudgement[];
  /** What the population learns of this user, once the plan is written. */
  readonly counts: readonly { readonly period: number; readonly counts: PopulationCounts }[];
  readonly uses: readonly Use[];
};

/** What a fold is given besides the user's own state. */
export type FoldContext = {
  readonly population: PopulationView;
  readonly settings: DetectionSettings;
  readonly hash: Hash;
};

type Slot = { session: Session; stored: Session | undefined; version: number; isTouched: boolean };

/** What a fold gathers on its way through the events. */
type Gathered = {
  readonly detections: Detection[];
  readonly indexRows: ProfileIndexRow[];
  readonly judgements: SessionJudgement[];
  readonly counts: UserPlan['counts'][number][];
  readonly uses: Use[];
};

/** Plans the fold of `events` (sorted by time) of one user into `state`. */
export function foldUser(
  user: { readonly userKey: string; readonly kind: Profile['kind'] },
  state: UserState,
  events: readonly UserEvent[],
  context: FoldContext,
): UserPlan {
  const stored = state.profile ?? emptyProfile(user.userKey, user.kind);
  const slots: Slot[] = state.sessions.map(({ session, version }) => ({
    session,
    stored: session,
    version,
    isTouched: false,
  }));
  const recent = withoutDurable(
    stored.recent,
    state.sessions.map(({ session }) => session),
  );
  const before = { ...stored, recent };
  let profile: Profile = before;
  const gathered: Gathered = {
    detections: [],
    indexRows: [],
    judgements: [],
    counts: [],
    uses: [],
  };
  const outcomes: UserPlan['outcomes'][number][] = [];

  for (const { event, location } of events) {
    const { slot, isNews } = placeEvent(slots, profile, event, location, context.hash);
    const folded = foldSession(profile, slot.session, slot.stored, {
      spelling: event.user.raw,
      foldSize: events.length,
    });
    const isMerged = isNews || isPassedOver(event, slot.session);
    outcomes.push(folded.isChanged ? 'folded' : isMerged ? 'merged' : 'duplicate');
    if (!folded.isChanged) continue;
    gathered.indexRows.push(...folded.indexRows);
    const { flags } = event;
    profile = judgeFolded({ before: profile, folded, slot, slots, flags }, context, gathered);
  }
  const sessions = slots
    .filter((slot) => slot.isTouched)
    .map(({ session, version }) => ({ session, version }));
  const { detections, indexRows, ...rest } = gathered;
  const plan = { sessions, outcomes, ...rest };
  return profile === before
    ? plan
    : { ...plan, profile: { ...profile, pending: { detections, indexRows } } };
}

/** An interim of a span that has one: it is no repeat, and nothing of it is kept. */
function isPassedOver({ kind, time }: AccountingEvent, { lastInterim }: Session): boolean {
  return kind === 'interim' && lastInterim !== undefined && lastInterim.time !== time;
}

/** Judges what an event newly showed of its session, and learns it. @returns the profile after. */
function judgeFolded(
  fold: {
    readonly before: Profile;
    readonly folded: FoldResult;
    readonly slot: Slot;
    readonly slots: readonly Slot[];
    readonly flags: AccountingEvent['flags'];
  },
  context: FoldContext,
  gathered: Gathered,
): Profile {
  const { before, folded, slot } = fold;
  const { session } = slot;
  let { profile } = folded;
  for (const { sighting, learning } of questionsOf(folded, session)) {
    const input: JudgeInput = {
      before,
      learned: profile.learned,
      session,
      sighting,
      others: fold.slots.map((other) => other.session),
      learning,
      ...context,
    };
    const judged = judge(input);
    const { judgement, learned, counts, uses } = judged;
    profile = { ...profile, learned };
    gathered.judgements.push({ userKey: profile.userKey, session, judgement });
    if (counts) gathered.counts.push({ period: periodOf(session.startedAt), counts });
    gathered.uses.push(...uses);
    gathered.indexRows.push(...judged.oddUsers);
    const isAlertable = !fold.flags.includes('repeated');
    const found = isAlertable ? detectionOf(input, judged, profile.detections) : undefined;
    if (!found) continue;
    gathered.detections.push(withOrigin(found.detection, fold.flags));
    const burst = burstDetectionOf(input, judged);
    if (burst) gathered.detections.push(withOrigin(burst, fold.flags));
    profile = { ...profile, detections: withRef(profile.detections, found.ref) };
  }
  return profile;
}

/** What there is to judge: each new address, or a new session or device without one. */
function questionsOf(
  { newSightings, isNewSession, isNewDevice }: FoldResult,
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

/** Finds or makes the session an event belongs to and merges the event into it. */
function placeEvent(
  slots: Slot[],
  profile: Profile,
  event: AccountingEvent,
  location: Location | undefined,
  hash: Hash,
): { slot: Slot; isNews: boolean } {
  const identity = sessionIdentity(event, profile.userKey, hash);
  const single = sessionOf(event, identity, location);
  const found = findSession(
    slots.map((slot) => slot.session),
    event,
    identity,
  );
  const known = found && slots.find((slot) => slot.session === found);
  if (known) {
    const merged = mergeSessions(known.session, single);
    const isNews = !isSameValue(merged, known.session);
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

/** Gateway, session id and user make the identity; the start distinguishes its sessions. */
function sessionIdentity(event: AccountingEvent, userKey: string, hash: Hash): string {
  return hash([event.gateway.id, event.session.id ?? '', userKey].join('\0')).slice(0, 12);
}

// A crash may have left the session counted in the profile but without its row: take up its key.
function unwrittenStart(profile: Profile, single: Session): number | undefined {
  const distance = (rowStart: number): number => Math.abs(rowStart - single.startedAt);
  return recentKeys(profile.recent, single.identity)
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
