// The health report a relay sends: its numbers and its conditions (docs/wire-format.md "Health
// report"). Promise: counts, times and names of configured gateways; no address of a client, no
// user, no secret. Pure.

import { type RelayHealth, relayControlVersion } from '../../wire/relay-documents.ts';
import { formOf } from '../disconnect/forms.ts';
import type { DisconnectConfig } from '../disconnect/target.ts';
import type { RelayStatus } from '../status/relay-status.ts';
import type { Condition } from './conditions.ts';

export type HealthFacts = Pick<RelayHealth, 'software' | 'settings' | 'startedAt' | 'time'> & {
  readonly conditions: readonly Condition[];
  /** What the relay's own file opts in to. */
  readonly disconnect?: DisconnectConfig | undefined;
};

/** Rows a report may hold. */
const rowsMax = 500;
const overridesMax = 200;

/** Puts the report together. */
export function makeHealthReport(status: RelayStatus, facts: HealthFacts): RelayHealth {
  const { journal, balance, shipping } = status;
  const oldestMs =
    shipping?.oldestTime === undefined ? undefined : facts.time - shipping.oldestTime;
  const { settings } = facts;
  return {
    version: relayControlVersion,
    time: facts.time,
    startedAt: facts.startedAt,
    software: facts.software,
    settings: { ...settings, overrides: settings.overrides.slice(0, overridesMax) },
    journal: {
      waitingRecords: Math.max(0, balance.total.waiting),
      ...(oldestMs !== undefined && {
        oldestWaitingSeconds: Math.max(0, Math.round(oldestMs / 1000)),
      }),
      freeBytes: Math.max(0, Math.floor(journal.freeBytes)),
      quarantinedRecords: Math.max(0, balance.total.setAside),
    },
    isBalanced: balance.isCounting || balance.total.difference === 0,
    gateways: [...status.perMinute].slice(0, rowsMax).map(([name, packetsPerMinute]) => {
      const row = status.counts.gateways[name];
      const clock = status.clocks.get(name);
      return {
        name,
        ...(row?.lastPacketTime !== undefined && { lastPacketAt: row.lastPacketTime }),
        packetsPerMinute,
        refusedPackets: row ? refusedIn(row.outcomes) : 0,
        ...(clock && { clockOffsetSeconds: clock.offsetSeconds }),
        clockSuspects: status.activity.get(name)?.clockSuspects ?? 0,
      };
    }),
    ...disconnectOf(facts.disconnect),
    conditions: facts.conditions.slice(0, rowsMax),
  };
}

function disconnectOf(
  config: DisconnectConfig | undefined,
): Pick<RelayHealth, 'disconnect' | 'isDisconnectOff'> {
  if (!config || config.targets.length === 0) return {};
  const disconnect = config.targets.slice(0, rowsMax).map(({ gateway, form, perHourMax }) => ({
    gateway,
    form,
    ends: formOf(form).ends,
    perHour: perHourMax,
  }));
  return { disconnect, ...(!config.isEnabled && { isDisconnectOff: true }) };
}

function refusedIn(outcomes: RelayStatus['counts']['outcomes']): number {
  const refused = ['bad-authenticator', 'bad-message-authenticator', 'bad-framing'] as const;
  return refused.reduce((sum, outcome) => sum + (outcomes[outcome] ?? 0), 0);
}
