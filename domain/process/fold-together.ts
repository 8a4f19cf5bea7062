// The users of one call folded side by side, event by event in one order: what an event shows of
// the organisation is seen by every event after it and by none before, as if each had come in a
// call of its own. So it makes no difference how many events come at once. Pure but for the pauses.

import type { AccountingEvent } from '../accounting-event.ts';
import { addRestart, type Restarts, serviceOf } from '../session/restart.ts';
import type { SessionRules } from '../session/session-rules.ts';
import type { DetectionSettings } from '../settings.ts';
import type {
  FoldContext,
  FoldedUser,
  FoldStep,
  FoldSurroundings,
  UserEvent,
  UserPlan,
} from './fold-plan.ts';
import { foldInSteps } from './fold-user.ts';
import type { PopulationDraft } from './population-draft.ts';
import type { Hash, ProcessPorts, UserState } from './ports.ts';
import { isBareRepeat } from './session-slots.ts';
import type { HabitDraft } from './slot-replaced.ts';

/** A user with the events of the call, in the order in which they are folded. */
export type UserToFold = FoldedUser & {
  readonly state: UserState;
  readonly events: readonly UserEvent[];
};

export type Around = {
  readonly draft: PopulationDraft;
  readonly detection: DetectionSettings;
  readonly rules: SessionRules;
  readonly hash: Hash;
  readonly restartsAt: RestartsAt;
  readonly heard?: FoldContext['heard'];
  /** Restarts of gateways that no event of the call came from. */
  readonly elsewhere?: ReadonlyMap<string, Restarts>;
  readonly habits: HabitDraft;
  readonly now?: number;
};

/** Restarts of the gateways as far as they are known when an event is folded. */
export type RestartsAt = (event: AccountingEvent) => ReadonlyMap<string, Restarts>;

/** What is given to the fold of a user beside the state. */
function contextOf(around: Around): {
  readonly context: Omit<FoldContext, keyof FoldSurroundings>;
  readonly surroundingsOf: (event: AccountingEvent) => FoldSurroundings;
} {
  const { draft, detection, rules, hash, heard, habits, now } = around;
  const restartsOf = withElsewhere(around);
  return {
    context: {
      settings: detection,
      rules,
      hash,
      ...(heard && { heard }),
      isOneAtATime: habits.isOneAtATime,
      ...(now === undefined ? {} : { now }),
    },
    surroundingsOf: (event) => ({
      population: draft.view(event.time),
      restarts: restartsOf(event),
    }),
  };
}

/** The restarts that an event sees, of the gateways of the call and of others. */
function withElsewhere({ restartsAt, elsewhere }: Around): RestartsAt {
  if (!elsewhere) return restartsAt;
  const joined = new Map<ReadonlyMap<string, Restarts>, ReadonlyMap<string, Restarts>>();
  return (event) => {
    const here = restartsAt(event);
    const known = joined.get(here) ?? new Map([...elsewhere, ...here]);
    joined.set(here, known);
    return known;
  };
}

/** In which order, and with which pauses, events are folded. */
type Turns = {
  /** Tells events apart by which comes first. */
  readonly order: (a: UserEvent, b: UserEvent) => number;
  readonly ports: Pick<ProcessPorts, 'breathe'>;
};

/** Some ten ms of work. */
const eventsAtABreath = 32;

/**
 * Folds the users of a call and shows each event to the draft.
 * @returns the plans; users whose fold failed have none
 */
export async function foldTogether<User extends UserToFold>(
  users: readonly User[],
  around: Around,
  { order, ports }: Turns,
): Promise<ReadonlyMap<User, UserPlan>> {
  const { context, surroundingsOf } = contextOf(around);
  const plans = new Map<User, UserPlan>();
  const folds = new Map<User, Generator<FoldStep, UserPlan>>();
  for (const user of users) {
    folds.set(user, foldInSteps(user, user.state, user.events, context, surroundingsOf));
  }
  // Sorting is stable: what is of one time stays in the order of the users.
  const turns = users.flatMap((user) => user.events.map((of) => ({ user, of })));
  turns.sort((a, b) => order(a.of, b.of));
  for (const [turn, { user }] of turns.entries()) {
    if (turn % eventsAtABreath === 0) await ports.breathe?.();
    const fold = folds.get(user);
    try {
      const step = fold?.next();
      if (step && !step.done) seeStep(around, step.value);
    } catch {
      // It is folded by itself then, and says why it cannot be.
      folds.delete(user);
    }
  }
  for (const [user, fold] of folds) {
    try {
      const end = fold.next();
      if (end.done) plans.set(user, end.value);
    } catch {
      // As above.
    }
  }
  return plans;
}

/** What an event shows is known to those after it. */
export function seeStep({ draft, habits }: Pick<Around, 'draft' | 'habits'>, step: FoldStep): void {
  draft.see(step);
  habits.see(step.habits);
}

/** The plan of a user folded by itself. */
export function foldAlone(user: UserToFold, around: Around): UserPlan {
  const { context, surroundingsOf } = contextOf(around);
  const steps = foldInSteps(user, user.state, user.events, context, surroundingsOf);
  for (let step = steps.next(); ; step = steps.next()) if (step.done) return step.value;
}

/** The restarts that each event of a call sees: those known before, and those of events before. */
export function restartsInOrder(
  known: ReadonlyMap<string, Restarts>,
  events: readonly AccountingEvent[],
): RestartsAt {
  let current = known;
  const seen = new Map<AccountingEvent, ReadonlyMap<string, Restarts>>();
  for (const event of events) {
    if (!isRestart(event)) seen.set(event, current);
    else if (!isBareRepeat(event)) current = withRestart(current, event);
  }
  return (event) => seen.get(event) ?? current;
}

/** Accounting-On and -Off (RFC 2866 section 5.1). */
export function isRestart({ kind }: AccountingEvent): boolean {
  return kind === 'gateway-on' || kind === 'gateway-off';
}

function withRestart(
  known: ReadonlyMap<string, Restarts>,
  { gateway, time }: AccountingEvent,
): ReadonlyMap<string, Restarts> {
  const service = serviceOf(gateway);
  const restart = { time, ...(service ? { service } : {}) };
  const before = known.get(gateway.id) ?? [];
  return new Map(known).set(gateway.id, addRestart(before, restart, Number.POSITIVE_INFINITY));
}
