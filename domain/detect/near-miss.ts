// Near misses: judgements that other sensitivities would alert about, or are alerts that others
// would not raise. Each is kept for 31 days with its score and with what the learning gate said: so
// the alerts of another sensitivity can be counted before it is set (preview.ts, decision 0052).
// Pure.

import type { Ground, KeptJudgement } from '../kept-judgement.ts';
import type { NearMissRow, Profile } from '../profile/profile.ts';
import type { Session } from '../session/session.ts';
import type { Scored } from './beside.ts';
import { placeKeyAt } from './detection-of.ts';
import type { JudgedSession, JudgeInput } from './judge.ts';
import type { Again } from './judge-again.ts';
import { isHard } from './judgement.ts';
import { standardThreshold } from './threshold.ts';

/** The most alerts per 1,000 users per day that near misses are kept for. */
export const budgetKeptMax = 20;

/** What is to be kept of a judgement; undefined where no such sensitivity alerts about it. */
export function nearMissOf(
  { before, session, sighting }: JudgeInput,
  { judgement, asLearned, standing }: JudgedSession,
): NearMissRow | undefined {
  const { ground, score } = judgement;
  const whole = rounded(score);
  // What rests on an open detection joins it: it is new as far as it goes beyond.
  const row = rowOf(asLearned ?? judgement, ground);
  if (Math.max(row.nats, whole) < standardThreshold(budgetKeptMax)) return undefined;
  const onHeld = asLearned && standing ? { onHeld: { whole, since: standing.since } } : {};
  return { ...about(before, session), place: placeKeyAt(sighting), ...row, ...onHeld };
}

/**
 * The same of a judgement that was made again, where it is one or was: it takes the place of what
 * was kept. Of one that joined an open detection it is not known how far it goes beyond.
 */
export function nearMissAgain(
  user: Pick<Profile, 'userKey'>,
  { said, ground }: KeptJudgement,
  { session, sighting, judgement }: Again,
): readonly NearMissRow[] {
  const row = rowOf(judgement, ground);
  const most = Math.max(row.nats, rounded(said.score));
  if (said.isJoined || most < standardThreshold(budgetKeptMax)) return [];
  return [{ ...about(user, session), place: placeKeyAt(sighting), ...row }];
}

function about({ userKey }: Pick<Profile, 'userKey'>, session: Session) {
  const { rowStart, identity, startedAt } = session;
  return { type: 'near-miss', userKey, rowStart, identity, startedAt } as const;
}

function rowOf({ score, evidence }: Scored, ground: Ground): Pick<NearMissRow, 'nats' | 'gate'> {
  const gate = !ground.isLearning ? 'open' : isHard({ evidence }) ? 'hard' : 'shut';
  return { nats: rounded(score), gate };
}

/** A score as its row has it, whatever the sensitivity was then: to a thousandth of a nat. */
const rounded = (score: number): number => Math.round(score * 1000) / 1000;
