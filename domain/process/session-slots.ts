// The sessions of one user while events are folded into them: found, made, merged and divided. It
// writes nothing and judges nothing; what it changed is for the fold to count and to write.

import type { AccountingEvent, UnixMs } from '../accounting-event.ts';
import { clockToleranceMs, sessionStartToleranceMs } from '../limits.ts';
import type { Location } from '../location.ts';
import { identityUnder } from '../profile/join-profiles.ts';
import type { Profile } from '../profile/profile.ts';
import { countedOf, recentKeys } from '../profile/recent.ts';
import { divideSession, otherBeginning, withoutLater } from '../session/divide-session.ts';
import { placeRecord } from '../session/find-session.ts';
import { interimSpan } from '../session/interim-span.ts';
import {
  type HeardWord,
  isWordWanted,
  type LastWord,
  laterWord,
  wordKeyOf,
  wordOf,
} from '../session/last-word.ts';
import { mergeSessions } from '../session/merge-session.ts';
import { type Restarts, restartOf } from '../session/restart.ts';
import { heardFrom, type Session, wholeSecond } from '../session/session.ts';
import { sessionOf } from '../session/session-of.ts';
import { settled } from '../session/settled-session.ts';
import type { Hash, StoredSession } from './ports.ts';
import { sessionsAround } from './sessions-around.ts';
import { change, type Slot, StoredSlot } from './slot.ts';
import {
  type IsOneAtATime,
  markReplaced,
  mayBeReplaced,
  mayTell,
  type SeenHabit,
  seenHabit,
} from './slot-replaced.ts';
import { afterClosing, isDoubtedBy } from './slot-words.ts';

/** What an event did. */
export type Placed = {
  /** Changed or made by the event; its own session stands last. Empty: the event says nothing. */
  readonly slots: readonly Slot[];
  /** It brought something new. */
  readonly isNews: boolean;
};

const nothing: Placed = { slots: [], isNews: false };

/** An interim of a span that has one is no repeat, and nothing of it is kept. */
export function isMerged({ kind, time }: AccountingEvent, { slots, isNews }: Placed): boolean {
  const kept = slots.at(-1)?.session.lastInterim;
  return isNews || (kind === 'interim' && kept !== undefined && kept.time !== time);
}

export class SessionSlots {
  readonly #all: Slot[] = [];
  readonly #byIdentity = new Map<string, Slot[]>();
  readonly #profile: Pick<Profile, 'userKey' | 'recent'>;
  readonly #hash: Hash;
  readonly #isOneAtATime: IsOneAtATime;
  /** What was seen of gateways on the way. */
  readonly habits: SeenHabit[] = [];

  constructor(
    profile: Pick<Profile, 'userKey' | 'recent'>,
    stored: readonly StoredSession[],
    hash: Hash,
    isOneAtATime: IsOneAtATime = () => false,
  ) {
    this.#isOneAtATime = isOneAtATime;
    this.#profile = profile;
    this.#hash = hash;
    for (const { session, version } of stored) {
      this.#add(new StoredSlot(session, version, profile.recent));
    }
  }

  get all(): readonly Slot[] {
    return this.#all;
  }

