// Judges what an event newly showed of its session: what it teaches, what is remembered of the
// judgement, and the detection that it calls for. Pure.

import type { AccountingEvent, UnixMs } from '../accounting-event.ts';
import { withOrigin } from '../detect/alert.ts';
import { burstCandidatesOf, burstDetectionOf } from '../detect/burst-alert.ts';
import { type JudgedSession, type JudgeInput, judge } from '../detect/judge.ts';
import { isSameAs, keptOf } from '../detect/judge-again.ts';
import { type Alike, detectionBeside, type Found } from '../detect/judge-alike.ts';
import { learnedAfter, taughtBy } from '../detect/learn-judged.ts';
import { nearMissOf } from '../detect/near-miss.ts';
import type { Detection } from '../detection.ts';
import { periodOf } from '../population/population.ts';
import type { CountResult } from '../profile/count-session.ts';
import { type Profile, profileDraft } from '../profile/profile.ts';
import { type TrafficSample, withTraffic } from '../profile/traffic.ts';
import { isWordWanted, laterWord, withLastWord } from '../session/last-word.ts';
import { type KnownSession, withOutlooks } from '../session/outlook.ts';
import type { Session } from '../session/session.ts';
import { type CorrectInput, joined } from './correct.ts';
import { withCount, withRef } from './detection-refs.ts';
import type { FoldContext, Gathered } from './fold-plan.ts';
import { finalRef, forgettingOld, isSettled, keeping } from './kept.ts';
import { questionsOf } from './questions.ts';
import type { SessionSlots } from './session-slots.ts';
import { sessionsAround } from './sessions-around.ts';
import type { Slot } from './slot.ts';
import { withUndecided } from './undecided.ts';

/** What a record newly showed of a session, and how it came. */
export type Folded = {
  readonly before: Profile;
  readonly folded: CountResult;
  readonly slot: Slot;
  readonly slots: SessionSlots;
  readonly flags: AccountingEvent['flags'];
  readonly alike: Alike | undefined;
  /** Of the record. */
  readonly time: UnixMs;
};

/** Judges it, and learns it. @returns the profile after */
export function judgeFolded(fold: Folded, context: FoldContext, gathered: Gathered): Profile {
  const { folded, slot } = fold;
  const { session } = slot;
  const others = othersOf(session, fold.slots, context, gathered);
  const traffic = folded.isNewSession ? withTraffic(fold.before.traffic ?? [], others) : [];
  const before = withUsual(fold.before, traffic);
  let profile = withUsual(folded.profile, traffic);
  for (const { sighting, learning } of questionsOf(folded, session)) {
    const input: JudgeInput = {
      before,
      learned: profile.learned,
      session,
      sighting,
      others,
      learning,
      population: context.population,
      settings: context.settings,
      hash: context.hash,
    };
    const judged = judge(input);
    const { judgement, counts, uses, asLearned } = judged;
    const { userKey } = profile;
    gathered.judgements.push(
      asLearned
        ? { userKey, session, judgement, beyondHeld: asLearned }
        : { userKey, session, judgement },
    );
    if (counts) gathered.counts.push({ period: periodOf(session.startedAt), counts });
    gathered.uses.push(...uses);
    const isAlertable = !fold.flags.includes('repeated');
    const found = isAlertable
      ? detectionBeside(input, judged, profile.detections, fold.alike)
      : undefined;
    const taught = profileDraft(profile);
    taught.learned = learnedAfter(judged, found?.ref, learning);
    profile = taught;
    const near = isAlertable ? nearMissOf(input, judged) : undefined;
    if (near) gathered.indexRows.push(near);
    gatherBurst(gathered, { input, judged, flags: fold.flags, id: found?.ref.id, isAlertable });
    const { flags, alike, time } = fold;
    profile = withUndecided(profile, input, { isAlertable, alike, flags, time });
    profile = remembered(profile, { input, judged, found }, fold, context, gathered);
  }
  return profile;
}

/** The profile with what the user's sessions move, those among them that have ended by now. */
function withUsual(profile: Profile, traffic: readonly TrafficSample[]): Profile {
  if (traffic.length === 0) return profile;
  const draft = profileDraft(profile);
  draft.traffic = traffic;
  return draft;
}

