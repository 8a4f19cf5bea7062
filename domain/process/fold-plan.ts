// What is folded into one user's state, what is known beside it, and the plan of writes that comes
// of it (fold-user.ts).

import type { AccountingEvent, UnixMs } from '../accounting-event.ts';
import type { SessionJudgement } from '../detect/judgement.ts';
import type { Detection } from '../detection.ts';
import type { Location } from '../location.ts';
import type { EventOutcome } from '../outcome.ts';
import type { PopulationCounts, PopulationView, Use } from '../population/population.ts';
import type { Profile, ProfileIndexRow } from '../profile/profile.ts';
import type { SeenRow } from '../profile/user-rows.ts';
import type { HeardWord } from '../session/last-word.ts';
import type { Building } from '../session/merge-values.ts';
import type { IndexNews } from '../session/open-session.ts';
import type { Restarts } from '../session/restart.ts';
import type { Session } from '../session/session.ts';
import type { SessionRules } from '../session/session-rules.ts';
import type { DetectionSettings } from '../settings.ts';
import type { Hash } from './ports.ts';
import type { IsOneAtATime, SeenHabit } from './slot-replaced.ts';

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
  /** UTC days of sessions that are over and not as they were. */
  readonly closedDays: readonly UnixMs[];
  /** Sessions without Stop that something was judged by, as far as their rows know them. */
  readonly unheard: readonly Session[];
  /** Gateways of those sessions. */
  readonly gateways: readonly string[];
  /** Present: to correct judgements, the user's sessions since then must be read. */
  readonly unread?: UnixMs;
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

/**
 * The context of one event, field by field (as `profileDraft`).
 * @param context of the fold
 */
export function contextAt(
  context: Omit<FoldContext, keyof FoldSurroundings>,
  { population, restarts }: FoldSurroundings,
): FoldContext {
  const here: Building<FoldContext> = {
    population,
    settings: context.settings,
    hash: context.hash,
  };
  if (context.rules) here.rules = context.rules;
  if (restarts) here.restarts = restarts;
  if (context.heard) here.heard = context.heard;
  if (context.isOneAtATime) here.isOneAtATime = context.isOneAtATime;
  if (context.now !== undefined) here.now = context.now;
  return here;
}

/** What a fold gathers on its way through the events. */
export type Gathered = {
  readonly detections: Detection[];
  readonly candidates: Detection[];
  readonly indexRows: ProfileIndexRow[];
  readonly judgements: SessionJudgement[];
  readonly counts: UserPlan['counts'][number][];
  readonly uses: Use[];
  readonly unheard: Set<Session>;
  readonly gateways: Set<string>;
};

/** Nothing yet. */
export const noneGathered = (): Gathered => ({
  detections: [],
  candidates: [],
  indexRows: [],
  judgements: [],
  counts: [],
  uses: [],
  unheard: new Set(),
  gateways: new Set(),
});
