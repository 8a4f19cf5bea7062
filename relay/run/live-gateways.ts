// The gateways a running relay knows: those of its configuration, and for a minute the temporary
// gateway of `try`. Promise: a change takes effect between two packets; a temporary gateway never
// takes the place of a configured gateway.

import type { GatewayConfig } from '../radius/gateway.ts';
import { type GatewayTable, makeGatewayTable } from '../receive/gateway-table.ts';
import type { Host } from './temporary-gateway.ts';

export class LiveGateways {
  readonly #temporaryGateways = new Set<GatewayConfig>();
  #configured: readonly GatewayConfig[];
  #table: GatewayTable;

  constructor(configured: readonly GatewayConfig[]) {
    this.#configured = configured;
    this.#table = makeGatewayTable(configured);
  }

  get table(): GatewayTable {
    return this.#table;
  }

  /** Takes over a new configuration. @throws what makeGatewayTable throws; then nothing changes */
  configure(configured: readonly GatewayConfig[]): void {
    this.#table = makeGatewayTable([...configured, ...this.#temporaryGateways]);
    this.#configured = configured;
  }

  /** Takes packets of one more gateway until the answer is called; undefined: it cannot. */
  readonly host: Host = (temporaryGateway) => {
    const isTaken = temporaryGateway.addresses.some((address) => this.#table.find(address));
    if (isTaken || this.#temporaryGateways.size > 0) return undefined;
    this.#temporaryGateways.add(temporaryGateway);
    this.configure(this.#configured);
    return () => {
      if (this.#temporaryGateways.delete(temporaryGateway)) this.configure(this.#configured);
    };
  };
}
