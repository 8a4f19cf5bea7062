// The detections of a replay until they are printed, each once: when no record can change one any
// more. Sessions that rest on the same values join it for a month, and a day later the last of
// their judgements is corrected no more.

import { mergeDetections } from '../../domain/detect/alert.ts';
import type { Detection } from '../../domain/detection.ts';
import { correctableMs, heldMs } from '../../domain/limits.ts';

const hourMs = 3_600_000;
/** From the first session of a detection on, by the clock of the records. */
const openMs = heldMs + correctableMs + hourMs;

export class DetectionBook {
  readonly #open = new Map<string, Detection>();
  readonly #printed = new Set<string>();
  /** Changes that came after the line was printed: records that were held up for days. */
  late = 0;

  /** Takes a detection as it is now; one that is known is merged with it. */
  add(detection: Detection): void {
    if (this.#printed.has(detection.id)) {
      this.late += 1;
      return;
    }
    const known = this.#open.get(detection.id);
    this.#open.set(detection.id, known ? mergeDetections(known, detection) : detection);
  }

  /** Takes out what is final at a time, oldest first. */
  takeFinal(now: number): Detection[] {
    const done = [...this.#open.values()].filter(({ firstSeen }) => firstSeen < now - openMs);
    for (const { id } of done) {
      this.#open.delete(id);
      this.#printed.add(id);
    }
    return done.sort((a, b) => a.firstSeen - b.firstSeen || (a.id < b.id ? -1 : 1));
  }
}
