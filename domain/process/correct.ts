// Corrections: after a fold, judgements of the last day that other sessions may show to be wrong
// are made again, and the detections that follow from them are brought up to date. It costs
// nothing for users of whom nothing is kept, and no read where nothing they rest on changed
// (decision 0028).

import type { UnixMs } from '../accounting-event.ts';
import { detectionId, graver } from '../detect/alert.ts';
import { basisAgain } from '../detect/basis.ts';
import { bothReasons, correctedDetection, whatChanged } from '../detect/correction.ts';
import { detectionWith, placeKeyAt } from '../detect/detection-of.ts';
import {
  type Again,
  isSameAs,
  isSameQuestion,
  judgeAgain,
  shownOf,
} from '../detect/judge-again.ts';
import type { Decided } from '../detect/judgement.ts';
import { nearMissAgain } from '../detect/near-miss.ts';
import { doubtedAs, recounted, withRelearned } from '../detect/relearn.ts';
import { learningWeight } from '../detect/score.ts';
import { travelHorizonMs } from '../detect/terms/travel-term.ts';
import { type Detection, isWithdrawn } from '../detection.ts';
import type { KeptJudgement } from '../kept-judgement.ts';
import { detectionRepeatMs } from '../limits.ts';
import { periodOf } from '../population/population.ts';
import { heldAs } from '../profile/held.ts';
import { keptIn, type Learned, withKeptJudgements } from '../profile/learned.ts';
import type { DetectionRef, NearMissRow, Profile } from '../profile/profile.ts';
import type { KnownSession } from '../session/outlook.ts';
import { isEndedBy, type Restarts, restartOf } from '../session/restart.ts';
import type { Session } from '../session/session.ts';
import type { DetectionSettings } from '../settings.ts';
import { withRef } from './detection-refs.ts';
import type { UserPlan } from './fold-plan.ts';
import { isLive } from './kept.ts';
import type { Hash } from './ports.ts';
import { readSince } from './sessions-around.ts';
import type { Slot } from './slot.ts';

/** What corrections are made from. */
export type CorrectInput = {
  readonly slots: readonly Slot[];
  /** The user's sessions with their last words, as a judgement of this one sees them. */
  readonly othersOf: (session: Session) => readonly KnownSession[];
  readonly restarts: ReadonlyMap<string, Restarts> | undefined;
  readonly settings: DetectionSettings;
  readonly hash: Hash;
  /** Of the latest record of the fold. */
  readonly time: UnixMs;
};

export type Corrected = {
  readonly profile: Profile;
  readonly detections: readonly Detection[];
  /** Near misses as they are judged now. */
  readonly rows: readonly NearMissRow[];
  /** The judgements made again that came out otherwise. */
  readonly again: readonly Again[];
  /** What the organisation's counts lack of sessions that are trusted otherwise now. */
  readonly counts: UserPlan['counts'];
};

/**
 * Judgements that an event gives a reason to make again.
 * @param profile as it was before it
 * @param changed the sessions that it changed
 */
export function stirred(
  profile: Profile,
  changed: readonly Slot[],
  input: CorrectInput,
): readonly KeptJudgement[] {
  const all = keptIn(profile.learned);
  if (all.length === 0) return [];
  const { slots, restarts } = input;
  const isChangedFor = (kept: KeptJudgement): boolean =>
    changed.some(({ session }) => session.startedAt <= kept.time || isSameAs(kept)(session));
  const isToldFor = (kept: KeptJudgement): boolean =>
    slots.some(({ session, word }) => {
      if (!kept.open.some(isSameAs(session))) return false;
      const restart = restartOf(session, restarts?.get(session.gatewayId));
      const isOver = session.stoppedAt !== undefined || isEndedBy(restart, session.lastSeen);
      return word !== undefined || isOver;
    });
  return all
    .filter(isLive(profile, input.time))
    .filter((kept) => isChangedFor(kept) || isToldFor(kept));
}

/**
 * Since when the user's sessions must be known, for these to be made again.
 * @param sessions those at hand
 */
