// The last word of a session without Stop: its latest interim. Of the interims of a span the row
// keeps the first (interim-span.ts); those after it that change nothing but time and counters are
// kept as words, packed with those of others (word-pack.ts), and laid over the row by whoever reads
// it. Joining is commutative, associative and idempotent: the latest wins, with the greatest
// counters (decision 0021).

import type { UnixMs } from '../accounting-event.ts';
import { interimSpanMs } from '../limits.ts';
import { interimSpan, spanOffset } from './interim-span.ts';
import { joinOctets, type KeptInterim, type Octets } from './kept-records.ts';
import { mergeSessions } from './merge-session.ts';
import type { Session, SessionKey } from './session.ts';

export type LastWord = Octets & {
  /** Of the interim, as it says. */
  readonly time: UnixMs;
  /** Acct-Session-Time. */
  readonly seconds?: number;
  /** `addressMark` of the client address that it named. */
  readonly address?: number;
};

/** A word and the session it is of. */
export type HeardWord = { readonly key: string; readonly word: LastWord };

/** Letters of a session's name among the words: 48 bits of a hash. */
export const wordKeyLetters = 8;

/** Names a session among the words. It says nothing to who does not know gateway, id and user. */
export function wordKeyOf(hash: (text: string) => string, session: SessionKey): string {
  return hash(`word\0${session.rowStart}\0${session.identity}`).slice(0, wordKeyLetters);
}

/** 16 bits of an address: tells the few of one session apart. */
export function addressMark(address: string): number {
  let mark = 0x811c;
  for (let at = 0; at < address.length; at += 1) {
    mark = Math.imul(mark ^ address.charCodeAt(at), 0x0193) & 0xffff;
  }
  return mark;
}

/** What an interim says last. */
export function wordOf(interim: KeptInterim, clientAddress: string | undefined): LastWord {
  const { time, seconds } = interim;
  return {
    time,
    ...(seconds === undefined ? {} : { seconds }),
    ...(clientAddress === undefined ? {} : { address: addressMark(clientAddress) }),
    ...joinOctets(interim, undefined),
  };
}

/** The later of two words, with the greater counters. */
export function laterWord(a: LastWord | undefined, b: LastWord): LastWord {
  if (!a) return b;
  const [earlier, later] = isEarlier(a, b) ? [a, b] : [b, a];
  return { ...later, ...joinOctets(earlier, later) };
}

function isEarlier(a: LastWord, b: LastWord): boolean {
  if (a.time !== b.time) return a.time < b.time;
  if (a.seconds !== b.seconds) return (a.seconds ?? -1) < (b.seconds ?? -1);
  return (a.address ?? -1) < (b.address ?? -1);
}

/** Whether a word shows more traffic than something else does. */
export function showsMore(word: Octets, { octetsIn, octetsOut }: Octets): boolean {
  const most = joinOctets(word, {
    ...(octetsIn === undefined ? {} : { octetsIn }),
    ...(octetsOut === undefined ? {} : { octetsOut }),
  });
  return most.octetsIn !== octetsIn || most.octetsOut !== octetsOut;
}

/** Whether words can say more of a session than its row: it sends interims and has no Stop. */
export function isWordWanted({ stoppedAt, lastInterim }: Session): boolean {
  return stoppedAt === undefined && lastInterim !== undefined && !isLastWord(lastInterim);
}

/** Where in its span a last word stands: behind the first interim and that after a restart. */
const wordFrom = 0.6;
const wordShare = 0.39;

/** The number of a span, for an interim that is the last heard in it: the later, the greater. */
export function wordSpan(time: UnixMs, identity: string): number {
  const into = (time + spanOffset(identity)) % interimSpanMs;
  return interimSpan(time, identity) + wordFrom + (wordShare * into) / interimSpanMs;
}

/** Whether an interim is known to be the last one heard in its span. */
export const isLastWord = ({ span }: KeptInterim): boolean => span % 1 >= wordFrom;

/**
 * The session with its last word, as whoever looked for words knows it.
 * @param word absent: none was found, so that the interim of the row is the last
 * @returns the session itself where it has a Stop, or its gateway has sent no interim
 */
export function withLastWord(session: Session, word: LastWord | undefined): Session {
  const { lastInterim, nextStart = Number.POSITIVE_INFINITY } = session;
  if (!lastInterim || !isWordWanted(session)) return session;
  const isNews = word !== undefined && word.time > lastInterim.time && word.time < nextStart;
  return keepLastWord(session, isNews ? word : lastInterim);
}

/** The session with a word in its row, Stop or not: the latest of such words stays. */
export function keepLastWord(session: Session, word: LastWord): Session {
  const { identity, nextStart = Number.POSITIVE_INFINITY } = session;
  if (word.time >= nextStart) return session;
  const interim = { ...word, span: wordSpan(word.time, identity) };
  return mergeSessions(session, { ...session, interims: [interim] });
}

/** The client address of the last word: of several that the session had, the one it named. */
export function lastAddressOf({ sightings, lastInterim }: Session): string | undefined {
  const [only] = sightings;
  if (sightings.length < 2) return only?.address;
  return sightings.find(({ address }) => addressMark(address) === lastInterim?.address)?.address;
}
