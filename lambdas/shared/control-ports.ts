// The functions' port to the control table: relay keys, batch ids, ledger, settings, watermarks,
// dead letters. The DynamoDB adapter is lambdas/aws/dynamodb/control-store.ts. Every write is safe
// to repeat, and none needs a transaction.

import type { AccountingEvent, UnixMs } from '../../domain/accounting-event.ts';
import type { GatewayStore } from '../../domain/process/ports.ts';
import type { Settings } from '../../domain/settings.ts';
import type { AgreementJwk } from '../../wire/hpke.ts';
import type { PublicJwk } from '../../wire/signature.ts';
import type { Coverage, ProcessedBatch } from './coverage.ts';

/** Active keys a relay may have at once: the one in use and the next one. */
export const relayKeysMax = 2;
/** A pair that was followed by another works for so long. */
export const keyOverlapMs = 24 * 3600 * 1000;

export type RelayKey = {
  /** RFC 7638 thumbprint. */
  readonly keyId: string;
  readonly relayId: string;
  readonly jwk: PublicJwk;
  /** What gateway secrets are encrypted to; absent: let in by its public key alone. */
  readonly agreementKey?: AgreementJwk;
  readonly registeredAt: UnixMs;
  /** A newer pair took over: this one opens nothing from then on. */
  readonly retiresAt?: UnixMs;
  /** Present: the key opens nothing any more, and never will again. */
  readonly revokedAt?: UnixMs;
};

/** Why a key cannot be registered. */
export type KeyRefusal = 'too-many' | 'taken' | 'revoked';

export type RelayKeyStore = {
  /**
   * Registers a key for a relay; a repeat is `registered` again.
   * `too-many`: revoke one first. `taken`: another relay's key. `revoked`: never to be used again.
   */
  registerKey(
    relayId: string,
    jwk: PublicJwk,
    agreementKey?: AgreementJwk,
  ): Promise<'registered' | KeyRefusal>;
  /**
   * As registerKey, for a relay that holds the token its row names; that write also takes the token
   * off the row, so that whoever withdraws it, or revokes, comes before or after, never between.
   * `withdrawn`: the row names no such token any more.
   */
  admitKey(
    relayId: string,
    tokenId: string,
    pair: { readonly jwk: PublicJwk; readonly agreementKey: AgreementJwk },
  ): Promise<'registered' | KeyRefusal | 'withdrawn'>;
  /**
   * Registers the pair that follows `usedKeyId`, which works for another `keyOverlapMs`; a repeat
   * gets the same answer. A pair older than the used one ends at once. `revoked`: so was the relay.
   */
  rotateKey(
    usedKeyId: string,
    relayId: string,
    next: { readonly jwk: PublicJwk; readonly agreementKey: AgreementJwk },
  ): Promise<{ readonly previousUntil: UnixMs } | KeyRefusal>;
  /** The key of this thumbprint unless it was revoked or has run out. Strongly consistent. */
  activeKey(keyId: string): Promise<RelayKey | undefined>;
  /** The key of this thumbprint, whatever became of it. */
  knownKey(keyId: string): Promise<RelayKey | undefined>;
  /** A relay's active keys, oldest first. */
  relayKeys(relayId: string): Promise<readonly RelayKey[]>;
  /** Ids of all relays that ever registered a key. */
  relayIds(): Promise<readonly string[]>;
  revokeKey(relayId: string, keyId: string): Promise<'revoked' | 'unknown'>;
  /**
   * Revokes every key of a relay, those included whose registration is still under way, and lets
   * no rotation add one until the relay is let in again.
   */
  revokeAllKeys(relayId: string): Promise<readonly string[]>;
};

export type BatchIdStore = {
  /**
   * Binds a batch id to the digest of its body. `new`: seen for the first time. `same`: a retry.
   * `conflict`: the id is bound to another body.
   */
  claimBatch(batchId: string, digest: string): Promise<'new' | 'same' | 'conflict'>;
};

export type LedgerStore = {
  /** Adds processed batches of one relay to its coverage. Call it only after they were written. */
  recordCoverage(relayId: string, batches: readonly ProcessedBatch[]): Promise<void>;
  /** What is covered and where the holes are; undefined for a relay never heard of. */
  coverage(relayId: string): Promise<Coverage | undefined>;
};

export type SettingsStore = {
  /** The stored settings, or the defaults with version 0. */
  settings(): Promise<{ readonly settings: Settings; readonly version: number }>;
  putSettings(settings: Settings, expectedVersion: number): Promise<'written' | 'conflict'>;
};

/** Restarts of gateways. */
export type WatermarkStore = GatewayStore;

/** An event that failed too often. It holds personal data; the row lives 90 days. */
export type DeadLetter = {
  readonly event: AccountingEvent;
  /** What failed, in our own words: `fold-failed`. */
  readonly reason: string;
  readonly relayId: string;
  readonly batchId: string;
  /** When the ingest edge took its batch; absent in rows written before it was kept. */
  readonly receivedAt?: UnixMs;
};

export type StoredDeadLetter = DeadLetter & { readonly id: string; readonly setAsideAt: UnixMs };

export type DeadLetterStore = {
  /** Keeps the event; the same event of the same batch twice is one row. */
  setAside(entry: DeadLetter): Promise<void>;
  /** Oldest first. `next` goes on where the page ended; absent on the last page. */
  listDeadLetters(
    limit: number,
    after?: string,
  ): Promise<{ readonly entries: readonly StoredDeadLetter[]; readonly next?: string }>;
  removeDeadLetter(id: string): Promise<void>;
};

export type ControlStore = RelayKeyStore &
  BatchIdStore &
  LedgerStore &
  SettingsStore &
  WatermarkStore &
  DeadLetterStore & {
    /** A random key that signs cursors, made once and the same for every instance. */
    cursorKey(): Promise<string>;
  };
