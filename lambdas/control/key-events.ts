// What is published about relay keys: enrolments, rotations and refused rotations. A signing key
// can decrypt gateway secrets once it brings a key-agreement key of its own, so every change is
// published for on-call staff. Relays and keys are named by id; no user, no secret, no key
// material.

import { createHash } from 'node:crypto';
import type { UnixMs } from '../../domain/accounting-event.ts';

export type RelayKeyChange = 'enrolled' | 'rotated' | 'rotation-refused';

/** A change of a relay's keys, as it is published (docs/runbook.md "Events of relays"). */
export type RelayKeyEvent = {
  /** The same for the same change, however often it is published. */
  readonly id: string;
  readonly change: RelayKeyChange;
  readonly relayId: string;
  /** RFC 7638 thumbprint of the new signing key. */
  readonly keyId: string;
  /** Of the key it follows, or was to follow. */
  readonly previousKeyId?: string;
  /** Why it was refused: `unproven`, `upgrade-needed`, `no-agreement-key`. */
  readonly reason?: string;
  readonly time: UnixMs;
};

/** Takes an event, or rejects: then the relay is not answered, and its repeat publishes it. */
export type PublishKeyEvent = (event: RelayKeyEvent) => Promise<void>;

/** Names an event by what it says, apart from its time. */
export function relayKeyEvent(event: Omit<RelayKeyEvent, 'id'>): RelayKeyEvent {
  const { change, relayId, keyId, previousKeyId = '', reason = '' } = event;
  const text = JSON.stringify([change, relayId, keyId, previousKeyId, reason]);
  const id = createHash('sha256').update(text).digest('base64url').slice(0, 22);
  return { id, ...event };
}
