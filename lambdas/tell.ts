// Tells other systems of detections: once when one is new, again when its severity rises, when an
// analyst decides. In the write order of a fold: detection row, then the bus, then a note that it
// was told; until that note is written the profile's `pending` brings the detection here again.
// Promise: a crash loses no message; at worst one is sent twice with the same event id.

import { graver } from '../domain/detect/alert.ts';
import type { Detection, Severity } from '../domain/detection.ts';
import type { UserStore } from '../domain/ports.ts';
import { detectionFinding } from './siem/ocsf-finding.ts';
import type { JsonObject, Trigger } from './siem/parts.ts';
import type { Triage } from './triage.ts';

/** One message as it goes to the bus. */
export type BusEvent = {
  readonly detailType: string;
  /** An OCSF Detection Finding. */
  readonly detail: JsonObject;
  readonly time: number;
};

/** Takes a message, or rejects: then it must be sent again. */
export type SendToBus = (event: BusEvent) => Promise<void>;

/** What was told of a detection already. */
export type ToldBook = {
  /** Severity when it was told last; undefined: never. Strongly consistent. */
  severityTold(id: string): Promise<Severity | undefined>;
  noteTold(id: string, severity: Severity): Promise<void>;
};

export type TellDeps = {
  readonly send: SendToBus;
  readonly book: ToldBook;
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

export type Teller = {
  /** Tells of a detection unless it was told at this severity or a higher one. */
  tellDetection(detection: Detection): Promise<void>;
  /** Tells what an analyst decided. */
  tellDecision(told: {
    readonly detection: Detection;
    readonly triage?: Triage | undefined;
  }): Promise<void>;
};

export function makeTeller(deps: TellDeps): Teller {
  const { send, book, now, pageOrigin } = deps;
  const tell = (detection: Detection, trigger: Trigger, triage?: Triage): Promise<void> => {
    const time = now();
    const detail = detectionFinding(detection, { trigger, time, triage, pageOrigin });
    return send({ detailType: detailTypes[trigger], detail, time });
  };
  return {
    tellDetection: async (detection) => {
      // History is for the profile; nobody wants to be woken by it.
      if (detection.isImported) return;
      const told = await book.severityTold(detection.id);
      if (told && graver(told, detection.severity) === told) return;
      const whole = (await deps.stored(detection.id)) ?? detection;
      await tell(whole, told ? 'update' : 'new');
      await book.noteTold(detection.id, whole.severity);
    },
    tellDecision: ({ detection, triage }) =>
      tell(detection, triage?.status === 'resolved' ? 'close' : 'update', triage),
  };
}

/** The store, telling of each detection once its row is written. */
export function withTelling(users: UserStore, teller: Pick<Teller, 'tellDetection'>): UserStore {
  return {
    ...users,
    mergeDetection: async (detection) => {
      await users.mergeDetection(detection);
      await teller.tellDetection(detection);
    },
  };
}
