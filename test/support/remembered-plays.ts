// Weeks of ordinary days cost most of what tests of the judge take, and are the same in a hundred
// of them. What an organisation had become after such a play is kept for the test file, and given
// to the next one that is just where that one was; whatever else has touched it is played as it is.

import { createHash } from 'node:crypto';
import type { AccountingEvent } from '../../domain/accounting-event.ts';
import { MemoryPopulation } from '../../local/replay/memory-population.ts';
import { MemoryWords } from '../../local/replay/memory-words.ts';
import type { MemoryStore, StoreState } from './memory-store.ts';

type Change = (parts: Pick<RememberedParts, 'population' | 'words'>) => Promise<void>;

type RememberedParts = {
  readonly store: MemoryStore;
  readonly population: MemoryPopulation;
  readonly words: MemoryWords;
  /** What population and words were given since the beginning, in order. */
  readonly changes: Change[];
};

/** Parts of an organisation of which nothing is known yet. */
export function rememberedParts(
  store: MemoryStore,
  hash: (text: string) => string,
): RememberedParts {
  const changes: Change[] = [];
  const population = new (class extends MemoryPopulation {
    override add(...delta: Parameters<MemoryPopulation['add']>): Promise<void> {
      changes.push((parts) => parts.population.add(...delta));
      return super.add(...delta);
    }
    override markMalicious(...marks: Parameters<MemoryPopulation['markMalicious']>): Promise<void> {
      changes.push((parts) => parts.population.markMalicious(...marks));
      return super.markMalicious(...marks);
    }
  })();
  const words = new (class extends MemoryWords {
    override add(...heard: Parameters<MemoryWords['add']>): Promise<void> {
      changes.push((parts) => parts.words.add(...heard));
      return super.add(...heard);
    }
  })(hash);
  return { store, population, words, changes };
}

/** What became of an organisation by one play. */
type Became = { readonly state: StoreState; readonly changes: readonly Change[] };

const kept = new Map<string, Became>();
/** Shorter plays are played. */
const eventsMin = 20;

/**
 * Wraps the play of an organisation.
 * @param about whatever else decides what becomes of it by these events
 * @param play processes the events one by one
 */
export function remembering(
  parts: RememberedParts,
  about: (events: readonly AccountingEvent[]) => object,
  play: (events: readonly AccountingEvent[]) => Promise<void>,
): (events: readonly AccountingEvent[]) => Promise<void> {
  const { store, changes } = parts;
  /** What was played so far, and what came of it; undefined: something else as well. */
  let now:
    | { readonly key: string; readonly state: StoreState; readonly changes: number }
    | undefined = {
    key: '',
    state: store.state(),
    changes: 0,
  };
  const isUntouched = (): boolean =>
    now !== undefined && changes.length === now.changes && store.isIn(now.state);
  return async (events) => {
    if (!now || events.length < eventsMin || !isUntouched()) {
      now = undefined;
      return play(events);
    }
    const key = createHash('sha256')
      .update(now.key)
      .update(JSON.stringify([about(events), events]))
      .digest('hex');
    const before = changes.length;
    const known = kept.get(key);
    if (known) {
      store.become(known.state);
      for (const change of known.changes) await change(parts);
    } else {
      await play(events);
      kept.set(key, { state: store.state(), changes: changes.slice(before) });
    }
    now = { key, state: known?.state ?? store.state(), changes: changes.length };
  };
}
