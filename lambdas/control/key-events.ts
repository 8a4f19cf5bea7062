// What is published of relays' keys: who was let in, whose keys followed each other, whose tried to
// and may not. A key that signs opens gateways' secrets once it brings a pair of its own, so
// whoever is on call hears of each. Relays and keys by id; no user, no secret, no key.

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
