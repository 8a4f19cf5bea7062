// The users of one call: each is read, folded and written, so that a crash at any point loses
// nothing (ARCHITECTURE, "Write order"): one read, fold, ONE versioned put of the profile with
// `pending`, session rows, then `pending`. Where one event cannot be written, its neighbours are.

import type { AccountingEvent } from '../accounting-event.ts';
import type { Detection } from '../detection.ts';
import type { EventOutcome } from '../outcome.ts';
import type { Pending, Profile } from '../profile/profile.ts';
import type { HeardWord } from '../session/last-word.ts';
import type { OpenSession } from '../session/open-session.ts';
import type { SessionRules } from '../session/session-rules.ts';
import type { DetectionSettings, DomainSettings } from '../settings.ts';
import type { UserEvent, UserPlan } from './fold-plan.ts';
import {
  type Around,
  foldAlone,
  foldTogether,
  type RestartsAt,
  seeStep,
  type UserToFold,
} from './fold-together.ts';
import { heardBeside, type Wants, wantsOf } from './heard-beside.ts';
import { inParallel } from './in-parallel.ts';
import { formerKeysOf } from './join-former.ts';
import { loadNamed, type UserToLoad, withNamed } from './load-named.ts';
import { loadAll, wantedSessions } from './load-users.ts';
import { LookupRows } from './lookup-rows.ts';
import type { PopulationDraft } from './population-draft.ts';
import type { ProcessPorts, UserState } from './ports.ts';
import type { HabitDraft, SeenHabit } from './slot-replaced.ts';
import { toldAgain } from './told-again.ts';
import { withBursts } from './with-bursts.ts';

/** How one event ended. `error` says why it must be retried; it never reaches a log as is. */
export type ProcessedEvent = {
  readonly event: AccountingEvent;
  readonly outcome: EventOutcome;
  readonly error?: unknown;
  /** The fault struck every located event of the call: it says nothing about this one. */
  readonly isSharedFault?: boolean;
};

/** Attempts against other invocations writing the same profile. */
const conflictAttemptsMax = 8;

/** What all users of one call share. */
export type Call = {
  readonly ports: ProcessPorts;
  readonly draft: PopulationDraft;
  readonly detection: DetectionSettings;
  readonly domains: DomainSettings;
  readonly rules: SessionRules;
  readonly repeated: ReadonlySet<AccountingEvent>;
  /** Restarts of the gateways as each event sees them. */
  readonly restartsAt: RestartsAt;
  /** Which of two events is folded first. */
  readonly order: (a: Pick<UserEvent, 'event'>, b: Pick<UserEvent, 'event'>) => number;
  /** What is known of gateways that let a user have one session at a time. */
  readonly habits: HabitDraft;
  /** What the call saw of gateways: written once, at its end. */
  readonly seenHabits: SeenHabit[];
  /** Gateways of the call: their restarts are known. */
  readonly gateways: ReadonlySet<string>;
  /** Last words that the call heard: written once, at its end. */
  readonly words: HeardWord[];
  /** What the call opened and ended: written with them. */
  readonly news: { readonly opened: OpenSession[]; readonly ended: string[] };
  /** Bursts that the call wrote. */
  readonly bursts: Detection[];
};

/** What writing adds to a call. */
type Writing = Call & {
  readonly rows: LookupRows;
  readonly plans: ReadonlyMap<CalledUser, UserPlan>;
};

/** A user of a call: the events in time order, and the state they are folded into. */
type CalledUser = UserToFold & UserToLoad;

/**
 * Reads all, folds all in one order, then writes: who was seen first at a new network is visible to
 * users who come later in the same call, or a burst that arrives in one batch would not be one.
 */
