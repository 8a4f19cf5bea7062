// The judge: scores what a session newly shows, decides, and returns what is learned from it.
// It looks at what began before: a judgement that a record shows to rest on what was not so is made
// again (judge-again.ts). Pure: the population is as it was read for this call.

import {
  addCounts,
  countsOf,
  emptyCounts,
  type PopulationCounts,
  type PopulationView,
  periodOf,
  periodStart,
  type Use,
  useOf,
} from '../population/population.ts';
import { countryUseKey, networkUseKey, prefixUseKey } from '../population/use-keys.ts';
import { isNewToAll } from '../population/use-news.ts';
import { countWeek, isWeekCounted, weekOf } from '../population/weeks.ts';
import { sessionsInMonth } from '../profile/days.ts';
import { doubtedInMonth } from '../profile/doubts.ts';
import { releasedAfterAMonth, standsIn, withHeld } from '../profile/held.ts';
import { type CountedWeek, type Held, type Learned, learnedDraft } from '../profile/learned.ts';
import type { OddUserRow, Profile } from '../profile/profile.ts';
import type { Building } from '../session/merge-values.ts';
import type { KnownSession } from '../session/outlook.ts';
import { presencesOf } from '../session/presence.ts';
import type { Session } from '../session/session.ts';
import type { Sighting } from '../session/sighting.ts';
import type { DetectionSettings } from '../settings.ts';
import { isRoaming, unfamiliar } from './context/familiarity.ts';
import { lineUses, movedIn } from './context/moves.ts';
import { type Judgement, judgementOf } from './judgement.ts';
import { type Learning, learningWeight, type Score, scoreSession } from './score.ts';
import { withoutOrganisation } from './terms/organisation.ts';

export { travelHorizonMs } from './terms/travel-term.ts';

/** What a judgement is made from. */
export type JudgeInput = {
  /** The profile as it was before this session showed what is judged. */
  readonly before: Profile;
  /** What was learned before; it may hold more than `before` does, from the same fold. */
  readonly learned: Learned;
  readonly session: Session;
  /** The address judged; absent: the session has none. */
  readonly sighting?: Sighting | undefined;
  /** The user's known sessions (the judged one may be among them). */
  readonly others: readonly KnownSession[];
  readonly learning: Learning;
  readonly population: PopulationView;
  readonly settings: DetectionSettings;
  readonly hash: (text: string) => string;
};

export type JudgedSession = {
  readonly judgement: Judgement;
  readonly scored: Score;
  /** As it was judged by; what the session teaches is learn-judged.ts's to say. */
  readonly learned: Learned;
  /** The open detection that values of the session stand in, which are therefore not learned. */
  readonly standing?: Held;
  /** The score as if what is held had been learned; with `standing`. */
  readonly asLearned?: Score;
  /** With what is held learned nothing would call for an alert: the session joins `standing`. */
  readonly isJoining: boolean;
  /** What the population learns, by period. */
  readonly counts?: PopulationCounts;
  readonly uses: readonly Use[];
  /** Rows that name this user to a burst alert, should one follow. */
  readonly anomalousUsers: readonly OddUserRow[];
};

const dayMs = 24 * 3600 * 1000;

/** Judges a session at one address, or without any. */
export function judge(input: JudgeInput): JudgedSession {
  const { before, session, sighting, population, settings } = input;
  const presence =
    sighting && presencesOf(session).find((one) => one.sighting.address === sighting.address);
  const user = populationName(input.hash, before.userKey);
  const learned = releasedAfterAMonth(input.learned, presence?.from ?? session.startedAt);
  const { others } = input;
  const known = { session, presence, others, learned, history: before, population, user };
  const scored = scoreSession(known);
  const { time } = scored.observation;
  const gate = {
    daysSinceFirst: before.sessions === 0 ? 0 : (time - before.firstSeen) / dayMs,
    sessionsInMonth: sessionsInMonth(before, time) - doubtedInMonth(learned.doubts, time),
  };
  const judgement = judgementOf(scored, gate, settings);
  const standing = standsIn(
    learned.held,
    scored.observation,
    unfamiliar(scored.context.familiarity),
  );
  const asLearned = standing && scoreSession({ ...known, learned: withHeld(learned) });
  const isNew = !asLearned || judgementOf(asLearned, gate, settings).severity;
  const counted = countsFor({ ...input, learned }, { scored, judgement }, user);
  const { observation, context } = scored;
  const moved = movedIn(observation, context.familiarity);
  const uses = input.learning.isLocation
    ? [
        ...usesOf(scored, asLearned ?? scored, user),
        ...lineUses(observation, moved, context.learned, user),
      ]
    : [];
  const anomalousUsers = anomalousUsersOf(uses, before.userKey, population);
  const after = counted.week ? withWeek(learned, counted.week) : learned;
  const isJoining = !isNew;
  const judged: Building<JudgedSession> = {
    judgement,
    scored,
    learned: after,
    isJoining,
    uses,
    anomalousUsers,
  };
  if (standing) judged.standing = standing;
  if (asLearned) judged.asLearned = asLearned;
  if (counted.counts) judged.counts = counted.counts;
  return judged;
}

