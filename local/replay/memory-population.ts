// The population in memory: the PopulationStore of replay, evaluation and tests. Bounded: the uses
// that were not asked for the longest go first.

import type { UnixMs } from '../../domain/accounting-event.ts';
import {
  addCounts,
  mergeUses,
  type PopulationCounts,
  type PopulationDelta,
  type PopulationView,
  periodOf,
  type Use,
  viewOf,
} from '../../domain/population/population.ts';
import type { PopulationStore } from '../../domain/process/ports.ts';

/** Networks, prefixes and countries that are kept. */
const usesMax = 200_000;
/** Deltas, and time of the events, between two summings of the counts: they move slowly. */
const viewEvery = 50;
const viewEveryMs = 6 * 3600 * 1000;

export class MemoryPopulation implements PopulationStore {
  readonly #periods = new Map<number, PopulationCounts>();
  readonly #uses = new Map<string, Use>();
  readonly #malicious = new Map<string, UnixMs>();
  #view: PopulationView | undefined;
  #viewTime = 0;
  #age = 0;

  async view(_keys: readonly string[], time: UnixMs): Promise<PopulationView> {
    const isOld =
      this.#age >= viewEvery ||
      periodOf(this.#viewTime) !== periodOf(time) ||
      Math.abs(time - this.#viewTime) >= viewEveryMs;
    if (!this.#view || isOld) {
      const use = (key: string): Use | undefined => this.#uses.get(key);
      this.#view = viewOf(this.#periods, time, { use, malicious: this.#malicious });
      this.#viewTime = time;
      this.#age = 0;
    }
    return this.#view;
  }

  async add({ periods, uses }: PopulationDelta): Promise<void> {
    this.#age += 1;
    for (const [period, counts] of periods) {
      const known = this.#periods.get(period);
      this.#periods.set(period, known ? addCounts(known, counts) : counts);
    }
    for (const use of uses) {
      const known = this.#uses.get(use.key);
      this.#uses.delete(use.key);
      this.#uses.set(use.key, known ? mergeUses(known, use) : use);
    }
    for (const key of this.#uses.keys()) {
      if (this.#uses.size <= usesMax) break;
      this.#uses.delete(key);
    }
  }

  async markMalicious(keys: readonly string[], until: UnixMs): Promise<void> {
    for (const key of keys)
      this.#malicious.set(key, Math.max(until, this.#malicious.get(key) ?? 0));
  }
}