export async function processUsers(
  call: Call,
  users: ReadonlyMap<string, readonly UserEvent[]>,
): Promise<ProcessedEvent[]> {
  const done: ProcessedEvent[] = [];
  const called: CalledUser[] = [];
  await loadAll(call.ports, [...users.keys()], async (userKey, load) => {
    const events = [...(users.get(userKey) ?? [])].sort(call.order);
    const wanted = wantedSessions(events);
    const formers = formerKeysOf(userKey, events, call.domains);
    const isRepeated = events.some(({ event }) => call.repeated.has(event));
    const user = { userKey, kind: kindOf(events), isRepeated, events, wanted, formers };
    try {
      const state = await withNamed(call.ports, user, await load(wanted));
      called.push({ ...user, state });
    } catch (error) {
      done.push(...events.map(({ event }) => retry(event, error)));
    }
  });
  called.sort((a, b) => (a.userKey < b.userKey ? -1 : 1));
  const rows = new LookupRows(call.ports.users);
  const { users: folded, plans } = await foldAll(call, called);
  const processed = new Map<CalledUser, readonly ProcessedEvent[]>();
  await inParallel(folded, async (user) => {
    processed.set(user, await processUser({ ...call, rows, plans }, user));
  });
  const failed = await rows.write();
  await foldMembers(call.ports, [...processed.keys()].length > 1 ? call.bursts : []);
  for (const [user, results] of processed) {
    const error = failed.get(user.userKey);
    done.push(...results.map((one) => (error === undefined ? one : retry(one.event, error))));
  }
  return done;
}

/** Of members of the same call some were written after the burst that they are in. */
async function foldMembers({ users }: ProcessPorts, bursts: readonly Detection[]): Promise<void> {
  for (const burst of bursts) {
    // It was written before, and is merged with itself: a failure here leaves a member unfolded.
    await users.mergeDetection(burst).catch(() => undefined);
  }
}

/** So often at most is read further back: each time twice as far. */
const furtherMax = 4;

/** A user as far as its fold asks for, and what it asks for besides. */
async function withEnough(call: Call, user: CalledUser, around: Around) {
  let known = user;
  let wants = wantsOf(call, known, around);
  for (let times = 0; wants.unread !== undefined && times < furtherMax; times += 1) {
    // What is corrected was judged by sessions of longer ago than these events ask for.
    const wanted = { ...user.wanted, since: wants.unread };
    known = { ...user, state: await loadNamed(call.ports, { ...user, wanted }) };
    wants = wantsOf(call, known, around);
  }
  return { user: known, wants };
}

/**
 * The plans of all users, folded side by side. Words are read before, once for all. Users of whom
 * that cannot be read have none: they are folded by themselves, and fail or not.
 */
async function foldAll(
  call: Call,
  called: readonly CalledUser[],
): Promise<{ readonly users: readonly CalledUser[]; readonly plans: Writing['plans'] }> {
  const around = aroundOf(call);
  const users: CalledUser[] = [];
  const wants: Wants[] = [];
  const alone: CalledUser[] = [];
  for (const user of called) {
    const enough = await withEnough(call, user, around).catch(() => undefined);
    if (enough) wants.push(enough.wants);
    (enough ? users : alone).push(enough?.user ?? user);
  }
  const all = [...users, ...alone];
  const heard = await heardBeside(call, wants).catch(() => undefined);
  if (!heard) return { users: all, plans: new Map() };
  return { users: all, plans: await foldTogether(users, { ...around, ...heard }, call) };
}

function aroundOf({ ports, draft, detection, rules, restartsAt, habits }: Call): Around {
  const now = ports.now?.();
  const clock = now === undefined ? {} : { now };
  return { draft, detection, rules, hash: ports.hash, restartsAt, habits, ...clock };
}

const kindOf = (events: readonly UserEvent[]): Profile['kind'] =>
  events[0]?.event.user.form === 'machine' ? 'machine' : 'person';

async function processUser(call: Writing, user: CalledUser): Promise<ProcessedEvent[]> {
  const { events } = user;
  try {
    const plan = await foldAndWrite(call, user);
    return events.map(({ event }, index) => ({
      event,
      outcome: plan.outcomes[index] ?? 'duplicate',
    }));
  } catch (error) {
    const isPoison = call.ports.isOutage?.(error) === false;
    if (!isPoison || events.length === 1) return events.map(({ event }) => retry(event, error));
  }
  // One of them cannot be written: the others must not be lost with it.
  const half = Math.ceil(events.length / 2);
  const done: ProcessedEvent[] = [];
  for (const part of [events.slice(0, half), events.slice(half)]) {
    done.push(...(await processPart(call, user, part)));
  }
  return done;
}

async function processPart(
  call: Writing,
  user: CalledUser,
  events: readonly UserEvent[],
): Promise<ProcessedEvent[]> {
  try {
    const state = await loadNamed(call.ports, user);
    return await processUser(call, { ...user, events, state });
  } catch (error) {
    return events.map(({ event }) => retry(event, error));
  }
}