  /** From here on `changed` tells what is otherwise. */
  remember(): void {
    for (const slot of this.#all) slot.was = slot.session;
  }

  /** Made or changed since. */
  changed(): readonly Slot[] {
    return this.#all.filter(({ was, session }) => was !== session);
  }

  sessions(): readonly Session[] {
    return this.#all.map(({ session }) => session);
  }

  /** The last word of a session among the events of the fold; others may have come before. */
  wordHeard(session: Session): LastWord | undefined {
    return this.#all.find((slot) => slot.session === session)?.word;
  }

  /** Last words that the rows of their sessions do not hold. */
  words(): readonly HeardWord[] {
    return this.#all.flatMap(({ session, word }): HeardWord[] => {
      const isKept = !word || !isWordWanted(session) || word.time <= session.lastSeen;
      return isKept ? [] : [{ key: wordKeyOf(this.#hash, session), word }];
    });
  }

  /** Finds or makes the session an event belongs to and merges the event into it. */
  place(
    event: AccountingEvent,
    location: Location | undefined,
    restarts: Restarts | undefined,
  ): Placed {
    const identity = identityOf(event, this.#profile.userKey, this.#hash);
    const chain = this.#byIdentity.get(identity) ?? [];
    const sessions = chain.map(({ session }) => session);
    if (isBareRepeat(event)) return nothing;
    const { session: found, time, divided } = placeRecord(sessions, event, restarts);
    let single = withRestart(sessionOf(event, identity, location, time), restarts);
    const changed: Slot[] = [];
    const begin = wholeSecond(event.time);
    const until = nextStart(sessions, found, begin);
    for (const [at, session] of divided.entries()) {
      const slot = chain.find((one) => one.session === session);
      const { rest, taken } = divideSession(session, begin, until);
      // The last of those that were under way before: it has ended, Stop or not.
      const isBefore = heardFrom(session) < begin;
      const next = divided[at + 1];
      const isLast = isBefore && (next === undefined || heardFrom(next) >= begin);
      if (!slot || !change(slot, isLast ? withoutLater(rest, begin) : rest)) continue;
      changed.push(slot);
      if (taken) single = mergeSessions(single, unmarked(taken, begin));
    }
    const slot = chain.find((one) => one.session === found) ?? this.#make(single);
    const isMade = slot.session === single;
    if (!isMade) single = afterClosing(single, slot.session, event.clientAddress);
    const { lastInterim: heard } = slot.session;
    if (isDoubtedBy(slot.session, event)) slot.doubted = slot.session;
    const isNews = isMade || change(slot, mergeSessions(slot.session, single));
    const { lastInterim } = single;
    if (event.kind === 'interim' && lastInterim) {
      slot.word = laterWord(slot.word, wordOf(lastInterim, event.clientAddress));
      // One that came late and is the first of its span: what stood in its place is a word now.
      const { time = 0 } = slot.session.lastInterim ?? {};
      if (heard && heard.time > time) slot.word = laterWord(slot.word, wordOf(heard, undefined));
    }
    slot.isSaid = slot.isSaid || event.kind !== 'interim';
    const later = this.#divideLater(slot);
    this.#habit(event, slot, isNews);
    return { slots: [...changed, ...later, slot], isNews };
  }

  /** What the event ends where one session goes at a time, and what it shows of that. */
  #habit(event: AccountingEvent, { session }: Slot, isNews: boolean): void {
    if (event.kind !== 'start' && event.kind !== 'stop') return;
    const { gateway, time } = event;
    const isReplacing =
      event.kind === 'start' &&
      this.#isOneAtATime(gateway.id, time) &&
      mayBeReplaced(this.#all, gateway.id);
    const isTelling = isNews && mayTell(this.#all, session, event.kind);
    if (!(isReplacing || isTelling)) return;
    const near = new Set(sessionsAround(this.sessions(), session));
    const slots = this.#all.filter((one) => near.has(one.session));
    if (isReplacing) markReplaced(slots, gateway.id);
    const seen = isTelling ? seenHabit(slots, session, event) : undefined;
    if (seen) this.habits.push(seen);
  }

  /** A Stop may show that what came after it began anew, or belongs to a session that did. */
  #divideLater(slot: Slot): readonly Slot[] {
    const changed: Slot[] = [];
    let last = slot;
    for (let other = otherBeginning(slot.session); other; other = otherBeginning(last.session)) {
      const { from, isStart } = other;
      const { rest, taken } = divideSession(last.session, from, Number.POSITIVE_INFINITY);
      if (!taken) break;
      change(last, rest);
      const later = { ...taken, startedAt: wholeSecond(from), isStartSeen: isStart };
      const known = this.#sessionAt(last, heardFrom(later));
      if (known) change(known, mergeSessions(known.session, later));
      last = known ?? this.#make(later);
      changed.push(last);
      if (known) break;
    }
    return changed;
  }

  /**
   * Another session of the same identity that was under way at a time, or began with it, by the
   * clock of another relay some seconds later.
   */
  #sessionAt(slot: Slot, heardAt: UnixMs): Slot | undefined {
    const { identity } = slot.session;
    const from = heardFrom(slot.session);
    const time = heardAt + clockToleranceMs;
    return (this.#byIdentity.get(identity) ?? [])
      .filter((one) => one !== slot && heardFrom(one.session) > from)
      .filter(({ session }) => session.startedAt <= time || heardFrom(session) <= time)
      .sort((a, b) => heardFrom(b.session) - heardFrom(a.session))[0];
  }

  #make(session: Session): Slot {
    const rowStart = this.#rowStartOf(session);
    const named = rowStart === session.rowStart ? session : { ...session, rowStart };
    const counted = countedOf(this.#profile.recent, named, undefined);
    return this.#add({
      session: named,
      version: 0,
      isTouched: true,
      counted,
      countedAs: undefined,
      word: undefined,
      isSaid: true,
      doubted: undefined,
      was: undefined,
    });
  }

  #add(slot: Slot): Slot {
    this.#all.push(slot);
    const { identity } = slot.session;
    const chain = this.#byIdentity.get(identity);
    if (chain) chain.push(slot);
    else this.#byIdentity.set(identity, [slot]);
    return slot;
  }