/** The profile with what is to be remembered of a judgement, and its detection gathered. */
function remembered(
  profile: Profile,
  made: {
    readonly input: JudgeInput;
    readonly judged: JudgedSession;
    readonly found: Found | undefined;
  },
  { slots, flags, alike, time }: Folded,
  context: FoldContext,
  gathered: Gathered,
): Profile {
  const { input, judged, found } = made;
  // Of a new account that looks like a known one both were judged: that is not made again.
  const isKept = !alike && !flags.includes('repeated');
  const kept = isKept
    ? keptOf(input, judged, found?.ref.id, {
        flags,
        ...taughtBy(judged, found?.ref, input.learning),
      })
    : undefined;
  const next = kept ? keeping(profile, kept, time) : forgettingOld(profile, time);
  if (!found) return next;
  const isFinal = isSettled(next, found.ref.id, kept);
  const told =
    kept && found.ref.revision && !isFinal
      ? joined(next, kept, judged.judgement, correctInput(slots, time, context, gathered))
      : undefined;
  const plain = told ?? onTop({ ...found, detection: withOrigin(found.detection, flags) }, time);
  gathered.detections.push(withCount(plain.detection, next.learned.held));
  const refs = withRef(next.detections, plain.ref);
  return { ...next, detections: isFinal ? finalRef(refs, found.ref.id) : refs };
}

/** A detection with one more session; one that was withdrawn stands again by it. */
function onTop({ detection, ref }: Found, time: UnixMs): Found {
  const { revision, isWithdrawn, ...rest } = ref;
  if (revision === undefined) return { detection, ref };
  if (!isWithdrawn) return { detection: { ...detection, revision }, ref };
  const { severity, score } = detection;
  const correction = {
    revision: revision + 1,
    change: 'restored' as const,
    reason: 'Another session of the same place calls for it',
    at: time,
    severity,
    score,
  };
  return {
    detection: { ...detection, revision: revision + 1, correction },
    ref: { ...rest, revision: revision + 1, severity },
  };
}

/** What corrections of this fold are made from. */
export function correctInput(
  slots: SessionSlots,
  time: UnixMs,
  context: FoldContext,
  gathered: Gathered,
): CorrectInput {
  const { restarts, settings, hash } = context;
  const othersOfSession = (session: Session) => othersOf(session, slots, context, gathered);
  return { slots: slots.all, othersOf: othersOfSession, restarts, settings, hash, time };
}

/** The user's rows for a burst that may follow, and the burst that the session is in. */
function gatherBurst(
  gathered: Gathered,
  one: {
    readonly input: JudgeInput;
    readonly judged: JudgedSession;
    readonly flags: AccountingEvent['flags'];
    /** The session's own detection. */
    readonly id: string | undefined;
    readonly isAlertable: boolean;
  },
): void {
  const { input, judged, id } = one;
  for (const row of judged.anomalousUsers) {
    gathered.indexRows.push(id === undefined ? row : { ...row, detectionId: id });
  }
  if (!one.isAlertable) return;
  const whole = (burst: Detection): Detection =>
    withOrigin(id === undefined ? burst : { ...burst, detections: [id] }, one.flags);
  const burst = id === undefined ? undefined : burstDetectionOf(input, judged);
  if (burst) gathered.detections.push(whole(burst));
  else gathered.candidates.push(...burstCandidatesOf(input, judged).map(whole));
}

/** What was heard of all users of a call, by identity: it is asked with each judgement. */
const byIdentity = new WeakMap<readonly Session[], ReadonlyMap<string, readonly Session[]>>();

function heardOf(heard: readonly Session[], session: Session): Session | undefined {
  if (heard.length === 0) return undefined;
  let known = byIdentity.get(heard);
  if (!known) {
    const index = new Map<string, Session[]>();
    for (const one of heard) {
      const same = index.get(one.identity);
      if (same) same.push(one);
      else index.set(one.identity, [one]);
    }
    known = index;
    byIdentity.set(heard, known);
  }
  return known.get(session.identity)?.find(isSameAs(session));
}

/** The user's sessions as far as they were heard of; notes those that words may say more of. */
function othersOf(
  own: Session,
  slots: SessionSlots,
  { heard = [], restarts, rules }: FoldContext,
  gathered: Gathered,
): readonly KnownSession[] {
  const sessions = sessionsAround(slots.sessions(), own).map((session) => {
    // Of the earlier ones too: what is learned now is asked of the session before.
    const isOpen = !isSameAs(own)(session) && session.stoppedAt === undefined;
    if (isOpen) gathered.gateways.add(session.gatewayId);
    const before = heardOf(heard, session)?.lastInterim;
    if (!before && isOpen && isWordWanted(session)) gathered.unheard.add(session);
    // An interim of the fold may be late: what was heard before it can be later.
    const now = slots.wordHeard(session);
    const last = now && before ? laterWord(now, before) : (now ?? before);
    return last ? withLastWord(session, last) : session;
  });
  return withOutlooks(sessions, (gatewayId) => restarts?.get(gatewayId), rules, own);
}