/** By time; of one time a Start comes first. */
export function byTime(
  { event: a }: Pick<UserEvent, 'event'>,
  { event: b }: Pick<UserEvent, 'event'>,
): number {
  return a.time - b.time || kindRank[a.kind] - kindRank[b.kind] || (a.eventId < b.eventId ? -1 : 1);
}

/** Gateways report in whole seconds: within one second a Start comes first and a Stop last. */
const kindRank = { start: 0, interim: 1, stop: 2, 'gateway-on': 3, 'gateway-off': 3, other: 3 };

/** Read, fold, write: begins again when another invocation wrote the profile in between. */
async function foldAndWrite(call: Writing, user: CalledUser): Promise<UserPlan> {
  const { ports, draft } = call;
  const { userKey, isRepeated = false } = user;
  let { state } = user;
  for (let attempt = 0; attempt < conflictAttemptsMax; attempt += 1) {
    if (attempt > 0) state = await loadNamed(ports, user);
    const together = attempt === 0 ? call.plans.get(user) : undefined;
    const folded = together ? { plan: together, state } : await foldAgain(call, { ...user, state });
    state = folded.state;
    const plan = await withBursts(call, folded.plan);
    if (!(await write(call, userKey, state, plan, isRepeated))) continue;
    draft.add(plan);
    call.words.push(...plan.words);
    const detections = plan.profile?.pending.detections ?? [];
    call.bursts.push(...detections.filter(({ burstKey }) => burstKey !== undefined));
    call.news.opened.push(...plan.news.opened);
    call.news.ended.push(...plan.news.ended);
    call.seenHabits.push(...plan.habits);
    for (const judgement of plan.judgements) ports.onJudgement?.(judgement);
    return plan;
  }
  const message = 'the profile was written by others at every attempt';
  throw Object.assign(new Error(message), { code: 'PROFILE_BUSY' });
}

/** Folds a user whose state is not that of the call's beginning, and shows what that adds. */
async function foldAgain(
  call: Call,
  user: CalledUser,
): Promise<{ readonly plan: UserPlan; readonly state: UserState }> {
  const around = aroundOf(call);
  const enough = await withEnough(call, user, around);
  const heard = await heardBeside(call, [enough.wants]);
  const plan = foldAlone(enough.user, { ...around, ...heard });
  seeStep(call, { ...plan, indexRows: plan.profile?.pending.indexRows ?? [] });
  return { plan, state: enough.user.state };
}

/** @returns false when the profile was written by another invocation meanwhile. */
async function write(
  { ports, rows }: Writing,
  userKey: string,
  { version, profile: stored }: UserState,
  plan: UserPlan,
  isRepeat: boolean,
): Promise<boolean> {
  if (plan.profile) {
    // The put replaces `pending`: what an earlier crash left there must be written first.
    await complete(ports, toldAgain(stored?.pending));
    const result = await ports.users.putProfile(plan.profile, version);
    if (result === 'conflict') return false;
  }
  for (const row of plan.sessions) {
    await ports.users.mergeSession(userKey, row.session, row.version);
  }
  if (plan.closedDays.length > 0) await ports.users.countDays?.(userKey, plan.closedDays);
  // What may be the redelivery after a crash between these writes completes them.
  const isAnyNew = plan.sessions.some((row) => row.version === 0);
  const isRedelivery = isRepeat || isAnyNew || plan.outcomes.includes('duplicate');
  const pending = plan.profile?.pending ?? toldAgain(isRedelivery ? stored?.pending : undefined);
  for (const detection of pending?.detections ?? []) await ports.users.mergeDetection(detection);
  // Of one user together: a failure is the user's own, and the events come again.
  rows.add(userKey, [...(pending?.indexRows ?? []), ...plan.seen]);
  return true;
}

/** Writes what a fold gave birth to. Every row is written the same however often. */
async function complete(ports: ProcessPorts, pending: Pending | undefined): Promise<void> {
  for (const detection of pending?.detections ?? []) await ports.users.mergeDetection(detection);
  if (pending && pending.indexRows.length > 0) await ports.users.putIndexRows(pending.indexRows);
}

/** The event must come again. */
export const retry = (event: AccountingEvent, error: unknown): ProcessedEvent => ({
  event,
  outcome: 'retried',
  error,
});