  /**
   * The key of a row that is not there yet: that under which a crash left the session counted, or
   * its start; no two of one identity are alike.
   */
  #rowStartOf({ identity, startedAt }: Session): UnixMs {
    const taken = new Set(
      (this.#byIdentity.get(identity) ?? []).map(({ session }) => session.rowStart),
    );
    const distance = (rowStart: UnixMs): number => Math.abs(rowStart - startedAt);
    const unwritten = recentKeys(this.#profile.recent, identity)
      .map((key) => key.rowStart)
      .filter((rowStart) => !taken.has(rowStart) && distance(rowStart) <= sessionStartToleranceMs)
      .sort((a, b) => distance(a) - distance(b))[0];
    if (unwritten !== undefined) return unwritten;
    let rowStart = Math.max(0, startedAt);
    while (taken.has(rowStart)) rowStart += 1000;
    return rowStart;
  }
}

/** Gateway, session id and user make the identity; the start tells its sessions apart. */
function identityOf(event: AccountingEvent, userKey: string, hash: Hash): string {
  const session = { gatewayId: event.gateway.id, sessionId: event.session.id ?? '' };
  return identityUnder(userKey, session, hash);
}

/**
 * A datagram that the relay has recorded before, and that has no time of its own: it came when it
 * came, and what it says was said then.
 */
export function isBareRepeat({ flags, claimedTime, time }: AccountingEvent): boolean {
  return flags.includes('repeated') && (claimedTime === undefined || claimedTime !== time);
}

/** The first interim after a restart is kept, in whatever span: the session goes on. */
function withRestart(single: Session, restarts: Restarts | undefined): Session {
  const { lastInterim, firstInterim, identity } = single;
  const restart = restartOf(single, restarts);
  if (!lastInterim || restart === undefined || lastInterim.time < restart) return single;
  if (interimSpan(restart, identity) !== lastInterim.span) return single;
  const first = firstInterim === undefined ? {} : { first: firstInterim };
  return settled({
    ...single,
    interims: [{ ...lastInterim, ...first, span: lastInterim.span + 0.5 }],
  });
}

/** Without the mark of a next Start that is the one at `begin`, by another relay's clock. */
function unmarked(taken: Session, begin: UnixMs): Session {
  const { nextStart: mark, ...rest } = taken;
  return mark !== undefined && mark <= begin + clockToleranceMs ? rest : taken;
}

/** The Start after `begin` of another session of the chain. */
function nextStart(chain: readonly Session[], own: Session | undefined, begin: UnixMs): UnixMs {
  return chain
    .filter((one) => one !== own && one.isStartSeen && one.startedAt > begin)
    .reduce((least, { startedAt }) => Math.min(least, startedAt), Number.POSITIVE_INFINITY);
}
