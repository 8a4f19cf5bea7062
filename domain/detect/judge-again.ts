// Judging again: a judgement is a function of the user's sessions around it, so when a record shows
// that they were otherwise it is made anew, from what was kept of it (`KeptJudgement`). What was
// learned since, of the user or of all, does not count. Pure (decision 0028).

import type { EventFlag } from '../accounting-event.ts';
import {
  type Alone,
  type KeptJudgement,
  keptRate,
  keptStanding,
  keptValue,
  type Taught,
} from '../kept-judgement.ts';
import { profileKeptMax } from '../limits.ts';
import type { Building } from '../session/merge-values.ts';
import type { KnownSession } from '../session/outlook.ts';
import { type Presence, presencesOf } from '../session/presence.ts';
import type { Session, SessionKey } from '../session/session.ts';
import type { Sighting } from '../session/sighting.ts';
import type { DetectionSettings } from '../settings.ts';
import { standingOf } from './basis.ts';
import { besideTerms, evidenceAlone, scoreBeside, sessionsOf } from './beside.ts';
import { type Evidence, keptEvidence } from './context/term.ts';
import type { JudgedSession, JudgeInput } from './judge.ts';
import { type Decided, judgementOn, mayAlert, shownScore } from './judgement.ts';
import { learningWeight, observationAt } from './score.ts';
import { travelHorizonMs } from './terms/travel-term.ts';

/** Sessions without Stop that a judgement remembers. */
const openMax = 4;

/**
 * What to keep of a judgement.
 * @param detection of which it became part; absent: it called for none
 * @param how its record came, and what it taught
 * @returns undefined where no other session can make it an alert, or another one
 */
export function keptOf(
  { session, sighting, others, learning }: JudgeInput,
  { judgement, scored, standing, isJoining }: JudgedSession,
  detection: string | undefined,
  { flags, taught }: { readonly flags: readonly EventFlag[]; readonly taught?: Taught },
): KeptJudgement | undefined {
  const presence = presenceAt(session, sighting?.address);
  if (sighting && !presence) return undefined;
  const { alone, observation } = scored;
  const { isLearning, isSeldom } = judgement.ground;
  const threshold = keptValue(judgement.threshold);
  const ground = isSeldom ? { threshold, isLearning, isSeldom } : { threshold, isLearning };
  const isAlert = detection !== undefined;
  if (!isAlert && !mayAlert({ alone, observation, presence, others }, ground)) return undefined;
  const said: Building<KeptJudgement['said']> = saidOf(
    isAlert ? judgement : withoutSeverity(judgement),
    detection,
  );
  if (isJoining && isAlert && detection === standing?.id) said.isJoined = true;
  const { rowStart, identity } = session;
  const kept: Building<KeptJudgement> = {
    rowStart,
    identity,
    time: presence?.from ?? session.startedAt,
    alone: keptAlone(alone),
    ground,
    standing: keptStanding(standingOf(judgement.gate, scored.context.population)),
    said,
    open: presence ? openBeside(presence, others) : [],
  };
  if (presence) kept.address = presence.sighting.address;
  if (!learning.isLocation) kept.isAgain = true;
  if (learning.isSession) kept.isFirst = true;
  if (taught) kept.taught = taught;
  if (flags.includes('imported')) kept.isImported = true;
  if (flags.includes('late')) kept.isLate = true;
  return kept;
}

/** As finely as it is kept, so that nothing changes by being stored. */
function keptAlone(alone: Alone<Evidence>): Alone {
  const { rate, organisationRate, asked, fresh } = alone.overlapRate;
  const kept: Building<Alone> = {
    evidence: alone.evidence.map(keptEvidence),
    near: keptValue(alone.near),
    usual: keptValue(alone.usual),
    weight: keptValue(alone.weight),
    nearWeight: keptValue(alone.nearWeight),
    sessions: alone.sessions,
    overlapRate: {
      rate: keptRate(rate),
      organisationRate: keptRate(organisationRate),
      asked: keptValue(asked),
      fresh: keptValue(fresh),
    },
  };
  if (alone.device) kept.device = keptEvidence(alone.device);
  if (alone.isMobile) kept.isMobile = true;
  if (alone.traffic) kept.traffic = alone.traffic;
  if (alone.benign) kept.benign = alone.benign;
  if (alone.expected) kept.expected = alone.expected;
  return kept;
}

/** A judgement that was made again. */
export type Again = {
  /** As it is kept from now on; the same object where nothing is otherwise. */
  readonly kept: KeptJudgement;
  readonly judgement: Decided;
  readonly session: Session;
  /** Absent: the gateway sent no client address. */
  readonly sighting?: Sighting;
  /** It says something else. */
  readonly isOtherwise: boolean;
};

/**
 * Makes a judgement again.
 * @param session as it is known now
 * @returns undefined when the session does not show the address any more: its records were found
 * to be another session's, which is judged by itself
 */