export function neededSince(kept: readonly KeptJudgement[], sessions: readonly Session[]): UnixMs {
  const starts = kept.flatMap((one) => {
    const judged = sessions.find(isSameAs(one));
    return [
      judged ? readSince(sessions, judged) : one.time - travelHorizonMs,
      ...one.said.about.map(({ rowStart }) => rowStart),
    ];
  });
  return starts.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
}

/**
 * Makes judgements again, and corrects what they are part of: of the profile, and of what it would
 * be without the decisions that analysts may take back.
 */
export function corrected(
  profile: Profile,
  again: readonly KeptJudgement[],
  input: CorrectInput,
): Corrected {
  const made = correctedAs(profile, again, input);
  const { undecided } = profile;
  if (!undecided) return made;
  const { learned, detections } = undecided;
  const same = keptIn(learned).filter((one) => again.some((other) => isSameQuestion(one, other)));
  const without = correctedAs({ ...profile, learned, detections }, same, input).profile;
  const next = { ...undecided, learned: without.learned, detections: without.detections };
  return { ...made, profile: { ...made.profile, undecided: next } };
}

function correctedAs(
  profile: Profile,
  again: readonly KeptJudgement[],
  input: CorrectInput,
): Corrected {
  let next = profile;
  const detections = new Map<string, Detection>();
  const rows: NearMissRow[] = [];
  const otherwise: Again[] = [];
  const counts: UserPlan['counts'][number][] = [];
  for (const one of again) {
    const wasKept = keptIn(next.learned);
    const kept = wasKept.find((other) => other === one);
    const made = kept && judged(kept, input);
    if (!kept || !made || made.kept === kept) continue;
    const named = made.isOtherwise ? withDetection(next, made, input) : made;
    const nowKept = wasKept.map((other) => (other === kept ? named.kept : other));
    next = { ...next, learned: doubtedAs(withKeptJudgements(next.learned, nowKept), kept, named) };
    const sessions = input.slots.map(({ session }) => session);
    // Of several judgements of one detection all is told as one correction.
    const told = detections.get(named.kept.said.detection ?? '')?.correction?.reason;
    const reason = bothReasons(told, whatChanged(kept.said, named, sessions));
    const found = made.isOtherwise ? brought(next, profile, named, reason, input) : undefined;
    if (found) {
      detections.set(found.detection.id, found.detection);
      const learned = heldOf(next.learned, found);
      next = { ...next, learned, detections: withRef(next.detections, found.ref) };
    }
    otherwise.push(named);
    rows.push(...nearMissAgain(profile, kept, named));
    const more = recounted(kept, named);
    if (more) counts.push({ period: periodOf(named.session.startedAt), counts: more });
    next = withRelearned(next, named);
  }
  return { profile: next, detections: [...detections.values()], rows, again: otherwise, counts };
}

/** What was learned apart with a detection, as it is said now. */
function heldOf(learned: Learned, { detection, ref, first }: Brought): Learned {
  const severity = ref.isWithdrawn ? undefined : detection.severity;
  const trust = Math.round(learningWeight(first) * 100) / 100;
  return heldAs(learned, ref.id, { severity, trust });
}

function judged(kept: KeptJudgement, { slots, othersOf, settings }: CorrectInput) {
  const session = slots.map((slot) => slot.session).find(isSameAs(kept));
  return session && judgeAgain(kept, session, othersOf(session), settings);
}

/** With the detection it becomes part of: its own, one of the same place, or a new one. */
function withDetection(
  { userKey, detections }: Profile,
  again: Again,
  { hash }: CorrectInput,
): Again {
  const { kept, session, sighting } = again;
  if (!kept.said.severity || kept.said.detection) return again;
  const place = placeKeyAt(sighting);
  const earlier = detections.find(
    (ref) =>
      ref.place === place && Math.abs(session.startedAt - ref.firstSeen) <= detectionRepeatMs,
  );
  const detection = earlier?.id ?? detectionId(hash, userKey, session, place);
  return { ...again, kept: { ...kept, said: { ...kept.said, detection } } };
}

