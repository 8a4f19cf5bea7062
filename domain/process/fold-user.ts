// Folds the events of one user, in time order, into what is stored of that user: a plan of writes.
// Pure: process-events.ts carries the plan out in the order that loses nothing in a crash.

import type { AccountingEvent, UnixMs } from '../accounting-event.ts';
import { isBrief, mergeDetections } from '../detect/alert.ts';
import { type Again, isSameAs } from '../detect/judge-again.ts';
import type { SessionJudgement } from '../detect/judgement.ts';
import type { Detection } from '../detection.ts';
import type { KeptJudgement } from '../kept-judgement.ts';
import { countSession } from '../profile/count-session.ts';
import { keptIn } from '../profile/learned.ts';
import { emptyProfile, type Profile, profileDraft } from '../profile/profile.ts';
import { withoutDurable } from '../profile/recent.ts';
import type { Building } from '../session/merge-values.ts';
import type { Session } from '../session/session.ts';
import { type Corrected, type CorrectInput, corrected, neededSince, stirred } from './correct.ts';
import { withCount } from './detection-refs.ts';
import {
  contextAt,
  type FoldContext,
  type FoldedUser,
  type FoldStep,
  type FoldSurroundings,
  type Gathered,
  noneGathered,
  type UserEvent,
  type UserPlan,
} from './fold-plan.ts';
import { correctInput, judgeFolded } from './judge-folded.ts';
import type { UserState } from './ports.ts';
import { dividedRows } from './seen-rows.ts';
import { isMerged, SessionSlots } from './session-slots.ts';
import { newsOf } from './slot-news.ts';
import { keepGreaterWords, keepOldWords } from './slot-words.ts';

/** Plans the fold of `events` (in their order) of one user into `state`. */
export function foldUser(
  user: FoldedUser,
  state: UserState,
  events: readonly UserEvent[],
  context: FoldContext,
): UserPlan {
  const steps = foldInSteps(user, state, events, context, () => context);
  for (let step = steps.next(); ; step = steps.next()) if (step.done) return step.value;
}

/**
 * The same, event by event: each call of `next` folds one and answers what it added, so that users
 * can be folded side by side (`fold-together.ts`). Answers the plan after the last.
 */
export function* foldInSteps(
  user: FoldedUser,
  state: UserState,
  events: readonly UserEvent[],
  context: Omit<FoldContext, keyof FoldSurroundings>,
  surroundingsOf: (event: AccountingEvent) => FoldSurroundings,
): Generator<FoldStep, UserPlan> {
  const stored = state.profile ?? emptyProfile(user.userKey, user.kind);
  const rowsAtHand = state.sessions.map(({ session }) => session);
  const recent = withoutDurable(stored.recent, rowsAtHand);
  const before = recent.length === stored.recent.length ? stored : withRecent(stored, recent);
  const slots = new SessionSlots(before, state.sessions, context.hash, context.isOneAtATime);
  let profile: Profile = before;
  const gathered = noneGathered();
  let unread: UnixMs | undefined;
  const outcomes: UserPlan['outcomes'][number][] = [];
  let known: FoldSurroundings['restarts'];

  for (const { event, location } of events) {
    const here = contextAt(context, surroundingsOf(event));
    const seen = newsSince(gathered, slots.habits);
    known = here.restarts;
    const until = profile;
    slots.remember();
    const restarts = known?.get(event.gateway.id);
    const placed = slots.place(event, location, restarts);
    let isFolded = false;
    for (const slot of placed.slots) {
      const folded = countSession(profile, slot.session, slot.counted, {
        spelling: event.user.raw,
        foldSize: sessionsTouchedMax * events.length,
        countedAs: slot.countedAs,
        sessions: () => slots.sessions(),
      });
      slot.counted = folded.counted;
      slot.countedAs = slot.session;
      if (!folded.isChanged) continue;
      isFolded = true;
      gathered.indexRows.push(...folded.indexRows);
      const { flags, time } = event;
      const { alike } = state;
      const fold = { before: profile, folded, slot, slots, flags, alike, time };
      profile = judgeFolded(fold, here, gathered);
    }
    // Of most users nothing is kept that could be corrected.
    if (keptIn(until.learned).length > 0) {
      const input = correctInput(slots, event.time, here, gathered);
      const again = stirred(until, slots.changed(), input);
      const righted = correctedAfter(profile, state, again, input);
      profile = righted.profile;
      gathered.detections.push(...righted.detections);
      gathered.indexRows.push(...righted.rows);
      gathered.counts.push(...righted.counts);
      const ended = placed.slots.map(({ session }) => session);
      gathered.judgements.push(...secondLooks(user.userKey, righted.again, ended));
      unread = earlier(unread, righted.unread);
    }
    outcomes.push(isFolded ? 'folded' : isMerged(event, placed) ? 'merged' : 'duplicate');
    yield seen();
  }
  return planOf(user, context, {
    before,
    profile,
    slots,
    gathered,
    outcomes,
    unread,
    restarts: known,
  });
}

