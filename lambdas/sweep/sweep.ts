// The reconcile run, every few minutes: finishes what a crash left `pending` in profiles, closes
// sessions that fell silent, writes the index of open sessions anew, checks relays (silent, records
// missing) and publishes each change once, and deletes expired rows where there is no TTL (in AWS,
// TTL does it). Every part is safe to repeat and continues where the last run ended. The failure
// of one part does not stop the others. It judges nothing and folds nothing.

import type { Context } from 'aws-lambda';
import type { UnixMs } from '../../domain/accounting-event.ts';
import { inParallel } from '../../domain/process/in-parallel.ts';
import type { Hash, UserStore, WordStore } from '../../domain/process/ports.ts';
import type { DomainSettings } from '../../domain/settings.ts';
import type { QueryStore } from '../query/ports.ts';
import type { LedgerStore, RelayKeyStore } from '../shared/control-ports.ts';
import type { Log } from '../shared/log.ts';
import { type HealthLimits, relayHealth } from '../shared/relay-health.ts';
import { type CloseDeps, closeSilent } from './close-silent.ts';
import { type FinishDeps, finishDecisions } from './finish-decisions.ts';
import { finishUser, isEmpty, joinUsers, nameAll, type StoredProfile } from './finish-user.ts';
import { type ListDeps, type Listing, listAll } from './list-detections.ts';

/** What is wrong with a relay, by the names of events and metrics. */
export type HealthTrouble = 'relay-silent' | 'ledger-gap';

/** A condition began or is over. It names a relay and no user. */
export type HealthEvent = {
  readonly trouble: HealthTrouble;
  readonly state: 'began' | 'recovered';
  readonly relayId: string;
  readonly time: UnixMs;
  /** For `ledger-gap`: how many records are missing. */
  readonly missing?: number;
};

/** What one run leaves to the next. */
export type SweepState = {
  /** Directory row after which the next users come; absent: at the beginning. */
  readonly after?: string;
  /** When the pass over all users began. */
  readonly passBegan: UnixMs;
  readonly isPassDone: boolean;
  /** Troubles that were published and are not over, as `<trouble> <relayId>`. */
  readonly troubles: readonly string[];
  /** Rules of keys that the pass went by; absent: those up to 0.1.0. */
  readonly keyRules?: number;
  /** The pass is the first under these rules. */
  readonly isFirstPass?: true;
  /** When the index of open sessions was last looked at. */
  readonly openLookedAt?: UnixMs;
  /** How far the pass over stored detections is. */
  readonly listing?: Listing;
  /** Decisions of before were looked at. */
  readonly decisionsUntil?: UnixMs;
};

export type SweepDeps = {
  readonly query: Pick<QueryStore, 'users' | 'sessions'>;
  /** Profiles of these users, in any order and some seconds old. Absent ones are left out. */
  readonly profiles: (userKeys: readonly string[]) => Promise<readonly StoredProfile[]>;
  readonly users: Pick<
    UserStore,
    'countDays' | 'mergeDetection' | 'mergeSession' | 'putIndexRows' | 'putProfile'
  >;
  readonly words: Pick<WordStore, 'heard' | 'add'>;
  readonly hash: Hash;
  readonly watermarks?: NonNullable<CloseDeps['watermarks']>;
  readonly rules?: NonNullable<CloseDeps['rules']>;
  /** Writes the index of open sessions anew where it is worth it; absent: nobody does. */
  readonly compactOpen?: () => Promise<number | undefined>;
  /** Writes the names that the search knows anew where it is worth it; absent: nobody does. */
  readonly compactNames?: () => Promise<number | undefined>;
  /** Gives every stored detection its row of the queue; absent: nobody does. */
  readonly listing?: ListDeps;
  /** Finishes decisions that died half-way; absent: nobody does. */
  readonly decisions?: FinishDeps;
  readonly domains: () => Promise<DomainSettings>;
  /** Moves what stands under a key of before to that of today (`join-users.ts`). */
  readonly joinUser: (formerKey: string, key: string) => Promise<boolean>;
  readonly relays: Pick<RelayKeyStore, 'relayIds' | 'relayKeys'> & Pick<LedgerStore, 'coverage'>;
  /** When a relay last reported its health; undefined: it does not. */
  readonly reportedAt: (relayId: string) => Promise<UnixMs | undefined>;
  readonly state: {
    readonly read: () => Promise<SweepState | undefined>;
    readonly write: (state: SweepState) => Promise<void>;
  };
  /** Tells whoever listens; repeated when the state could not be written afterwards. */
  readonly publish: (event: HealthEvent) => Promise<void>;
  /** Removes rows that have expired; absent where the table does so itself. */
  readonly expire?: () => Promise<number>;
  /** Completes erasures of users; answers how many rows it removed. */
  readonly finishErasures: (isTimeUp: () => boolean) => Promise<number>;
  readonly limits: HealthLimits;
  readonly now: () => UnixMs;
  readonly log: Log;
};

