// The ports of the control function besides keys, settings and ledger (control-ports.ts): enrolment
// tokens, relay records, secrets, audit. The adapters are in aws/; in the local run the secret
// store is a 0600 file.

import type { UnixMs } from '../../domain/accounting-event.ts';
import type { RelayHealth } from '../../wire/relay-documents.ts';
import type { PublicJwk } from '../../wire/signature.ts';
import type { OrganisationSettings } from './settings-model.ts';

/** A token that was made, as it is stored: its private half is nowhere. */
export type StoredToken = {
  readonly tokenId: string;
  readonly relayId: string;
  readonly publicJwk: PublicJwk;
  readonly validUntil: UnixMs;
  /** The key that spent it. */
  readonly spentBy?: string;
};

/** A secret a relay was given: the gateway's name and the secret's fingerprint. */
export type KnownSecret = { readonly gateway: string; readonly fingerprint: string };

/** What is known of a relay besides its keys and its ledger. */
export type RelayRecord = {
  readonly createdAt?: UnixMs;
  /** The token that waits to be used. */
  readonly token?: { readonly tokenId: string; readonly validUntil: UnixMs };
  readonly revokedAt?: UnixMs;
  /** Every secret ever given to it. */
  readonly secretsKnown: readonly KnownSecret[];
};

export type HealthReport = { readonly report: RelayHealth; readonly receivedAt: UnixMs };

export type RelayBook = {
  /** The record; undefined for a relay that has none. */
  relay(relayId: string): Promise<RelayRecord | undefined>;
  /** Changes the record with a version check, keeping what else its row holds. */
  changeRelay(relayId: string, change: (before: RelayRecord) => RelayRecord): Promise<void>;
  putToken(token: StoredToken): Promise<void>;
  token(tokenId: string): Promise<StoredToken | undefined>;
  dropToken(tokenId: string): Promise<void>;
  /** Spends it for one key; true again for the same key. One write decides. */
  spendToken(tokenId: string, keyId: string): Promise<boolean>;
  /** Keeps the newest report; an older one that comes late changes nothing. */
  putHealth(relayId: string, report: HealthReport): Promise<void>;
  health(relayId: string): Promise<HealthReport | undefined>;
};

export type StoredSettings = {
  readonly settings: OrganisationSettings;
  /** 0: nothing has been set. */
  readonly version: number;
};

export type SettingsBook = {
  settings(): Promise<StoredSettings>;
  putSettings(
    settings: OrganisationSettings,
    expectedVersion: number,
  ): Promise<'written' | 'conflict'>;
  /**
   * Takes the single lock for changing the settings; undefined while another writer holds it.
   * Whoever does not give it back loses it after `settingsTurnMs`.
   * @returns gives the turn back; call it once the change has ended, well or badly
   */
  takeTurn(): Promise<(() => Promise<void>) | undefined>;
};

/** Longer than the control function can run (25 s): no turn outlives the run that took it. */
export const settingsTurnMs = 30_000;

/** Names of the two secrets. */
export type SecretName = 'cloud-key' | 'gateway-secrets';

/** Stores texts that no other function may read. Versions never change once written. */
export type SecretStore = {
  /** Writes a version. It is kept for an hour at least, and for good only once it is in use. */
  put(name: SecretName, value: string): Promise<string>;
  /** Undefined when there is no such version. */
  get(name: SecretName, version: string): Promise<string | undefined>;
  /**
   * Keeps this version until another one is in use, however many are put meanwhile. Safe to repeat.
   * Rejects when there is no such version.
   */
  use(name: SecretName, version: string): Promise<void>;
};

/** Which public half belongs to the cloud's signing key, and where its private half is. */
export type CloudKeyRow = { readonly jwk: PublicJwk; readonly secretVersion: string };

export type CloudKeyBook = {
  cloudKey(): Promise<CloudKeyRow | undefined>;
  /** False when another one was there first. */
  createCloudKey(row: CloudKeyRow): Promise<boolean>;
};