export function judgeAgain(
  kept: KeptJudgement,
  session: KnownSession,
  others: readonly KnownSession[],
  settings: DetectionSettings,
): Again | undefined {
  const presence = presenceAt(session, kept.address);
  if (kept.address !== undefined && !presence) return undefined;
  const observation = observationAt(session, presence);
  const alone = evidenceAlone(session.sightings.length > 0 ? addressed(kept.alone) : kept.alone);
  const scored = scoreBeside({ alone, observation, presence, others });
  const judgement = judgementOn(scored, kept.ground, settings);
  const still = presence ? openBeside(presence, others) : [];
  const open = still.filter((one) => kept.open.some(isSameAs(one)));
  const { said } = kept;
  const joined = said.isJoined ? { isJoined: said.isJoined } : {};
  const next = { ...saidOf(judgement, said.detection), ...joined };
  const isOtherwise = saysOtherwise(said, next);
  const at = presence ? { sighting: presence.sighting } : {};
  // Not an alert under either, it may yet be one session more or less to the learning gate, or be
  // learned with another weight.
  const isNews =
    isOtherwise ||
    isOver(said, kept.ground) !== isOver(next, kept.ground) ||
    isTrustedOtherwise(said, next);
  const isSame = !isNews && open.length === kept.open.length;
  const now = isSame ? kept : { ...kept, open, said: isNews ? next : said };
  return { kept: now, judgement, session, ...at, isOtherwise };
}

/** Without what was held against a session whose address came later than its Start. */
const addressed = ({ evidence, ...alone }: KeptJudgement['alone']): KeptJudgement['alone'] => ({
  ...alone,
  evidence: evidence.filter(({ term }) => term !== 'no-address'),
});

const withoutSeverity = ({ severity: _, ...rest }: Decided): Decided => rest;

function saidOf(
  { score, severity, evidence }: Decided,
  detection: string | undefined,
): KeptJudgement['said'] {
  const beside = evidence.filter(({ term }) => besideTerms.has(term));
  return {
    score: keptValue(score),
    ...(severity ? { severity } : {}),
    terms: beside.map(({ term }) => term).sort(),
    ...(detection === undefined ? {} : { detection }),
    about: sessionsOf(beside),
  };
}

/** Weights are kept with four decimals: a score that differs by less than this is the same. */
const scoreTolerance = 0.01;

function saysOtherwise(a: KeptJudgement['said'], b: KeptJudgement['said']): boolean {
  if (Math.abs(a.score - b.score) < scoreTolerance && haveSameTerms(a, b)) return false;
  if (a.severity !== b.severity) return true;
  return a.severity !== undefined && (shownOf(a) !== shownOf(b) || !haveSameTerms(a, b));
}

/** So much more or less of a session is learned anew. */
export const trustTolerance = 0.02;

const isTrustedOtherwise = (a: KeptJudgement['said'], b: KeptJudgement['said']): boolean =>
  Math.abs(learningWeight(a.score) - learningWeight(b.score)) >= trustTolerance;

/** Whether what was said reaches the threshold of its time: the learning gate doubts it. */
export const isOver = ({ score }: KeptJudgement['said'], { threshold }: KeptJudgement['ground']) =>
  score >= threshold;

/** The score of a kept judgement as it is shown, 0 to 100. */
export const shownOf = ({ score }: KeptJudgement['said']): number => Math.round(shownScore(score));

const haveSameTerms = (a: KeptJudgement['said'], b: KeptJudgement['said']): boolean =>
  a.terms.join(' ') === b.terms.join(' ');

/**
 * Sessions without Stop that began before and were heard of last before: what comes later of them
 * may show that they were open then, or were not.
 */
function openBeside(presence: Presence, others: readonly KnownSession[]): readonly SessionKey[] {
  const { from, session } = presence;
  const isOpen = (other: KnownSession): boolean => {
    if (other.stoppedAt !== undefined || isSameAs(session)(other)) return false;
    if (other.startedAt > from || other.lastSeen > from) return false;
    const { restart } = other.outlook ?? {};
    return other.lastSeen >= from - travelHorizonMs && (restart === undefined || restart > from);
  };
  return others
    .filter(isOpen)
    .sort((a, b) => b.lastSeen - a.lastSeen || (a.identity < b.identity ? -1 : 1))
    .slice(0, openMax)
    .map(keyOf);
}

function presenceAt(session: KnownSession, address: string | undefined): Presence | undefined {
  return presencesOf(session).find(({ sighting }) => sighting.address === address);
}

/** The kept judgements with one more, and those that had to make room. */
export function withKept(
  kept: readonly KeptJudgement[],
  added: KeptJudgement,
  isLive: (one: KeptJudgement) => boolean,
): { readonly kept: readonly KeptJudgement[]; readonly dropped: readonly KeptJudgement[] } {
  const others = kept.filter((one) => !isSameQuestion(one, added));
  const all = [added, ...others.filter(isLive)].sort((a, b) => b.time - a.time);
  const dropped = others.filter((one) => !isLive(one));
  while (all.length > profileKeptMax) {
    const at = all.findLastIndex(({ said }) => said.severity === undefined);
    dropped.push(...all.splice(at < 0 ? all.length - 1 : at, 1));
  }
  return { kept: all, dropped };
}

/** Whether two are judgements of the same: a session, at an address. */
export const isSameQuestion = (a: KeptJudgement, b: KeptJudgement): boolean =>
  isSameAs(a)(b) && a.address === b.address && a.isAgain === b.isAgain;

/** Whether a key names that session. */
export const isSameAs =
  (a: SessionKey) =>
  (b: SessionKey): boolean =>
    a.rowStart === b.rowStart && a.identity === b.identity;

const keyOf = ({ rowStart, identity }: SessionKey): SessionKey => ({ rowStart, identity });