function withWeek(learned: Learned, week: CountedWeek): Learned {
  const draft = learnedDraft(learned);
  draft.week = week;
  return draft;
}

/** Users are hashes to the population: a burst alert reads their names from these rows. */
function anomalousUsersOf(
  uses: readonly Use[],
  userKey: string,
  population: PopulationView,
): readonly OddUserRow[] {
  return uses.flatMap(({ key, latest: [sighter] }): OddUserRow[] => {
    if (!sighter?.isOdd || !burstKeyPattern.test(key)) return [];
    if (!isNewToAll(population.use(key), sighter.first)) return [];
    return [{ type: 'odd-user', key, userKey, firstSeen: sighter.first }];
  });
}

/** Networks and addresses, not countries. */
const burstKeyPattern = /^[np]:/;

/** A user's name in the population: 48 bits of a hash. */
function populationName(hash: JudgeInput['hash'], userKey: string): string {
  return hash(`population\0${userKey}`).slice(0, 8);
}

/** Organisations beyond this many sessions a period count one in eight of the ordinary ones. */
const smallPopulation = 2000;
const sampledOneIn = 8;
const ordinaryScore = 1;

/**
 * What one session adds to the population's counts. Of ordinary sessions of large organisations one
 * in eight stands for eight: the counts stay true on average. Where its score lies is counted once
 * a week and user (population/weeks.ts), unless it called for an alert.
 */
function countsFor(
  input: JudgeInput,
  { scored, judgement }: Pick<JudgedSession, 'scored' | 'judgement'>,
  user: string,
): { readonly counts?: PopulationCounts; readonly week?: CountedWeek } {
  const { session, population, hash } = input;
  const ofSession = sessionCounts(input, scored, user);
  const { time } = scored.observation;
  const isOwn = judgement.severity === undefined && !judgement.isLearning;
  const isCounted = isOwn && isWeekCounted(population.users, hash(`${user}\0${weekOf(time)}`));
  const landmark = periodStart(periodOf(session.startedAt));
  const score = withoutOrganisation(scored.score, scored.evidence);
  const added = isCounted ? countWeek(input.learned.week, { time, score }, landmark) : undefined;
  if (!added) return ofSession ? { counts: ofSession } : {};
  const ofWeek = { ...emptyCounts, weeks: added.counts, since: time };
  return { counts: ofSession ? addCounts(ofSession, ofWeek) : ofWeek, week: added.week };
}

function sessionCounts(
  { before, session, population, learning, hash }: JudgeInput,
  scored: Score,
  user: string,
): PopulationCounts | undefined {
  if (!learning.isSession) return undefined;
  const { time } = scored.observation;
  const isFirstInPeriod = before.sessions === 0 || periodOf(before.lastSeen) < periodOf(time);
  const isOrdinary = scored.score < ordinaryScore && !isFirstInPeriod;
  const times = isOrdinary && population.counts.sessions >= smallPopulation ? sampledOneIn : 1;
  if (times > 1 && !isSampled(hash(`${user}\0${session.rowStart}`))) return undefined;
  return countsOf({
    time,
    answers: scored.isSettled ? scored.answers : {},
    weight: learningWeight(scored.score),
    isFirstInPeriod,
    times,
  });
}

/** True for one in eight hashes. */
function isSampled(digest: string): boolean {
  return digest.charCodeAt(0) % sampledOneIn === 0;
}

/**
 * Nats from which on a first appearance is anomalous (`isOdd`); networks do not count: an office
 * may move to a new line.
 */
const oddScore = 1;
const notOdd: ReadonlySet<string> = new Set([
  'network',
  'prefix',
  'colleagues',
  'burst',
  'expected',
  'feedback',
]);

/**
 * What the population learns of who uses what: networks and prefixes that are new to the user, and
 * their countries.
 */
function usesOf(
  { observation, evidence }: Score,
  { context: { familiarity } }: Score,
  user: string,
): Use[] {
  const odd = evidence.reduce(
    (sum, { term, weight }) => (notOdd.has(term) ? sum : sum + weight),
    0,
  );
  const sighter = { user, first: observation.time, last: observation.time, isOdd: odd >= oddScore };
  const keys = [
    ...(observation.network && familiarity.network.k < 0.5
      ? [networkUseKey(observation.network.asn)]
      : []),
    ...(observation.prefix && familiarity.prefix.k < 0.5 && !isRoaming(observation)
      ? [prefixUseKey(observation.prefix.key)]
      : []),
    ...(observation.located && familiarity.country.k < 0.5
      ? [countryUseKey(observation.located.country)]
      : []),
  ];
  return keys.map((key) => useOf(key, sighter));
}