const hourMs = 3_600_000;
/** Redeliveries finish nearly everything first: a pass over all users four times a day will do. */
const passEveryMs = 6 * hourMs;
/** What was said since the index was written is read so often, to see whether it has grown. */
const openLookEveryMs = hourMs / 2;
/** Raised when keys are made otherwise: the next run looks at all users (decision 0025). */
const keyRules = 2;
/** A page is two rounds of calls: one of the directory, the others at once for its profiles. */
const usersPerPage = 1_000;
/** 50,000 users a run: the time ends most runs of a large table before. */
const pagesMax = 50;
/** Leaves the alarm on slow runs, at 80 % of the time, to runs that hang. */
const remainingMsMin = 90_000;
/** Erasures leave the users so much of the time, however many they are. */
const remainingMsForUsers = 90_000;

/** Makes the handler of the schedule. Rejects only after every part had its turn. */
export function makeSweep(
  deps: SweepDeps,
): (event?: unknown, context?: Pick<Context, 'getRemainingTimeInMillis'>) => Promise<void> {
  return async (_, context) => {
    const isTimeUp = (reservedMs = 0) =>
      (context?.getRemainingTimeInMillis() ?? Number.POSITIVE_INFINITY) <
      remainingMsMin + reservedMs;
    const counts: Record<string, number> = {};
    const failures: unknown[] = [];
    const part = async (name: string, work: () => Promise<number>): Promise<void> => {
      try {
        counts[name] = await work();
      } catch (error) {
        deps.log.error('a part of the sweep failed', error, { reason: name });
        failures.push(error);
      }
    };
    await part('relays-in-trouble', () => watchRelays(deps, counts));
    await part('erased-rows', () => deps.finishErasures(() => isTimeUp(remainingMsForUsers)));
    await part('open-sessions-indexed', () => compactOpen(deps));
    await part('names-indexed', async () => (await deps.compactNames?.()) ?? 0);
    await part('decisions-settled', () => settleDecisions(deps));
    await part('detections-listed', () => listDetections(deps, isTimeUp));
    await part('pending-finished', () => finishUsers(deps, isTimeUp, counts));
    await part('expired-rows', async () => (await deps.expire?.()) ?? 0);
    deps.log.counts('sweep', counts);
    if (failures.length > 0) throw new AggregateError(failures, 'SWEEP: a part failed');
  };
}

/** @returns sessions in the index that was written; 0: none was */
async function compactOpen(deps: SweepDeps): Promise<number> {
  if (!deps.compactOpen) return 0;
  const now = deps.now();
  const state = (await deps.state.read()) ?? freshState(now);
  const { openLookedAt = Number.NEGATIVE_INFINITY } = state;
  if (now - openLookedAt < openLookEveryMs) return 0;
  const written = await deps.compactOpen();
  await deps.state.write({ ...state, openLookedAt: now });
  return written ?? 0;
}

/** @returns decisions that had died half-way */
async function settleDecisions(deps: SweepDeps): Promise<number> {
  if (!deps.decisions) return 0;
  const now = deps.now();
  const state = (await deps.state.read()) ?? freshState(now);
  const { settled, until } = await finishDecisions(deps.decisions, state.decisionsUntil, now);
  await deps.state.write({ ...state, decisionsUntil: until });
  return settled;
}

/** Gives detections of before their rows of the queue; the users' pass gets time as well. */
async function listDetections(
  deps: SweepDeps,
  isTimeUp: (reservedMs?: number) => boolean,
): Promise<number> {
  if (!deps.listing) return 0;
  const now = deps.now();
  const { listing } = (await deps.state.read()) ?? freshState(now);
  return listAll(deps.listing, listing, {
    now,
    isTimeUp: () => isTimeUp(remainingMsForUsers),
    write: async (at) => {
      const state = (await deps.state.read()) ?? freshState(now);
      await deps.state.write({ ...state, listing: at });
    },
  });
}

const freshState = (now: UnixMs): SweepState => ({
  passBegan: now,
  isPassDone: false,
  troubles: [],
  keyRules,
});

