// Puts the relay and settings part of the control function onto tables and secret store, for the
// cloud and for the local run.

import { cached } from '../cached.ts';
import { type CloudKey, loadCloudKey } from '../control/cloud-key.ts';
import type { EnrolDeps } from '../control/enrol.ts';
import type { ReportedTrouble } from '../control/health-changes.ts';
import type { SecretStore } from '../control/ports.ts';
import type { RelayConfigDeps } from '../control/relay-config.ts';
import type { RelaysDeps } from '../control/relays.ts';
import type { SettingsDeps } from '../control/settings.ts';
import type { ControlStore } from '../control-ports.ts';
import type { Log } from '../log.ts';
import type { HealthLimits } from '../relay-health.ts';
import type { ControlTable } from './control-rows.ts';
import { makeRelayBook } from './relay-book.ts';
import { makeAuditBook, makeCloudKeyBook, makeSettingsBook } from './settings-book.ts';

/** What every route about relays and settings needs. */
export type RelayControlDeps = SettingsDeps & EnrolDeps & RelaysDeps & RelayConfigDeps;

export type RelayControlOptions = {
  readonly table: ControlTable;
  readonly control: ControlStore;
  readonly secrets: SecretStore;
  /** Hosts that sealed requests may be addressed to. */
  readonly allowedAuthorities: readonly string[];
  readonly scheme: 'https' | 'http';
  readonly limits: HealthLimits;
  /** Takes troubles that relays report; repeated when storing the report fails. */
  readonly publish: (trouble: ReportedTrouble) => Promise<void>;
  readonly log: Log;
};

/** Makes the dependencies over one control table. */
export function makeRelayControl(options: RelayControlOptions): RelayControlDeps {
  const { table, control, log, scheme, limits, publish, allowedAuthorities } = options;
  const secrets = rememberingLast(options.secrets);
  const cloudKeys = makeCloudKeyBook(table);
  return {
    settings: makeSettingsBook(table),
    secrets,
    audit: makeAuditBook(table),
    keys: control,
    ledger: control,
    relays: makeRelayBook(table),
    // The key never changes: once read it serves as long as this instance lives.
    cloudKey: cached<CloudKey>(
      () => loadCloudKey({ cloudKeys, secrets }),
      Number.POSITIVE_INFINITY,
      table.now,
    ),
    allowedAuthorities,
    scheme,
    limits,
    publish,
    log,
  };
}

/** Versions never change, so the last one of each name need not be fetched again. */
function rememberingLast(store: SecretStore): SecretStore {
  const last = new Map<string, { readonly version: string; readonly value: string }>();
  return {
    put: store.put,
    get: async (name, version) => {
      const kept = last.get(name);
      if (kept?.version === version) return kept.value;
      const value = await store.get(name, version);
      if (value !== undefined) last.set(name, { version, value });
      return value;
    },
  };
}
