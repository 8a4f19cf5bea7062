// The input and output of every history reader: the shapes between history-file.ts and the readers
// of one format.

import type { NewJournalRecord } from '../journal/record.ts';
import type { GatewayConfig } from '../radius/gateway.ts';
import type { HistoryGateways } from './history-gateways.ts';

/** A record of history, as the journal takes it. */
export type HistoryRecord = NewJournalRecord & {
  /** Undefined: this gateway is neither configured nor named in a mapping. */
  readonly gateway: GatewayConfig | undefined;
};

/** How history is read. */
export type HistoryOptions = {
  readonly gateways: HistoryGateways;
  /** UDP ports on which captured accounting was received. */
  readonly ports: ReadonlySet<number>;
  /** Take captured packets that no configured secret has signed. */
  readonly isUnverifiedTaken: boolean;
  /** IANA name of the zone of times without one, in CSV. */
  readonly timeZone: string;
  /** Told where in the file (line or packet number) something was skipped, and why. */
  readonly onSkipped: (place: number, reason: string) => void;
};
