// What came out at the far end: counts positions and events, and tells which packets became events,
// how often, and whether the same packet ever became two events that the cloud would count twice.

import { writeFileSync } from 'node:fs';
import type { Batch } from '../../wire/batch.ts';
import { numberOf } from './packets.ts';
import { quantile } from './statistics.ts';

export type DownstreamCounts = {
  readonly events: number;
  readonly setAside: number;
  /** Highest journal position that came. */
  readonly lastPosition: number;
  /** Events that the generator has not sent. */
  readonly strangers: number;
  /** Events that came again under the same id: merged by the cloud. */
  readonly merged: number;
  /**
   * Events that came again under another id, or too far apart: the cloud would count them twice.
   */
  readonly duplicates: number;
  /** Events of packets that were received before `timeFresh` said so. */
  readonly backlog: number;
  /** From the packet's arrival at the relay to the event's arrival here; NaN before `timeFresh`. */
  readonly freshP50Ms: number;
  readonly freshP99Ms: number;
};

/** Equal ids are one event when their times differ by at most this. */
const sameEventMsMax = 10 * 60_000;

type Seen = { readonly id: string; readonly time: number; times: number };

export class DownstreamBook {
  readonly #counts = { events: 0, setAside: 0, lastPosition: 0, strangers: 0 };
  #merged = 0;
  #duplicates = 0;
  #backlog = 0;
  #freshSince = Number.POSITIVE_INFINITY;
  readonly #freshMs: number[] = [];
  #packetsPerSeed = 0;
  /** By seed: what came of each packet. Absent: events are counted and forgotten. */
  #seen: (Seen | undefined)[][] | undefined;

  remember(options: { readonly seeds: number; readonly packetsPerSeed: number }): void {
    this.#packetsPerSeed = options.packetsPerSeed;
    this.#seen = Array.from({ length: options.seeds }, () => []);
  }

  timeFresh(since: number): void {
    this.#freshSince = since;
  }

  take(batch: Batch): void {
    const counts = this.#counts;
    counts.events += batch.events.length;
    counts.setAside += batch.setAside.length;
    counts.lastPosition = Math.max(counts.lastPosition, batch.lastPosition);
    const now = Date.now();
    for (const { receivedTime } of batch.events) {
      if (receivedTime < this.#freshSince) this.#backlog += 1;
      else this.#freshMs.push(now - receivedTime);
    }
    if (!this.#seen) return;
    for (const { eventId, time, kind, session } of batch.events) {
      const name = numberOf(session?.id ?? '', kind, session?.seconds);
      const seen = name && this.#seen[name.seed];
      if (!seen || name.number >= this.#packetsPerSeed) {
        counts.strangers += 1;
        continue;
      }
      const known = seen[name.number];
      if (!known) {
        seen[name.number] = { id: eventId, time, times: 1 };
        continue;
      }
      known.times += 1;
      const isSame = known.id === eventId && Math.abs(known.time - time) <= sameEventMsMax;
      if (isSame) this.#merged += 1;
      else this.#duplicates += 1;
    }
  }

  counts(): DownstreamCounts {
    return {
      ...this.#counts,
      merged: this.#merged,
      duplicates: this.#duplicates,
      backlog: this.#backlog,
      freshP50Ms: quantile(this.#freshMs, 0.5),
      freshP99Ms: quantile(this.#freshMs, 0.99),
    };
  }

  /** One octet per packet of a seed: how many events came of it. */
  save(seed: number, file: string): void {
    const octets = new Uint8Array(this.#packetsPerSeed);
    for (const [number, seen] of (this.#seen?.[seed] ?? []).entries()) {
      octets[number] = Math.min(255, seen?.times ?? 0);
    }
    writeFileSync(file, octets);
  }
}
