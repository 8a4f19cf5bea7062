// The index of open sessions while it is put together from its rows: what was opened, what ended,
// what was heard last. Rows come in any order and any number of times (decision 0027). Pure.

import type { UnixMs } from '../accounting-event.ts';
import { nowToleranceMs } from '../limits.ts';
import { placeKey } from '../location.ts';
import { type HeardWord, type LastWord, laterWord } from '../session/last-word.ts';
import {
  type IndexNews,
  joinOpen,
  listedState,
  type OpenSession,
  userMarkOf,
  type Visit,
  visitsOf,
  withWord,
} from '../session/open-session.ts';
import type { Restarts } from '../session/restart.ts';
import type { SessionRules } from '../session/session-rules.ts';

/** What one row says, and when it was written. */
export type IndexRow = {
  readonly time: UnixMs;
  readonly news: IndexNews;
  readonly words: readonly HeardWord[];
};

/** Ends are remembered for so long: a call that began before one may still write an opening. */
const endKeptMs = nowToleranceMs;
/** Places are told of so long. */
const visitKeptMs = 24 * 3600 * 1000;

export class JoinedSessions {
  readonly #opened = new Map<string, OpenSession>();
  readonly #words = new Map<string, LastWord>();
  /** When an end was last written, by key. */
  readonly #ended = new Map<string, UnixMs>();
  /** The latest by user and place. */
  readonly #visits = new Map<string, Visit>();
  readonly #hash: (text: string) => string;

  constructor(hash: (text: string) => string) {
    this.#hash = hash;
  }

  add({ time, news, words }: IndexRow): void {
    for (const one of news.opened) {
      const known = this.#opened.get(one.key);
      this.#opened.set(one.key, known ? joinOpen(known, one) : one);
    }
    for (const key of news.ended) {
      this.#ended.set(key, Math.max(time, this.#ended.get(key) ?? time));
    }
    for (const visit of news.visits ?? []) this.#addVisit(this.#visits, visit);
    for (const { key, word } of words) {
      this.#words.set(key, laterWord(this.#words.get(key), word));
    }
  }

  /** Sessions that have not ended with a Stop, with their last word. */
  sessions(): readonly OpenSession[] {
    const found: OpenSession[] = [];
    for (const [key, open] of this.#opened) {
      if (!this.#ended.has(key)) found.push(this.#withWord(open));
    }
    return found;
  }

  /** Places of the last day, of open sessions and of those that have ended. */
  visits(now: UnixMs): readonly Visit[] {
    return this.#visitsOf(now, () => true);
  }

  /**
   * What stays of the index, in the order of users and places: neighbours share most of their text.
   * @param upTo when the latest row that was added was written
   */
  compacted(
    now: UnixMs,
    upTo: UnixMs,
    restartsOf: (gatewayId: string) => Restarts | undefined,
    rules?: SessionRules,
  ): Required<IndexNews> {
    const isKept = ({ session }: OpenSession): boolean =>
      !listedState(session, now, restartsOf(session.gatewayId), rules).isGone;
    const opened = this.sessions()
      .filter(isKept)
      .sort((a, b) => (a.userKey === b.userKey ? 0 : a.userKey < b.userKey ? -1 : 1));
    const ended = [...this.#ended].flatMap(([key, time]) => (time > upTo - endKeptMs ? [key] : []));
    const kept = new Set(opened.map(({ key }) => key));
    const visits = this.#visitsOf(now, ({ key }) => !kept.has(key));
    return { opened, ended, visits };
  }

  /** Of sessions that pass, and what was known before. */
  #visitsOf(now: UnixMs, isCounted: (open: OpenSession) => boolean): readonly Visit[] {
    const visits = new Map(this.#visits);
    for (const open of this.#opened.values()) {
      if (!isCounted(open)) continue;
      const { key, userKey, session } = this.#withWord(open);
      const time = Math.max(session.lastSeen, this.#ended.get(key) ?? 0);
      const mark = userMarkOf(this.#hash, userKey);
      for (const visit of visitsOf(mark, session, time)) this.#addVisit(visits, visit);
    }
    return [...visits]
      .filter(([, { time }]) => time > now - visitKeptMs)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, visit]) => visit);
  }

  #addVisit(visits: Map<string, Visit>, visit: Visit): void {
    const name = `${placeKey(visit.location)} ${visit.user}`;
    const known = visits.get(name);
    if (!known || known.time < visit.time) visits.set(name, visit);
  }

  #withWord(open: OpenSession): OpenSession {
    const word = this.#words.get(open.key);
    return word ? withWord(open, word) : open;
  }
}
