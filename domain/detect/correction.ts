// The state of a detection when judgements that it is made of were made again: raised, lowered,
// withdrawn or restored, and why, in words. Pure; what is published of it is lambdas/siem's.

import type { UnixMs } from '../accounting-event.ts';
import type { Correction, Detection, Severity } from '../detection.ts';
import type { KeptJudgement } from '../kept-judgement.ts';
import type { Session } from '../session/session.ts';
import { stopTime } from '../session/session-state.ts';
import { compareSeverity, graver, sessionRef } from './alert.ts';
import { basisAgain } from './basis.ts';
import { timeText } from './context/term.ts';
import { detectionWith } from './detection-of.ts';
import { type Again, isSameAs, shownOf } from './judge-again.ts';

/** What was said of a detection before. */
export type Before = {
  readonly severity: Severity;
  readonly score: number;
  readonly isWithdrawn: boolean;
};

/** Whether a judgement calls for its detection by itself. */
const isGround = ({ kept: { said } }: Again): boolean =>
  said.severity !== undefined && !said.isJoined;

/**
 * The detection of judgements that stand, or of those that do not any more.
 * @param members all of them; those without severity do not stand, and those that joined stand with
 * another
 * @param reason what was otherwise
 */
export function correctedDetection(
  name: { readonly id: string; readonly userKey: string; readonly revision: number },
  members: readonly Again[],
  before: Before,
  { reason, at }: { readonly reason: string; readonly at: UnixMs },
): Detection | undefined {
  const standing = members.some(isGround)
    ? members.filter(({ kept }) => kept.said.severity !== undefined)
    : [];
  const counted = standing.length > 0 ? standing : members;
  const [head] = [...counted].sort(byWeight);
  if (!head) return undefined;
  const { id, userKey, revision } = name;
  const one = detectionWith({ id, userKey, ...head });
  const severity = standing.reduce<Severity | undefined>(
    (gravest, { kept }) =>
      gravest && kept.said.severity ? graver(gravest, kept.said.severity) : kept.said.severity,
    undefined,
  );
  const starts = counted.map(({ session }) => session.startedAt);
  const score = shownOf(head.kept.said);
  const change = changeOf(before, severity, score);
  const was = { severity: before.severity, score: before.score };
  return {
    ...one,
    ...basisAgain(head.kept, head.judgement),
    revision,
    ...(change ? { correction: { revision, change, reason, at, ...was } } : {}),
    severity: severity ?? before.severity,
    score,
    isLearning: counted.every(({ judgement }) => judgement.isLearning),
    ...(counted.every(({ kept }) => kept.isImported) ? { isImported: true } : {}),
    ...(counted.every(({ kept }) => kept.isLate) ? { isLate: true } : {}),
    firstSeen: Math.min(...starts),
    lastSeen: Math.max(...starts),
    sessions: [...new Set(counted.map(({ session }) => sessionRef(session)))].sort(),
  };
}

function byWeight(a: Again, b: Again): number {
  const difference = b.kept.said.score - a.kept.said.score || b.judgement.score - a.judgement.score;
  return difference || (sessionRef(a.session) < sessionRef(b.session) ? -1 : 1);
}

function changeOf(
  before: Before,
  severity: Severity | undefined,
  score: number,
): Correction['change'] | undefined {
  if (!severity) return 'withdrawn';
  if (before.isWithdrawn) return 'restored';
  const risen = compareSeverity(severity, before.severity) || score - before.score;
  if (risen === 0) return undefined;
  return risen > 0 ? 'raised' : 'lowered';
}

/** What a term of other sessions said, where its sentence is not known any more. */
const spoken: Readonly<Record<string, string>> = {
  overlap: 'Another session of this user was open elsewhere',
  travel: 'A journey that was hardly possible',
  traffic: 'More traffic than this user usually has',
  handover: 'A line that dropped and came back over another',
};

/** What was otherwise than a judgement said, in words. */
export function whatChanged(
  before: KeptJudgement['said'],
  { kept, judgement }: Again,
  sessions: readonly Session[],
): string {
  const { terms, about } = kept.said;
  const known = [...before.about, ...about];
  const named = sessions
    .filter((session) => known.some(isSameAs(session)))
    .sort((a, b) => a.startedAt - b.startedAt || (a.identity < b.identity ? -1 : 1));
  const gone = before.terms.filter((term) => !terms.includes(term));
  const isOther = gone.length > 0 || terms.some((term) => !before.terms.includes(term));
  const now = judgement.evidence.filter(
    ({ term }) => terms.includes(term) && !(isOther && before.terms.includes(term)),
  );
  const said = [
    ...named.map(sessionText),
    ...gone.map((term) => `No longer: ${spoken[term] ?? term}`),
    ...now.map((evidence) => `Now: ${evidence.text()}`),
  ];
  return said.length === 0
    ? 'Its session was otherwise than its first record said'
    : said.join('. ');
}

/** Two reasons as one, each sentence once. */
export const bothReasons = (a: string | undefined, b: string): string =>
  a === undefined ? b : [...new Set([...a.split('. '), ...b.split('. ')])].join('. ');

function sessionText(session: Session): string {
  const { gatewayId, startedAt, stoppedAt, lastSeen } = session;
  const end =
    stoppedAt === undefined
      ? `was heard of until ${timeText(lastSeen)}`
      : `ended ${timeText(stopTime(session))}`;
  return `The session through ${gatewayId} since ${timeText(startedAt)} ${end}`;
}