/** What a fold came to, after its last event. */
type Ended = {
  readonly before: Profile;
  readonly profile: Profile;
  readonly slots: SessionSlots;
  readonly gathered: Gathered;
  readonly outcomes: UserPlan['outcomes'];
  readonly unread: UnixMs | undefined;
  readonly restarts: FoldSurroundings['restarts'];
};

/** What is to be written of a user. */
function planOf(
  user: FoldedUser,
  { hash, rules, now, heard = [] }: Omit<FoldContext, keyof FoldSurroundings>,
  { before, profile, slots, gathered, outcomes, unread, restarts }: Ended,
): UserPlan {
  if (now !== undefined) keepOldWords(slots.all, now);
  keepGreaterWords(slots.all, heard);
  for (const { doubted } of slots.all) if (doubted) gathered.unheard.add(doubted);
  const sessions = slots.all
    .filter((slot) => slot.isTouched)
    .map(({ session, version }) => ({ session, version }));
  const { detections, indexRows: rows, unheard, gateways } = gathered;
  const divided = dividedRows(profile, rows, slots.all, user.isRepeated);
  const words = slots.words();
  const news = newsOf(user.userKey, slots.all, { hash, rules, now, restarts });
  const plan: Building<UserPlan> = {
    sessions,
    outcomes,
    words,
    news,
    habits: slots.habits,
    closedDays: divided.closedDays,
    seen: divided.seen,
    unheard: [...unheard],
    gateways: [...gateways],
    judgements: gathered.judgements,
    counts: gathered.counts,
    uses: gathered.uses,
    candidates: gathered.candidates,
  };
  if (unread !== undefined) plan.unread = unread;
  if (profile === before) return plan;
  const after = profileDraft(profile);
  after.pending = { detections: oneOfEach(detections), indexRows: divided.indexRows };
  plan.profile = after;
  return plan;
}

function withRecent(profile: Profile, recent: Profile['recent']): Profile {
  const draft = profileDraft(profile);
  draft.recent = recent;
  return draft;
}

/**
 * What was said and corrected in one fold is told once, but where sentences are lacking: which
 * ones it gets, only what is stored can say.
 */
function oneOfEach(detections: readonly Detection[]): readonly Detection[] {
  const told: Detection[] = [];
  for (const detection of detections) {
    const at = told.findLastIndex(({ id }) => id === detection.id);
    const known = told[at];
    if (!known || isBrief(known) || isBrief(detection)) told.push(detection);
    else told[at] = mergeDetections(known, detection);
  }
  return told;
}

/** Corrects what an event shows to have been judged by what is not so. */
function correctedAfter(
  profile: Profile,
  { since }: UserState,
  again: readonly KeptJudgement[],
  input: CorrectInput,
): Corrected & { readonly unread?: UnixMs } {
  const same = { profile, detections: [], rows: [], again: [], counts: [] };
  if (again.length === 0) return same;
  const sessions = input.slots.map(({ session }) => session);
  const needed = neededSince(again, sessions);
  if (since !== undefined && since > needed) return { ...same, unread: needed };
  const found = corrected(profile, again, input);
  const { held } = found.profile.learned;
  const detections = found.detections.map((one) => withCount(one, held));
  return { ...found, detections };
}

/** Judgements that the end of their own session raised: observers are told of those as well. */
function secondLooks(
  userKey: string,
  again: readonly Again[],
  ended: readonly Session[],
): readonly SessionJudgement[] {
  return again.flatMap(({ kept, judgement, session }) => {
    const { ground, standing, said } = kept;
    const isOwn = ended.some(isSameAs(session)) && said.terms.includes('traffic');
    if (!isOwn || !standing || said.isJoined) return [];
    const { daysSinceFirst, sessionsInMonth } = standing;
    const gate = { daysSinceFirst, sessionsInMonth };
    return [{ userKey, session, judgement: { ...judgement, gate, ground } }];
  });
}

const earlier = (a: UnixMs | undefined, b: UnixMs | undefined): UnixMs | undefined =>
  a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);

/** Answers what was gathered of the organisation since the call. */
function newsSince(
  { counts, uses, indexRows }: Gathered,
  habits: FoldStep['habits'],
): () => FoldStep {
  const before = [counts.length, uses.length, indexRows.length, habits.length] as const;
  return () => ({
    counts: counts.slice(before[0]),
    uses: uses.slice(before[1]),
    indexRows: indexRows.slice(before[2]),
    habits: habits.slice(before[3]),
  });
}

/** Sessions that one event may change: its own, and those it divides. */
const sessionsTouchedMax = 3;
