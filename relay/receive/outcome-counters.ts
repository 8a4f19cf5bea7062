// Counts the outcomes of datagrams per configured gateway, and when a gateway last sent.
// Promise: bounded by the configuration (unknown clients share one row); outcomes of all rows plus
// what is being written equal what was received.

import type { UnixMs } from '../../domain/accounting-event.ts';
import { countOutcome, type DatagramOutcome, type OutcomeCounts } from '../../domain/outcome.ts';
import { RecentRate } from './recent-rate.ts';

/** The row of packets from no configured source. */
export const unknownClients = '';

export type GatewayRow = {
  readonly outcomes: Readonly<OutcomeCounts<DatagramOutcome>>;
  /** Arrival of the last authentic packet. */
  readonly lastPacketTime?: UnixMs;
};

type MutableRow = { outcomes: OutcomeCounts<DatagramOutcome>; lastPacketTime?: UnixMs };
type Row = MutableRow & { readonly rate: RecentRate };

/** A copy of the counters at one moment. `inFlight` packets are being written to the journal. */
export type RelayCounts = {
  readonly received: number;
  readonly inFlight: number;
  readonly outcomes: OutcomeCounts<DatagramOutcome>;
  readonly gateways: Readonly<Record<string, GatewayRow>>;
};

export class OutcomeCounters {
  readonly #rows = new Map<string, Row>();
  #received = 0;
  #counted = 0;

  /** Datagrams that have an outcome. */
  get counted(): number {
    return this.#counted;
  }

  /** Datagrams that have no outcome yet. */
  get inFlight(): number {
    return this.#received - this.#counted;
  }

  /** A datagram came in: `count` will follow exactly once. */
  receive(): void {
    this.#received += 1;
  }

  /** Ends a datagram. */
  count(gatewayName: string, outcome: DatagramOutcome): void {
    this.#counted += 1;
    countOutcome(this.#row(gatewayName).outcomes, outcome);
  }

  /** Notes that an authentic packet of this gateway came in. */
  sawGateway(gatewayName: string, time: UnixMs): void {
    const row = this.#row(gatewayName);
    row.lastPacketTime = time;
    row.rate.add(time);
  }

  /** Authentic packets of a gateway in the last minute. */
  perMinute(gatewayName: string, now: UnixMs): number {
    return this.#rows.get(gatewayName)?.rate.perMinute(now) ?? 0;
  }

  /** Packets answered as recorded, by gateway. */
  *acknowledged(): Generator<readonly [name: string, count: number]> {
    for (const [name, { outcomes }] of this.#rows) {
      if (outcomes.acknowledged) yield [name, outcomes.acknowledged];
    }
  }

  snapshot(): RelayCounts {
    const outcomes: OutcomeCounts<DatagramOutcome> = {};
    const rows: [string, GatewayRow][] = [];
    for (const [name, { rate: _rate, ...row }] of this.#rows) {
      rows.push([name, { ...row, outcomes: { ...row.outcomes } }]);
      for (const [outcome, count] of Object.entries(row.outcomes)) {
        countOutcome(outcomes, outcome as DatagramOutcome, count);
      }
    }
    return {
      received: this.#received,
      inFlight: this.inFlight,
      outcomes,
      gateways: Object.fromEntries(rows),
    };
  }

  #row(name: string): Row {
    const known = this.#rows.get(name);
    if (known) return known;
    const row: Row = { outcomes: {}, rate: new RecentRate() };
    this.#rows.set(name, row);
    return row;
  }
}
