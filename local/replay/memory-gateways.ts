// The GatewayStore of replay: restarts in memory. The clock of a file is its newest record, so
// nothing lies ahead of it.

import type { GatewayStore } from '../../domain/process/ports.ts';
import { addRestart, type Restarts } from '../../domain/session/restart.ts';

/** Makes a store that knows nothing yet. */
export function makeMemoryGateways(): GatewayStore {
  const gateways = new Map<string, Restarts>();
  return {
    raiseWatermark: async (gatewayId, time, service) => {
      const restart = { time, ...(service ? { service } : {}) };
      const known = gateways.get(gatewayId) ?? [];
      gateways.set(gatewayId, addRestart(known, restart, Number.POSITIVE_INFINITY));
    },
    watermarks: async (ids) =>
      new Map(
        ids.flatMap((id) => {
          const restarts = gateways.get(id);
          return restarts ? [[id, restarts] as const] : [];
        }),
      ),
  };
}
