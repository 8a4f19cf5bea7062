// Folds the events of one user, in time order, into what is stored of that user: a plan of writes.
// Pure: process-events.ts carries the plan out in the order that loses nothing in a crash.

import type { AccountingEvent, UnixMs } from '../accounting-event.ts';
import { withOrigin } from '../detect/alert.ts';
import { burstCandidatesOf, burstDetectionOf } from '../detect/burst-alert.ts';
import { type JudgedSession, type JudgeInput, judge, travelHorizonMs } from '../detect/judge.ts';
import { type Alike, detectionBeside } from '../detect/judge-alike.ts';
import type { SessionJudgement } from '../detect/judgement.ts';
import { learnedAfter } from '../detect/learn-judged.ts';
import type { Detection } from '../detection.ts';
import type { Location } from '../location.ts';
import type { EventOutcome } from '../outcome.ts';
import type { PopulationCounts, PopulationView, Use } from '../population/population.ts';
import { periodOf } from '../population/population.ts';
import { type CountResult, countSession } from '../profile/count-session.ts';
import { emptyProfile, type Profile, type ProfileIndexRow } from '../profile/profile.ts';
import { withoutDurable } from '../profile/recent.ts';
import type { SeenRow } from '../profile/user-rows.ts';
import { type HeardWord, isWordWanted, withLastWord } from '../session/last-word.ts';
import type { IndexNews } from '../session/open-session.ts';
import { type KnownSession, withOutlooks } from '../session/outlook.ts';
import type { Restarts } from '../session/restart.ts';
import type { Session } from '../session/session.ts';
import type { SessionRules } from '../session/session-rules.ts';
import type { DetectionSettings } from '../settings.ts';
import { withCount, withRef } from './detection-refs.ts';
import type { Hash, UserState } from './ports.ts';
import { questionsOf } from './questions.ts';
import { dividedRows } from './seen-rows.ts';
import { isMerged, SessionSlots } from './session-slots.ts';
import { isSameSession, sessionsAround } from './sessions-around.ts';
import type { Slot } from './slot.ts';
import { newsOf } from './slot-news.ts';
import type { IsOneAtATime, SeenHabit } from './slot-replaced.ts';
import { keepGreaterWords, keepOldWords } from './slot-words.ts';
import { withUndecided } from './undecided.ts';

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
  /** Last words of sessions whose rows keep an earlier interim. */
  readonly words: readonly HeardWord[];
  /** What it opened and ended of what may be open. */
  readonly news: IndexNews;
  /** What it shows of gateways that send no interims. */
  readonly habits: readonly SeenHabit[];
  /** Bursts that sessions would be in, should they have been raised by others already. */
  readonly candidates: readonly Detection[];
  /** Where it was seen: not pending (`seen-rows.ts`). */
  readonly seen: readonly SeenRow[];
  /** Sessions without Stop that something was judged by, as far as their rows know them. */
  readonly unheard: readonly Session[];
};

/** What a fold is given besides the user's own state. */
export type FoldContext = {
  readonly population: PopulationView;
  readonly settings: DetectionSettings;
  readonly hash: Hash;
  /** What ends a session that no record ends; absent: the defaults. */
  readonly rules?: SessionRules;
  /** Restarts of the gateways, as far as they are known. */
  readonly restarts?: ReadonlyMap<string, Restarts>;
  /** Sessions of the state with their last words; those that are absent are as their rows say. */
  readonly heard?: readonly Session[];
  /** Whether a gateway lets a user have one session at a time; absent: none is known to. */
  readonly isOneAtATime?: IsOneAtATime;
  /** The clock; absent where times are those of files. */
  readonly now?: UnixMs;
};

/** What a fold gathers on its way through the events. */
type Gathered = {
  readonly detections: Detection[];
  readonly candidates: Detection[];
  readonly indexRows: ProfileIndexRow[];
  readonly judgements: SessionJudgement[];
  readonly counts: UserPlan['counts'][number][];
  readonly uses: Use[];
  readonly unheard: Set<Session>;
};

/** Whom a fold is of. */
export type FoldedUser = {
  readonly userKey: string;
  readonly kind: Profile['kind'];
  /** Some of the events came before, and their writing may have been interrupted. */
  readonly isRepeated?: boolean;
};

/** What folding one event adds to what the organisation's users do. */
export type FoldStep = Pick<UserPlan, 'counts' | 'uses' | 'habits'> & {
  readonly indexRows: readonly ProfileIndexRow[];
};

