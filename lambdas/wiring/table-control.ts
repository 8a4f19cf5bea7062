// Wires the control function to tables, secret store and bus, for the cloud and for the local run.

import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { sessionRules } from '../../domain/session/session-rules.ts';
import { makeClient } from '../aws/client.ts';
import { makeAuditBook } from '../aws/dynamodb/audit-book.ts';
import type { ControlTable } from '../aws/dynamodb/control-rows.ts';
import { makeControlStore } from '../aws/dynamodb/control-store.ts';
import { makeDynamoClient } from '../aws/dynamodb/dynamo-client.ts';
import { makeErasureBook } from '../aws/dynamodb/erasure-book.ts';
import { makeExpectedBook } from '../aws/dynamodb/expected-book.ts';
import { forgetOpen } from '../aws/dynamodb/open-erasure.ts';
import { forgetOrders, makeOrderBook } from '../aws/dynamodb/order-book.ts';
import { makeReferences } from '../aws/dynamodb/person-references.ts';
import { makePersonalRows } from '../aws/dynamodb/personal-rows.ts';
import { makeQueryStore } from '../aws/dynamodb/query-store.ts';
import { makeRelayBook } from '../aws/dynamodb/relay-book.ts';
import { makeCloudKeyBook, makeSettingsBook } from '../aws/dynamodb/settings-book.ts';
import { makeUserStore } from '../aws/dynamodb/user-store.ts';
import { makeCloudBus, makeTablePublisher } from '../aws/events/event-bus.ts';
import { makeHealthEvents } from '../aws/events/health-events.ts';
import { makeRelayKeyEvents } from '../aws/events/relay-key-events.ts';
import { makeSecretStore } from '../aws/secrets/secret-store.ts';
import { loadCloudKey } from '../control/cloud-key.ts';
import { type ControlDeps, makeControl } from '../control/control.ts';
import type { ReportedTrouble } from '../control/health-changes.ts';
import type { PublishKeyEvent } from '../control/key-events.ts';
import type { SecretStore } from '../control/ports.ts';
import type { Access } from '../shared/access.ts';
import { cached } from '../shared/cached.ts';
import type { ControlStore } from '../shared/control-ports.ts';
import type { ControlEnv } from '../shared/env.ts';
import { type Log, makeLog } from '../shared/log.ts';
import { type HealthLimits, healthLimitsOf } from '../shared/relay-health.ts';
import { retentionOf } from '../shared/retention.ts';
import type { SendToBus } from '../siem/publish.ts';
import type { TableOptions } from './table-handlers.ts';
import { makeTableTriage } from './table-triage.ts';

export type ControlOptions = TableOptions & {
  readonly access: Access;
  readonly secrets: SecretStore;
  /** Hosts that sealed requests may be addressed to. */
  readonly allowedAuthorities: readonly string[];
  readonly scheme: 'https' | 'http';
  readonly limits: HealthLimits;
  /** Takes troubles that relays report; repeated when storing the report fails. */
  readonly publish: (trouble: ReportedTrouble) => Promise<void>;
  /** Takes changes of relays' keys. */
  readonly publishKeys: PublishKeyEvent;
  /** Publishes decisions to other systems; `pageOrigin` is for links to the page. */
  readonly bus: { readonly send: SendToBus; readonly pageOrigin?: string | undefined };
  /** How a change of the settings waits for another; absent: on the clock of the machine. */
  readonly pause?: (ms: number) => Promise<void>;
};

