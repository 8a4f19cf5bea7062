// A session of the user at hand, as one fold has it: what is stored, counted and changed of it.

import { isSameValue } from '../plain-value.ts';
import { type Counted, countedOf, type RecentSession } from '../profile/recent.ts';
import type { LastWord } from '../session/last-word.ts';
import type { Session } from '../session/session.ts';

/** A session at hand, and what the profile has counted of it. */
export type Slot = {
  session: Session;
  /** Of the stored row; 0: there is none. */
  readonly version: number;
  /** It is not as its row holds it. */
  isTouched: boolean;
  counted: Counted | undefined;
  /** The session as it was counted last. */
  countedAs: Session | undefined;
  /** The latest of the interims at hand. */
  word: LastWord | undefined;
  /** A Start or Stop of it is at hand, be it a repeat: the index may not know. */
  isSaid: boolean;
  /** As it was before a Stop that shows less traffic than an interim did. */
  doubted: Session | undefined;
  /** As it was before the event that is folded; undefined: made by it. */
  was: Session | undefined;
};

/** A slot of a stored session. What is counted of it is looked up for the few that are asked. */
export class StoredSlot implements Slot {
  session: Session;
  readonly version: number;
  isTouched = false;
  word: LastWord | undefined;
  isSaid = false;
  doubted: Session | undefined;
  was: Session | undefined;
  readonly #stored: Session;
  readonly #recent: readonly RecentSession[];
  #known: { counted: Counted | undefined; countedAs: Session | undefined } | undefined;

  constructor(session: Session, version: number, recent: readonly RecentSession[]) {
    this.session = session;
    this.version = version;
    this.#stored = session;
    this.#recent = recent;
  }

  get counted(): Counted | undefined {
    return this.#look().counted;
  }

  set counted(counted: Counted | undefined) {
    this.#look().counted = counted;
  }

  get countedAs(): Session | undefined {
    return this.#look().countedAs;
  }

  set countedAs(session: Session | undefined) {
    this.#look().countedAs = session;
  }

  #look() {
    if (this.#known) return this.#known;
    const counted = countedOf(this.#recent, this.#stored, this.#stored);
    this.#known = { counted, countedAs: counted?.isDurable ? this.#stored : undefined };
    return this.#known;
  }
}

/** Puts a session into its slot. @returns false when nothing is different */
export function change(slot: Slot, session: Session): boolean {
  if (isSameValue(slot.session, session)) return false;
  slot.session = session;
  slot.isTouched = true;
  return true;
}
