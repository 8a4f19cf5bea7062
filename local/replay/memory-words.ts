// The WordStore of replay and tests: the last word of each session in memory. Bounded: words long
// behind the newest are forgotten, as the rows of the table expire.

import type { WordStore } from '../../domain/process/ports.ts';
import {
  type HeardWord,
  type LastWord,
  laterWord,
  withLastWord,
  wordKeyOf,
} from '../../domain/session/last-word.ts';
import type { Session } from '../../domain/session/session.ts';

const keptMs = 3 * 24 * 3600 * 1000;
/** Below so many words nothing is looked through. */
const wordsKeptMin = 50_000;

export class MemoryWords implements WordStore {
  readonly #hash: (text: string) => string;
  readonly #words = new Map<string, LastWord>();
  #newest = 0;
  #sweepAt = wordsKeptMin;

  constructor(hash: (text: string) => string) {
    this.#hash = hash;
  }

  async add(words: readonly HeardWord[]): Promise<void> {
    for (const { key, word } of words) {
      this.#words.set(key, laterWord(this.#words.get(key), word));
      this.#newest = Math.max(this.#newest, word.time);
    }
    if (this.#words.size < this.#sweepAt) return;
    for (const [key, { time }] of this.#words) {
      if (time < this.#newest - keptMs) this.#words.delete(key);
    }
    this.#sweepAt = Math.max(wordsKeptMin, 2 * this.#words.size);
  }

  async heard(sessions: readonly Session[]): Promise<readonly Session[]> {
    return sessions.map((one) => withLastWord(one, this.#words.get(wordKeyOf(this.#hash, one))));
  }
}