/** A detection as it is told anew. */
type Brought = {
  readonly detection: Detection;
  readonly ref: DetectionRef;
  /** Score of its first session, nats. */
  readonly first: number;
};

/**
 * The detection of a judgement that says something else now.
 * @param before the profile as it was when the detection was told last
 */
function brought(
  profile: Profile,
  before: Profile,
  again: Again,
  reason: string,
  input: CorrectInput,
): Brought | undefined {
  const { kept } = again;
  const { detection: id } = kept.said;
  if (id === undefined) return undefined;
  const { userKey } = profile;
  const ref = profile.detections.find((one) => one.id === id);
  if (!ref || ref.isFinal) return broughtAlone({ id, userKey }, ref, again);
  const members = keptIn(profile.learned)
    .filter(({ said }) => said.detection === id)
    .map((one) => (one === kept ? again : judgedAs(one, input)));
  // One that is not at hand cannot be told anew: nothing is corrected without it.
  if (members.some((one) => one === undefined)) return undefined;
  const known = members.filter((one) => one !== undefined);
  const was = before.detections.find((one) => one.id === id) ?? ref;
  const revision = (was.revision ?? 0) + 1;
  const told = { reason, at: input.time };
  const name = { id, userKey, revision };
  const detection = correctedDetection(name, known, saidBefore(before, was, kept), told);
  const [first] = [...known].sort((a, b) => a.session.startedAt - b.session.startedAt);
  if (!detection || !first) return undefined;
  const { isWithdrawn: _, ...rest } = ref;
  const state = isWithdrawn(detection) ? { isWithdrawn: true as const } : {};
  const now = { ...rest, revision, severity: detection.severity, ...state };
  return { detection, ref: now, first: first.judgement.score };
}

/** What was said of a detection before. */
function saidBefore({ learned }: Profile, { id, ...was }: DetectionRef, now: KeptJudgement) {
  const said = keptIn(learned).filter((one) => one.said.detection === id && one.said.severity);
  const score = Math.max(...(said.length > 0 ? said : [now]).map((one) => shownOf(one.said)));
  return { severity: was.severity, score, isWithdrawn: was.isWithdrawn === true };
}

/** A judgement in a new detection, or in one that is told anew no more. */
function broughtAlone(
  name: { readonly id: string; readonly userKey: string },
  ref: DetectionRef | undefined,
  { kept, session, sighting, judgement }: Again,
): Brought | undefined {
  const { severity } = kept.said;
  if (!severity) return undefined;
  const detection = {
    ...detectionWith({ ...name, session, sighting, judgement }),
    ...basisAgain(kept, judgement),
    ...(ref?.revision ? { revision: ref.revision } : {}),
    ...(kept.isImported ? { isImported: true as const } : {}),
    ...(kept.isLate ? { isLate: true as const } : {}),
  };
  const { id } = name;
  const place = placeKeyAt(sighting);
  const known = ref ?? { id, place, firstSeen: session.startedAt, severity };
  const now = { ...known, severity: graver(known.severity, severity) };
  return { detection, ref: now, first: judgement.score };
}

/** Another member of the detection, as it was said. */
function judgedAs(kept: KeptJudgement, input: CorrectInput): Again | undefined {
  const again = judged(kept, input);
  return again && { ...again, kept };
}

/**
 * What a new judgement makes of a detection that was corrected before: what stands is told anew,
 * or the redelivery of an older state could not be told from it.
 */
export function joined(
  profile: Profile,
  added: KeptJudgement,
  judgement: Decided,
  input: CorrectInput,
): Brought | undefined {
  const others = keptIn(profile.learned).filter((one) => one !== added);
  const before = { ...profile, learned: withKeptJudgements(profile.learned, others) };
  const made = judgedAs(added, input);
  const again = made && { ...made, judgement };
  const reason = 'Another session of the same place came to it';
  return again && brought(profile, before, again, reason, input);
}
