// A session of the user at hand, as one fold has it: what is stored, counted and changed of it.

import { isSameValue } from '../plain-value.ts';
import type { Counted } from '../profile/recent.ts';
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

/** Puts a session into its slot. @returns false when nothing is different */
export function change(slot: Slot, session: Session): boolean {
  if (isSameValue(slot.session, session)) return false;
  slot.session = session;
  slot.isTouched = true;
  return true;
}