/** The control handler in AWS. */
export function makeCloudControl(env: ControlEnv, access: Access): ReturnType<typeof makeControl> {
  const limits = { gapMinutes: +env.GAP_MINUTES, silentMinutes: +env.SILENT_MINUTES };
  const events = { client: makeClient(EventBridgeClient, 'bus'), busName: env.EVENT_BUS };
  return makeTableControl({
    client: makeDynamoClient(),
    profilesTable: env.PROFILES_TABLE,
    controlTable: env.CONTROL_TABLE,
    now: Date.now,
    access,
    secrets: makeSecretStore({
      client: makeClient(SecretsManagerClient, 'secrets'),
      ids: { 'cloud-key': env.CLOUD_KEY_SECRET, 'gateway-secrets': env.GATEWAY_SECRETS },
    }),
    allowedAuthorities: env.ALLOWED_AUTHORITIES.split(','),
    scheme: 'https',
    limits: healthLimitsOf(limits),
    publish: makeHealthEvents(events),
    publishKeys: makeRelayKeyEvents(events),
    bus: { send: makeCloudBus(env.EVENT_BUS), pageOrigin: env.PAGE_ORIGIN },
    retention: retentionOf(env),
  });
}

/** The control handler over the tables. */
export function makeTableControl(options: ControlOptions): ReturnType<typeof makeControl> {
  const { client, now, access, writeLog } = options;
  const log = makeLog({ service: 'control', now, ...(writeLog && { write: writeLog }) });
  const table = { client, tableName: options.controlTable, now };
  const profiles = { client, tableName: options.profilesTable, now };
  const control = makeControlStore(table);
  const { publishDecision } = makeTablePublisher({ ...profiles, ...options.bus });
  const orders = makeOrderBook(options);
  return makeControl({
    access,
    now,
    log,
    relay: { ...relayPart(options, table, control, log), orders },
    sessionEnds: {
      orders,
      store: makeQueryStore(profiles),
      watermarks: (ids) => control.watermarks(ids),
      relays: makeRelayBook(table),
      relayIds: () => control.relayIds(),
      rules: async () => sessionRules((await control.settings()).settings),
      vendorOf: async (name) => {
        const { settings } = await makeSettingsBook(table).settings();
        return settings.gateways.find((gateway) => gateway.name === name)?.vendor;
      },
      audit: makeAuditBook(table, makeReferences(profiles, makeErasureBook(table))),
      send: options.bus.send,
    },
    expected: {
      expected: makeExpectedBook(profiles),
      users: makeUserStore({ ...profiles, retention: options.retention }),
      audit: makeAuditBook(table, makeReferences(profiles, makeErasureBook(table))),
    },
    triage: makeTableTriage({ ...options, publish: publishDecision }),
    erasure: {
      book: makeErasureBook(table),
      rows: makePersonalRows({ ...profiles, retention: options.retention }),
      forgetSessions: (users) => forgetOpen(profiles, users),
      forgetOrders: async (users) => forgetOrders(table, await control.relayIds(), users),
      deadLetters: control,
      domains: async () => (await control.settings()).settings.domains,
    },
  });
}

function relayPart(
  { allowedAuthorities, scheme, limits, publish, publishKeys, ...options }: ControlOptions,
  table: ControlTable,
  control: ControlStore,
  log: Log,
): Omit<ControlDeps['relay'], 'orders'> {
  const secrets = rememberingLast(options.secrets);
  const cloudKeys = makeCloudKeyBook(table);
  // The key never changes: once read it serves as long as this instance lives.
  const cloudKey = () => loadCloudKey({ cloudKeys, secrets });
  return {
    settings: makeSettingsBook(table),
    secrets,
    audit: makeAuditBook(table),
    keys: control,
    ledger: control,
    relays: makeRelayBook(table),
    cloudKey: cached(cloudKey, Number.POSITIVE_INFINITY, table.now),
    allowedAuthorities,
    scheme,
    limits,
    publish,
    publishKeys,
    log,
    ...(options.pause && { pause: options.pause }),
  };
}

/** Versions never change, so the last one of each name need not be fetched again. */
function rememberingLast(store: SecretStore): SecretStore {
  const last = new Map<string, { readonly version: string; readonly value: string }>();
  return {
    put: store.put,
    use: store.use,
    get: async (name, version) => {
      const kept = last.get(name);
      if (kept?.version === version) return kept.value;
      const value = await store.get(name, version);
      if (value !== undefined) last.set(name, { version, value });
      return value;
    },
  };
}
