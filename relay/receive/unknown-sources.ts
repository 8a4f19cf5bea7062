// Remembers sources that send without being configured, and whether they know one of our secrets: a
// gateway that sends from another address than configured is the commonest cause.
// Promise: bounded, off the ack path, one packet inspected per source and 10 s; keeps addresses and
// counts, nothing of packets.

import { findSecretOf, makeGateScratch } from './gate.ts';
import type { GatewayTable } from './gateway-table.ts';

export type UnknownClient = {
  readonly address: string;
  readonly packets: number;
  /** The gateway whose secret its last packet looked into carries. */
  readonly signedAs?: string;
};

type Row = { packets: number; lookedMs: number; signedAs?: string };

/** Whoever scans a network must not push out the one that matters for long: it comes again. */
const sourcesMax = 64;
const everyMs = 10_000;

export class UnknownClients {
  readonly #rows = new Map<string, Row>();
  readonly #scratch = makeGateScratch();
  readonly #gateways: () => GatewayTable;

  constructor(gateways: () => GatewayTable) {
    this.#gateways = gateways;
  }

  /** A datagram of an unknown source was dropped. */
  saw(address: string, datagram: Buffer, nowMs: number): void {
    const row = this.#row(address);
    row.packets += 1;
    if (nowMs - row.lookedMs < everyMs) return;
    row.lookedMs = nowMs;
    const copy = Buffer.from(datagram);
    setImmediate(() => {
      const signedAs = this.#signer(copy);
      if (signedAs === undefined) delete row.signedAs;
      else row.signedAs = signedAs;
    });
  }

  /** The busiest first. */
  list(): readonly UnknownClient[] {
    return [...this.#rows]
      .map(([address, { packets, signedAs }]) => ({
        address,
        packets,
        ...(signedAs !== undefined && { signedAs }),
      }))
      .sort((a, b) => b.packets - a.packets);
  }

  #row(address: string): Row {
    const known = this.#rows.get(address);
    if (known) return known;
    if (this.#rows.size >= sourcesMax) {
      const oldest = this.#rows.keys().next().value;
      if (oldest !== undefined) this.#rows.delete(oldest);
    }
    const row: Row = { packets: 0, lookedMs: Number.NEGATIVE_INFINITY };
    this.#rows.set(address, row);
    return row;
  }

  #signer(datagram: Buffer): string | undefined {
    const { gateways } = this.#gateways();
    const keys = gateways.flatMap(({ secrets }) => secrets);
    const found = findSecretOf(datagram, keys, this.#scratch);
    return found && gateways.find(({ secrets }) => secrets.includes(found))?.config.name;
  }
}
