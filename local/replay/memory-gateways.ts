// The GatewayStore of replay: restarts and habits in memory. The clock of a file is its newest
// record, so nothing lies ahead of it.

import type { GatewayStore } from '../../domain/process/ports.ts';
import { type GatewayHabit, withSeen } from '../../domain/process/slot-replaced.ts';
import { addRestart, type Restarts } from '../../domain/session/restart.ts';

/** Makes a store that knows nothing yet. */
export function makeMemoryGateways(): GatewayStore {
  const gateways = new Map<string, Restarts>();
  const habits = new Map<string, GatewayHabit>();
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
    habits: async () => habits,
    learn: async (seen) => {
      for (const one of seen) habits.set(one.gatewayId, withSeen(habits.get(one.gatewayId), one));
    },
  };
}