/** Counts conditions for the alarms and publishes each when it begins and when it is over. */
async function watchRelays(deps: SweepDeps, counts: Record<string, number>): Promise<number> {
  const state = (await deps.state.read()) ?? freshState(deps.now());
  const told = new Set(state.troubles);
  const found = new Map<string, Omit<HealthEvent, 'state' | 'time'>>();
  for (const relayId of await deps.relays.relayIds()) {
    for (const trouble of await troublesOf(deps, relayId)) {
      found.set(`${trouble.trouble} ${relayId}`, trouble);
      counts[trouble.trouble] = (counts[trouble.trouble] ?? 0) + 1;
      deps.log.warn('a relay is in trouble', {
        relayId,
        reason: trouble.trouble,
        records: trouble.missing ?? 0,
      });
    }
  }
  const time = deps.now();
  for (const [key, trouble] of found) {
    if (!told.has(key)) await deps.publish({ ...trouble, state: 'began', time });
  }
  for (const key of told) {
    if (found.has(key)) continue;
    const [trouble = '', relayId = ''] = key.split(' ');
    await deps.publish({ trouble: trouble as HealthTrouble, relayId, state: 'recovered', time });
  }
  const troubles = [...found.keys()].sort();
  const isNews = troubles.join() !== [...told].sort().join();
  if (isNews) await deps.state.write({ ...state, troubles });
  return found.size;
}

async function troublesOf(
  deps: SweepDeps,
  relayId: string,
): Promise<Omit<HealthEvent, 'state' | 'time'>[]> {
  // A relay without a key was shut out: its silence is meant.
  if ((await deps.relays.relayKeys(relayId)).length === 0) return [];
  const coverage = await deps.relays.coverage(relayId);
  const reportedAt = await deps.reportedAt(relayId);
  const { isSilent, gap } = relayHealth(coverage, deps.now(), deps.limits, reportedAt);
  return [
    ...(isSilent ? [{ trouble: 'relay-silent' as const, relayId }] : []),
    ...(gap ? [{ trouble: 'ledger-gap' as const, relayId, missing: gap.positions }] : []),
  ];
}

/**
 * Goes on with the pass over all users. How far it is is written page by page, so a run that is cut
 * off costs a page; and a user who cannot be finished holds up nobody.
 * @returns how many profiles had something pending
 * @throws AggregateError at the end of the run, of the users that failed
 */
async function finishUsers(
  deps: SweepDeps,
  isTimeUp: () => boolean,
  counts: Record<string, number>,
): Promise<number> {
  let state = (await deps.state.read()) ?? freshState(deps.now());
  const isOfOtherRules = state.keyRules !== keyRules;
  if (state.isPassDone || isOfOtherRules) {
    if (deps.now() - state.passBegan < passEveryMs && !isOfOtherRules) return 0;
    const { after: _, ...rest } = state;
    state = { ...rest, passBegan: deps.now(), isPassDone: false, keyRules };
    if (isOfOtherRules) state = { ...state, isFirstPass: true };
  }
  const domains = await deps.domains();
  let finished = 0;
  let closed = 0;
  let joined = 0;
  const failures: unknown[] = [];
  for (let page = 0; page < pagesMax && !state.isPassDone && !isTimeUp(); page += 1) {
    const after = state.after === undefined ? {} : { after: state.after };
    const { items, last } = await deps.query.users('', { limit: usersPerPage, ...after });
    const profiles = await deps.profiles(items.map(({ user }) => user));
    await inParallel(
      profiles.filter(({ profile }) => !isEmpty(profile.pending)),
      async (one) => {
        await finishUser(deps.users, one).then(
          () => {
            finished += 1;
          },
          (error: unknown) => failures.push(error),
        );
      },
    );
    try {
      closed += await closeSilent(
        deps,
        profiles.map(({ profile }) => profile),
      );
    } catch (error) {
      failures.push(error);
    }
    joined += await joinUsers(deps.joinUser, items, { domains, isTimeUp, failures });
    if (state.isFirstPass) await nameAll(deps.users, profiles);
    const { after: __, isFirstPass, ...rest } = state;
    const under = isFirstPass ? { isFirstPass } : {};
    state = last === undefined ? { ...rest, isPassDone: true } : { ...rest, ...under, after: last };
    await deps.state.write(state);
  }
  counts['sessions-closed'] = closed;
  if (joined > 0) counts['users-joined'] = joined;
  if (failures.length > 0) throw new AggregateError(failures, 'SWEEP: users were not finished');
  return finished;
}
