// A session in the index of open sessions (decision 0027): whose it is, where it came from, when it
// was heard of last. Joining two views of one is that of sessions: commutative and idempotent.

import type { UnixMs } from '../accounting-event.ts';
import { listedSilentMs } from '../limits.ts';
import type { Location } from '../location.ts';
import { joinOctets, type KeptInterim } from './kept-records.ts';
import { type LastWord, wordSpan } from './last-word.ts';
import { mergeSessions } from './merge-session.ts';
import type { Restarts } from './restart.ts';
import type { Session } from './session.ts';
import { defaultRules, type SessionRules } from './session-rules.ts';
import { type SessionState, sessionState, silentAfter, trafficOf } from './session-state.ts';

/** One that has not ended, as far as is known. */
export type OpenSession = {
  /** Its name among last words (`wordKeyOf`). */
  readonly key: string;
  readonly userKey: string;
  /**
   * What the list shows: without devices, assigned addresses and marks. `identity` is empty: it
   * follows from user, gateway and id, and few are looked at.
   */
  readonly session: Session;
};

/** That a user was connected from a place, for the places of the last day. */
export type Visit = {
  /** `userMarkOf`: tells users apart, and is forgotten with them. */
  readonly user: string;
  /** Without its network. */
  readonly location: Location;
  readonly time: UnixMs;
};

/** What a call tells the index. An end stays one: no record opens a session again. */
export type IndexNews = {
  readonly opened: readonly OpenSession[];
  /** Keys of sessions that have ended. */
  readonly ended: readonly string[];
  /** Of sessions that are not listed any more; a call tells none. */
  readonly visits?: readonly Visit[];
};

/** Letters that stand for a user among visits: 48 bits of a hash. */
export const userMarkLetters = 8;

export const userMarkOf = (hash: (text: string) => string, userKey: string): string =>
  hash(`visit\0${userKey}`).slice(0, userMarkLetters);

const noNetwork = { asn: 0, organization: '', type: 'unknown' } as const;

/** The places that a session was seen at. */
export function visitsOf(user: string, { sightings }: Session, time: UnixMs): readonly Visit[] {
  return sightings.map(({ location }) => {
    const place = location.kind === 'special' ? location : { ...location, network: noNetwork };
    return { user, location: place, time };
  });
}

export const noNews: IndexNews = { opened: [], ended: [] };

/** What the list shows of a session: its interim is taken for the last word. */
export function asListed(session: Session): Session {
  const { rowStart, gatewayId, sessionId, startedAt, isStartSeen, lastSeen } = session;
  const { firstInterim, lastInterim, sightings, service, replacedAt } = session;
  return {
    rowStart,
    identity: '',
    gatewayId,
    sessionId,
    startedAt,
    isStartSeen,
    lastSeen,
    ...(firstInterim === undefined ? {} : { firstInterim }),
    ...(lastInterim ? { lastInterim: asWord({ ...lastInterim, ...trafficOf(session) }) } : {}),
    assignedAddresses: [],
    sightings,
    devices: [],
    marks: [],
    ...(service ? { service } : {}),
    ...(replacedAt === undefined ? {} : { replacedAt }),
  };
}

function asWord(word: LastWord): KeptInterim {
  const { time, seconds, address } = word;
  return {
    span: wordSpan(time, ''),
    time,
    ...(seconds === undefined ? {} : { seconds }),
    ...(address === undefined ? {} : { address }),
    ...joinOctets(word, undefined),
  };
}

/** Two views of one session. */
export function joinOpen(a: OpenSession, b: OpenSession): OpenSession {
  return { ...a, session: mergeSessions(a.session, b.session) };
}

/** The session with a word that was heard of it; an earlier one adds its counters at most. */
export function withWord(open: OpenSession, word: LastWord): OpenSession {
  const { session } = open;
  const { lastInterim } = session;
  if (!lastInterim) return open;
  const isLater = word.time > lastInterim.time;
  const octets = joinOctets(lastInterim, word);
  const interim = { ...(isLater ? asWord(word) : lastInterim), ...octets };
  const lastSeen = Math.max(session.lastSeen, word.time);
  return { ...open, session: { ...session, lastSeen, lastInterim: interim } };
}

/** How a listed session reads; `isGone`: nobody need be told of it any more. */
export type ListedState = SessionState & { readonly isGone: boolean };

/**
 * How a listed session reads now. One that fell silent is listed for a day more: its gateway or its
 * relay may be cut off.
 */
export function listedState(
  session: Session,
  now: UnixMs,
  restarts: Restarts | undefined,
  rules: SessionRules = defaultRules,
): ListedState {
  const read = sessionState(session, now, restarts, rules);
  if (read.state === 'open') return { ...read, isGone: false };
  const isSilent = read.state === 'silent';
  return { ...read, isGone: !isSilent || now > silentAfter(session, rules) + listedSilentMs };
}
