// Publishes detections to other systems: when one is new, when its severity rises, and when an
// analyst decides. The write order of a fold is: detection row, event bus, record of publication.
// Until that record is written, the profile's `pending` list brings the detection back here.
// Promise: a crash loses no message; at worst one is sent twice with the same event id.

import { graver } from '../../domain/detect/alert.ts';
import type { Detection, Severity } from '../../domain/detection.ts';
import type { UserStore } from '../../domain/process/ports.ts';
import type { Triage } from '../shared/triage.ts';
import { detectionFinding } from './ocsf-finding.ts';
import type { JsonObject, Trigger } from './parts.ts';

/** One message as it goes to the bus. */
export type BusEvent = {
  readonly detailType: string;
  /** An OCSF Detection Finding. */
  readonly detail: JsonObject;
  readonly time: number;
};

/** Takes a message, or rejects: then it must be sent again. */
export type SendToBus = (event: BusEvent) => Promise<void>;

/** What was published of a detection already. */
export type PublishedSeverities = {
  /** Severity when it was published last; undefined: never. Strongly consistent. */
  publishedSeverity(id: string): Promise<Severity | undefined>;
  notePublished(id: string, severity: Severity): Promise<void>;
};

export type PublisherDeps = {
  readonly send: SendToBus;
  readonly book: PublishedSeverities;
  /** The stored detection, with everything that was merged into it. */
  readonly stored: (id: string) => Promise<Detection | undefined>;
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
  /** Publishes a detection unless it was published at this severity or a higher one. */
  publishDetection(detection: Detection): Promise<void>;
  /** Tells what an analyst decided. */
  publishDecision(told: {
    readonly detection: Detection;
    readonly triage?: Triage | undefined;
  }): Promise<void>;
};

export function makePublisher(deps: PublisherDeps): Publisher {
  const { send, book, now, pageOrigin } = deps;
  const publish = (detection: Detection, trigger: Trigger, triage?: Triage): Promise<void> => {
    const time = now();
    const detail = detectionFinding(detection, { trigger, time, triage, pageOrigin });
    return send({ detailType: detailTypes[trigger], detail, time });
  };
  return {
    publishDetection: async (detection) => {
      // Imported history is for the profile; what folds into a burst is told by the burst.
      if (detection.isImported || detection.burstId !== undefined) return;
      const told = await book.publishedSeverity(detection.id);
      if (told && graver(told, detection.severity) === told) return;
      const whole = (await deps.stored(detection.id)) ?? detection;
      if (whole.burstId !== undefined) return;
      await publish(whole, told ? 'update' : 'new');
      await book.notePublished(detection.id, whole.severity);
    },
    publishDecision: ({ detection, triage }) =>
      publish(detection, triage?.status === 'resolved' ? 'close' : 'update', triage),
  };
}

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
