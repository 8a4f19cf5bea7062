// What a fold tells the index of open sessions: those it opened or heard of in their row, and those
// that have ended. What is long past was never listed, and nothing is said of it (decision 0027).

import type { UnixMs } from '../accounting-event.ts';
import { eventTimePastMsMax } from '../limits.ts';
import { withLastWord, wordKeyOf } from '../session/last-word.ts';
import { asListed, type IndexNews, listedState, noNews } from '../session/open-session.ts';
import type { Restarts } from '../session/restart.ts';
import type { Session } from '../session/session.ts';
import type { SessionRules } from '../session/session-rules.ts';
import type { Hash } from './ports.ts';
import type { Slot } from './slot.ts';

/** A session that began and ended in one call is told of for the places of the day. */
const dayMs = 24 * 3600 * 1000;

/** What is known beside the slots. */
type Around = {
  readonly hash: Hash;
  readonly restarts: ReadonlyMap<string, Restarts> | undefined;
  readonly rules: SessionRules | undefined;
  /** Undefined: times are those of files, and nobody asks who is connected. */
  readonly now: UnixMs | undefined;
};

/**
 * What the slots say to the index. A repeat says it again: what a crash kept from being written is
 * written then.
 */
export function newsOf(
  userKey: string,
  slots: readonly Slot[],
  { hash, restarts, rules, now }: Around,
): IndexNews {
  if (now === undefined) return noNews;
  const opened: IndexNews['opened'][number][] = [];
  const ended: string[] = [];
  for (const slot of slots) {
    if (!slot.isTouched && !slot.isSaid) continue;
    const session = slot.word ? withLastWord(slot.session, slot.word) : slot.session;
    const key = wordKeyOf(hash, session);
    const isEnded = hasEnded(session);
    if (isEnded && session.lastSeen > now - eventTimePastMsMax) ended.push(key);
    const isReplaced = session.replacedAt !== undefined;
    const isListed = isEnded
      ? slot.version === 0 && session.lastSeen > now - dayMs
      : (isReplaced && session.lastSeen > now - eventTimePastMsMax) ||
        !listedState(session, now, restarts?.get(session.gatewayId), rules).isGone;
    if (isListed) opened.push({ key, userKey, session: asListed(session) });
  }
  return { opened, ended };
}

/** Ended with a Stop, or before another of its id began. */
const hasEnded = ({ stoppedAt, nextStart }: Session): boolean =>
  stoppedAt !== undefined || nextStart !== undefined;