/** What is known around an event beside its user, where that changes from event to event. */
export type FoldSurroundings = Pick<FoldContext, 'population' | 'restarts'>;

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
  const before = { ...stored, recent };
  const slots = new SessionSlots(before, state.sessions, context.hash, context.isOneAtATime);
  let profile: Profile = before;
  const gathered: Gathered = {
    detections: [],
    candidates: [],
    indexRows: [],
    judgements: [],
    counts: [],
    uses: [],
    unheard: new Set(),
  };
  const outcomes: UserPlan['outcomes'][number][] = [];
  let known: FoldSurroundings['restarts'];

  for (const { event, location } of events) {
    const here: FoldContext = { ...context, ...surroundingsOf(event) };
    const seen = newsSince({ ...gathered, habits: slots.habits });
    known = here.restarts;
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
      const { flags } = event;
      const { alike } = state;
      const fold = { before: profile, folded, slot, slots, flags, alike };
      profile = judgeFolded(fold, here, gathered);
    }
    outcomes.push(isFolded ? 'folded' : isMerged(event, placed) ? 'merged' : 'duplicate');
    yield seen();
  }
  if (context.now !== undefined) keepOldWords(slots.all, context.now);
  keepGreaterWords(slots.all, context.heard ?? []);
  for (const { doubted } of slots.all) if (doubted) gathered.unheard.add(doubted);
  const sessions = slots.all
    .filter((slot) => slot.isTouched)
    .map(({ session, version }) => ({ session, version }));
  const { detections, indexRows: rows, unheard, ...rest } = gathered;
  const { indexRows, seen } = dividedRows(profile, rows, slots.all, user.isRepeated);
  const words = slots.words();
  const news = newsOf(user.userKey, slots.all, {
    ...context,
    ...(known ? { restarts: known } : {}),
  });
  const { habits } = slots;
  const plan = { sessions, outcomes, words, news, habits, seen, unheard: [...unheard], ...rest };
  return profile === before
    ? plan
    : { ...plan, profile: { ...profile, pending: { detections, indexRows } } };
}

/** Answers what was gathered of the organisation since the call. */
function newsSince({ counts, uses, indexRows, habits }: FoldStep): () => FoldStep {
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

/** Judges what an event newly showed of its session, and learns it. @returns the profile after. */
function judgeFolded(
  fold: {
    readonly before: Profile;
    readonly folded: CountResult;
    readonly slot: Slot;
    readonly slots: SessionSlots;
    readonly flags: AccountingEvent['flags'];
    readonly alike: Alike | undefined;
  },
  context: FoldContext,
  gathered: Gathered,
): Profile {
  const { before, folded, slot } = fold;
  const { session } = slot;
  let { profile } = folded;
  const others = othersOf(fold, context, gathered);
  for (const { sighting, learning } of questionsOf(folded, session)) {
    const input: JudgeInput = {
      before,
      learned: profile.learned,
      session,
      sighting,
      others,
      learning,
      ...context,
    };
    const judged = judge(input);
    const { judgement, counts, uses, asLearned } = judged;
    const beyond = asLearned ? { beyondHeld: asLearned } : {};
    gathered.judgements.push({ userKey: profile.userKey, session, judgement, ...beyond });
    if (counts) gathered.counts.push({ period: periodOf(session.startedAt), counts });
    gathered.uses.push(...uses);
    const isAlertable = !fold.flags.includes('repeated');
    const found = isAlertable
      ? detectionBeside(input, judged, profile.detections, fold.alike)
      : undefined;
    profile = { ...profile, learned: learnedAfter(judged, found?.ref, learning) };
    gatherBurst(gathered, { input, judged, flags: fold.flags, id: found?.ref.id, isAlertable });
    profile = withUndecided(profile, input, { isAlertable, alike: fold.alike });
    if (!found) continue;
    const counted = withCount(found.detection, profile.learned.held);
    gathered.detections.push(withOrigin(counted, fold.flags));
    profile = { ...profile, detections: withRef(profile.detections, found.ref) };
  }
  return profile;
}

/** The user's rows for a burst that may follow, and the burst that the session is in. */
function gatherBurst(
  gathered: Gathered,
  one: {
    readonly input: JudgeInput;
    readonly judged: JudgedSession;
    readonly flags: AccountingEvent['flags'];
    readonly id: string | undefined;
    readonly isAlertable: boolean;
  },
): void {
  const { input, judged, id } = one;
  const folds = id === undefined ? {} : { detectionId: id };
  gathered.indexRows.push(...judged.anomalousUsers.map((row) => ({ ...row, ...folds })));
  if (!one.isAlertable) return;
  const own = id === undefined ? {} : { detections: [id] };
  const whole = (burst: Detection): Detection => withOrigin({ ...burst, ...own }, one.flags);
  const burst = id === undefined ? undefined : burstDetectionOf(input, judged);
  if (burst) gathered.detections.push(whole(burst));
  else gathered.candidates.push(...burstCandidatesOf(input, judged).map(whole));
}

/** The user's sessions as far as they were heard of; notes those that words may say more of. */
function othersOf(
  { slot, slots }: { readonly slot: Slot; readonly slots: SessionSlots },
  { heard = [], restarts, rules }: FoldContext,
  gathered: Gathered,
): readonly KnownSession[] {
  const sessions = sessionsAround(slots.heard(), slot.session).map((session) => {
    const known = heard.find((one) => isSameSession(one, session));
    if (known?.lastInterim) return withLastWord(session, known.lastInterim);
    const isOther = !isSameSession(session, slot.session);
    const isNear = session.lastSeen >= slot.session.startedAt - travelHorizonMs;
    if (isOther && isNear && isWordWanted(session)) gathered.unheard.add(session);
    return session;
  });
  return withOutlooks(sessions, (gatewayId) => restarts?.get(gatewayId), rules);
}
