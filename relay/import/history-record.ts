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
export type HistorySettings = {
  readonly gateways: HistoryGateways;
  /** UDP ports on which captured accounting was received. */
  readonly ports: ReadonlySet<number>;
  /** Take captured packets that no configured secret has signed. */
  readonly isUnverifiedTaken: boolean;
  /** IANA name of the zone of times without one, in CSV. */
  readonly timeZone: string;
};

/** What a reader says of what becomes no record. Places are line or frame numbers, from 1. */
export type HistoryReport = {
  /** A record or row that cannot be taken, and why. */
  onSkipped(place: number, reason: string): void;
  /** An attribute or column whose value cannot be taken; the rest of its record is. */
  onDropped(place: number, name: string): void;
  /** What is no record and is passed over, each time: `UDP port 53`. */
  onPassedOver(what: string): void;
  /** A record that is not whole yet: the same file will have it later. */
  onUnfinished(place: number): void;
};

export type HistoryOptions = HistorySettings & HistoryReport;

/** For who reads a file again. */
export const noHistoryReport: HistoryReport = {
  onSkipped: () => undefined,
  onDropped: () => undefined,
  onPassedOver: () => undefined,
  onUnfinished: () => undefined,
};

/** UDP ports of RADIUS accounting now (RFC 2866 section 3) and before. */
export const accountingPorts: readonly number[] = [1813, 1646];
