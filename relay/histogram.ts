// Counts observations below fixed bounds: answer times, syncs, uploads.
// Promise: a fixed few counters; a quantile is the bound above it, so never better than the truth.

/** Upper bounds, seconds: an fdatasync takes 0.1 ms to tens of ms, an upload up to seconds. */
const boundsSeconds = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

export class Histogram {
  readonly #counts = new Array<number>(boundsSeconds.length + 1).fill(0);
  #sumSeconds = 0;

  observe(seconds: number): void {
    const bucket = boundsSeconds.findIndex((bound) => seconds <= bound);
    const index = bucket < 0 ? boundsSeconds.length : bucket;
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#sumSeconds += seconds;
  }

  /** The bound below which `share` of all lie; undefined when there are none or it is beyond. */
  quantile(share: number): number | undefined {
    const total = this.#counts.reduce((sum, count) => sum + count, 0);
    let below = 0;
    for (const [i, count] of this.#counts.entries()) {
      below += count;
      if (below >= total * share && total > 0) return boundsSeconds[i];
    }
    return undefined;
  }

  /** Sample lines in the Prometheus text format, without a prefix in their name. */
  samples(name: string): string[] {
    let total = 0;
    const buckets = this.#counts.map((count, i) => {
      total += count;
      return `${name}_bucket{le="${boundsSeconds[i] ?? '+Inf'}"} ${total}`;
    });
    return [...buckets, `${name}_sum ${this.#sumSeconds}`, `${name}_count ${total}`];
  }
}
