// What gateways send, as shares that show whether a set-up works: kinds of events, how many starts
// name a client address and a device, how often interim updates come.
// Promise: bounded by the configuration; keeps counts and times of events, none of their content.
// Only events that the cloud has accepted count, and each once; without a cloud those on disk.

import type { AccountingEvent, UnixMs } from '../../domain/accounting-event.ts';
import type { JournalRecord } from '../journal/record.ts';
import { configuredName } from '../radius/gateway.ts';
import type { ShipItem } from '../ship/load.ts';

export type ActivityRow = {
  readonly starts: number;
  readonly interims: number;
  readonly stops: number;
  /** Accounting-On, Accounting-Off and unknown kinds. */
  readonly others: number;
  /** Records whose Event-Timestamp was not used as it stands (`clock-suspect`). */
  readonly clockSuspects: number;
  /** Starts that are VPN connections: the shares below are of these. */
  readonly vpnStarts: number;
  readonly withClientAddress: number;
  readonly withDevice: number;
  /** Between the last two interim updates of one session; absent: never seen two. */
  readonly interimSeconds?: number;
};

type Mutable = { -readonly [Key in keyof ActivityRow]: ActivityRow[Key] };

/** The interim period is measured on one session at a time, so sessions need no memory. */
type Probe = { readonly sessionId: string; readonly time: UnixMs };

/** What of an event counts, until its batch is accepted. */
type Facts = {
  readonly name: string;
  readonly kind: AccountingEvent['kind'];
  readonly isVpn: boolean;
  readonly hasAddress: boolean;
  readonly hasDevice: boolean;
  readonly isClockSuspect: boolean;
  readonly sessionId: string | undefined;
  readonly time: UnixMs;
};

/** A session that was last heard of longer ago is over, Stop or not. */
const probeMsMax = 24 * 3_600_000;

export class GatewayActivity {
  readonly #rows = new Map<string, Mutable>();
  readonly #probes = new Map<string, Probe>();
  readonly #facts = new WeakMap<JournalRecord, Facts>();

  /** A record was decoded, perhaps not for the first time. */
  decoded(record: JournalRecord, event: AccountingEvent): void {
    this.#facts.set(record, factsOf(event));
  }

  /** Counts an event at once. */
  count(event: AccountingEvent): void {
    this.#count(factsOf(event));
  }

  /** A batch was accepted. */
  accepted(items: readonly ShipItem[]): void {
    for (const item of items) {
      const facts = 'record' in item ? this.#facts.get(item.record) : undefined;
      if (facts) this.#count(facts);
    }
  }

  rows(): ReadonlyMap<string, ActivityRow> {
    return this.#rows;
  }

  #count(facts: Facts): void {
    const row = this.#row(facts.name);
    if (facts.isClockSuspect) row.clockSuspects += 1;
    if (facts.kind === 'start') {
      row.starts += 1;
      if (facts.isVpn) {
        row.vpnStarts += 1;
        if (facts.hasAddress) row.withClientAddress += 1;
        if (facts.hasDevice) row.withDevice += 1;
      }
    } else if (facts.kind === 'interim') {
      row.interims += 1;
      this.#probe(facts, row);
    } else if (facts.kind === 'stop') {
      row.stops += 1;
      if (this.#probes.get(facts.name)?.sessionId === facts.sessionId) {
        this.#probes.delete(facts.name);
      }
    } else row.others += 1;
  }

  #probe({ name, sessionId, time }: Facts, row: Mutable): void {
    if (sessionId === undefined) return;
    const probe = this.#probes.get(name);
    const elapsedMs = time - (probe?.time ?? 0);
    const isSame = probe?.sessionId === sessionId;
    if (isSame && elapsedMs > 0) row.interimSeconds = Math.round(elapsedMs / 1000);
    // A time a day ahead was a clock's mistake: it must not hold the place for good.
    const isBeyond = elapsedMs > (isSame ? 0 : probeMsMax) || elapsedMs < -probeMsMax;
    if (!probe || isBeyond) this.#probes.set(name, { sessionId, time });
  }

  #row(name: string): Mutable {
    const known = this.#rows.get(name);
    if (known) return known;
    const row: Mutable = {
      starts: 0,
      interims: 0,
      stops: 0,
      others: 0,
      clockSuspects: 0,
      vpnStarts: 0,
      withClientAddress: 0,
      withDevice: 0,
    };
    this.#rows.set(name, row);
    return row;
  }
}

function factsOf(event: AccountingEvent): Facts {
  return {
    name: configuredName(event.gateway.id),
    kind: event.kind,
    isVpn: !event.flags.includes('not-vpn'),
    hasAddress: event.clientAddress !== undefined,
    hasDevice: event.device !== undefined,
    isClockSuspect: event.flags.includes('clock-suspect'),
    sessionId: event.session.id,
    time: event.time,
  };
}
