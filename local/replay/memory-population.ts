// The population in memory: the PopulationStore of replay, evaluation and tests. Bounded: the uses
// that were not asked for the longest go first.

import type { UnixMs } from '../../domain/accounting-event.ts';
import type { PopulationDelta, Use } from '../../domain/population/population.ts';
import { StepCounts } from '../../domain/population/step-counts.ts';
import { withUse } from '../../domain/population/use-news.ts';
import type { PopulationRead, PopulationStore } from '../../domain/process/ports.ts';

/** Networks, prefixes and countries that are kept. */
const usesMax = 200_000;

export class MemoryPopulation implements PopulationStore {
  readonly #steps = new StepCounts();
  readonly #uses = new Map<string, Use>();
  /** By key, and then by the detection that the mark is of. */
  readonly #marks = new Map<string, Map<string, UnixMs>>();
  #malicious: ReadonlyMap<string, UnixMs> = new Map();

  async view(_keys: readonly string[], time: UnixMs): Promise<PopulationRead> {
    const use = (key: string): Use | undefined => this.#uses.get(key);
    const steps = this.#steps;
    return { ...steps.at(time), use, malicious: this.#malicious, steps };
  }

  async add({ sessions = [], uses }: PopulationDelta): Promise<void> {
    for (const counts of sessions) this.#steps.add(counts);
    for (const use of uses) {
      const known = this.#uses.get(use.key);
      this.#uses.delete(use.key);
      this.#uses.set(use.key, withUse(known, use));
    }
    for (const key of this.#uses.keys()) {
      if (this.#uses.size <= usesMax) break;
      this.#uses.delete(key);
    }
  }

  async markMalicious(keys: readonly string[], until: UnixMs, by = ''): Promise<void> {
    for (const key of keys) {
      const marks = this.#marks.get(key) ?? new Map<string, UnixMs>();
      this.#marks.set(key, marks.set(by, until));
    }
    this.#malicious = new Map(
      [...this.#marks].map(([key, marks]) => [key, Math.max(...marks.values())]),
    );
  }
}
