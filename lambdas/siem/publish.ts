// Publishes detections to other systems: when one is new, when its severity changes, when it is
// withdrawn or comes back, and when an analyst decides. The write order of a fold is: detection
// row, event bus, record of publication.
// Until that record is written, the profile's `pending` list brings the detection back here.
// Promise: a crash loses no message; at worst one is sent twice with the same event id.

import { graver } from '../../domain/detect/alert.ts';
import { type Detection, isWithdrawn, type Severity } from '../../domain/detection.ts';
import type { UserStore } from '../../domain/process/ports.ts';
import { statusOf, type Triage } from '../shared/triage.ts';
import { detectionFinding } from './ocsf-finding.ts';
import type { FindingContext, JsonObject, Trigger } from './parts.ts';

/** One message as it goes to the bus. */
export type BusEvent = {
  readonly detailType: string;
  /** An OCSF Detection Finding. */
  readonly detail: JsonObject;
  readonly time: number;
};

/** Takes a message, or rejects: then it must be sent again. */
export type SendToBus = (event: BusEvent) => Promise<void>;

/** What is published of a detection: its severity, or that it was withdrawn. */
export type PublishedState = Severity | 'withdrawn';

/** What was published of a detection already. */
export type PublishedSeverities = {
  /** State when it was published last; undefined: never. Strongly consistent. */
  publishedSeverity(id: string): Promise<PublishedState | undefined>;
  notePublished(id: string, state: PublishedState): Promise<void>;
};

export type PublisherDeps = {
  readonly send: SendToBus;
  readonly book: PublishedSeverities;
  /** The stored detection, with everything that was merged into it. */
  readonly stored: (id: string) => Promise<Detection | undefined>;
  /** What analysts decided; asked for corrections only. */
  readonly triage?: (id: string) => Promise<Triage | undefined>;
  readonly now: () => number;
  readonly pageOrigin?: string | undefined;
};

/** What rules match on (docs/siem.md). */
export const detectionSource = 'wherefrom.detections';
export const detailTypes: Readonly<Record<Trigger, string>> = {
  new: 'Detection Finding Created',
  update: 'Detection Finding Updated',
  close: 'Detection Finding Closed',
};

export type Publisher = {
  /**
   * Publishes a detection unless it was published in its present state. Corrections are updates,
   * and a withdrawn one is closed; what an analyst has classified is not, it is noted there.
   */
  publishDetection(detection: Detection): Promise<void>;
  /** Tells what an analyst decided. */
  publishDecision(told: {
    readonly detection: Detection;
    readonly triage?: Triage | undefined;
  }): Promise<void>;
};

export function makePublisher(deps: PublisherDeps): Publisher {
  const { send, book, now, pageOrigin } = deps;
  const publish = (
    detection: Detection,
    context: Pick<FindingContext, 'trigger' | 'triage' | 'isQuiet'>,
  ): Promise<void> => {
    const time = now();
    const detail = detectionFinding(detection, { ...context, time, pageOrigin });
    return send({ detailType: detailTypes[context.trigger], detail, time });
  };
  return {
    publishDetection: async (detection) => {
      // Imported history is for the profile; what folds into a burst is told by the burst.
      if (detection.isImported || detection.burstId !== undefined) return;
      const told = await book.publishedSeverity(detection.id);
      if (told && !detection.revision && isCovered(told, detection.severity)) return;
      const whole = (await deps.stored(detection.id)) ?? detection;
      const state = isWithdrawn(whole) ? 'withdrawn' : whole.severity;
      // What nobody was told of needs no taking back.
      if (state === told || (!told && state === 'withdrawn')) return;
      // Told before it folded: that it does not stand any more is told as well.
      if (whole.burstId !== undefined && state !== 'withdrawn') return;
      const triage = told && (await deps.triage?.(whole.id));
      const isClosed = statusOf(whole, triage) === 'withdrawn';
      const trigger = isClosed ? 'close' : told ? 'update' : 'new';
      const isQuiet = told !== undefined && told !== 'withdrawn' && isCovered(told, state);
      await publish(whole, { trigger, triage, isQuiet });
      await book.notePublished(whole.id, state);
    },
    publishDecision: ({ detection, triage }) =>
      publish(detection, { trigger: triage?.status === 'resolved' ? 'close' : 'update', triage }),
  };
}

/** Whether what was told is as grave as the state. */
const isCovered = (told: PublishedState, state: PublishedState): boolean =>
  state === 'withdrawn' || (told !== 'withdrawn' && graver(told, state) === told);

/** The store, publishing each detection once its row is written. */
export function withPublishing(
  users: UserStore,
  publisher: Pick<Publisher, 'publishDetection'>,
): UserStore {
  return {
    ...users,
    mergeDetection: async (detection) => {
      await users.mergeDetection(detection);
      await publisher.publishDetection(detection);
    },
  };
}
