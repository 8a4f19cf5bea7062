// What of last words goes into the rows of sessions: what is old, what came after a closing, and
// what shows more traffic than a Stop does. Everything else stays with the words (decision 0021).

import type { AccountingEvent, UnixMs } from '../accounting-event.ts';
import { wordFreshMs } from '../limits.ts';
import { interimSpan } from '../session/interim-span.ts';
import { joinOctets } from '../session/kept-records.ts';
import {
  isLastWord,
  isWordWanted,
  keepLastWord,
  showsMore,
  wordOf,
  wordSpan,
} from '../session/last-word.ts';
import type { Session } from '../session/session.ts';
import { settled } from '../session/settled-session.ts';
import { change, type Slot } from './slot.ts';

/** What is said of long ago is kept in the row: the words of today are not looked through. */
export function keepOldWords(slots: readonly Slot[], now: UnixMs): void {
  for (const slot of slots) {
    const { session, word } = slot;
    // Whether its Stop has come as well says nothing: any order of records keeps the same.
    if (word && word.time <= now - wordFreshMs) change(slot, keepLastWord(session, word));
  }
}

/**
 * Whether a Stop shows less traffic than an interim of the session did: what its words show is
 * more. A Stop that shows no less is believed; nothing is read for it.
 */
export function isDoubtedBy(session: Session, { kind, session: told }: AccountingEvent): boolean {
  const { lastInterim } = session;
  const isLess = kind === 'stop' && lastInterim !== undefined && showsMore(lastInterim, told);
  return isLess && isWordWanted(session);
}

/**
 * Keeps what words show of ended sessions beyond their rows: no Stop makes traffic less than an
 * interim has shown, whichever of them came first.
 * @param heard sessions with their last words, those that are doubted among them
 */
export function keepGreaterWords(slots: readonly Slot[], heard: readonly Session[]): void {
  for (const slot of slots) {
    if (slot.session.stoppedAt === undefined) continue;
    const { doubted } = slot;
    if (!slot.word && !doubted) continue;
    const known = doubted && heard.find((one) => isSameRow(one, doubted));
    for (const word of [slot.word, known?.lastInterim]) {
      const { session } = slot;
      const shown = joinOctets(session.lastInterim, session);
      if (word && showsMore(word, shown)) change(slot, keepLastWord(session, word));
    }
  }
}

const isSameRow = (a: Session, b: Session): boolean =>
  a.rowStart === b.rowStart && a.identity === b.identity;

/**
 * A session that was closed at its last word (`lambdas/sweep`) and is heard of again: nobody looks
 * for its words any more, so what comes later in the span is kept in its row.
 */
export function afterClosing(single: Session, known: Session, clientAddress?: string): Session {
  const { lastInterim, firstInterim, identity } = single;
  if (!lastInterim || !known.lastInterim || !isLastWord(known.lastInterim)) return single;
  if (interimSpan(known.lastInterim.time, identity) !== interimSpan(lastInterim.time, identity)) {
    return single;
  }
  const span = wordSpan(lastInterim.time, identity);
  const first = firstInterim === undefined ? {} : { first: firstInterim };
  const word = { ...wordOf(lastInterim, clientAddress), ...first, span };
  return settled({ ...single, interims: [word] });
}
