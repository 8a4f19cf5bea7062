// Keeps an event within the contract's 4 KiB of JSON, whatever a packet holds.
// Promise: identity survives (gateway, session, user, address, times); detail goes first. Control
// characters cost six octets each in JSON, so a hostile name can reach the bound alone.

import { hash } from 'node:crypto';
import type { AccountingEvent } from '../../domain/accounting-event.ts';
import { batchEventBytesMax } from '../../domain/limits.ts';

/** Entries and characters of `vendorAttributes` kept. */
const vendorAttributesMax = 24;
const vendorAttributeCharactersMax = 256;
/** Characters of `user.raw` that remain at the very last. */
const rawNameCharactersMax = 64;

/** `vendorAttributes` of an event: present values, cut to length; the first of equal names. */
export function boundedAttributes(
  entries: readonly (readonly [string, string | undefined])[],
): Record<string, string> {
  const kept: Record<string, string> = {};
  let count = 0;
  // Names are our own constants, so a plain object is safe here.
  for (const [name, value] of entries) {
    if (value === undefined || kept[name] !== undefined) continue;
    if (++count > vendorAttributesMax) break;
    kept[name] = value.slice(0, vendorAttributeCharactersMax);
  }
  return kept;
}

function jsonOctets(event: AccountingEvent): number {
  const json = JSON.stringify(event);
  // UTF-16 units are at most three octets each: mostly no need to count.
  return json.length * 3 <= batchEventBytesMax ? json.length : Buffer.byteLength(json, 'utf8');
}

/** A session id by its hash: equal ids stay equal, different ones different. */
function hashed(id: string): string {
  return `sha256:${hash('sha256', id, 'base64url')}`;
}

function withoutDetail(event: AccountingEvent): AccountingEvent {
  const { device: _device, tunnel: _tunnel, ...rest } = event;
  const { name: _name, ...gateway } = event.gateway;
  return { ...rest, gateway };
}

function withHashedSession(event: AccountingEvent): AccountingEvent {
  const { id, multiId, ...session } = event.session;
  return {
    ...event,
    session: {
      ...(id === undefined ? {} : { id: hashed(id) }),
      ...(multiId === undefined ? {} : { multiId: hashed(multiId) }),
      ...session,
    },
  };
}

/** What is given up, in order, until the event fits. */
const reductions: readonly ((event: AccountingEvent) => AccountingEvent)[] = [
  (event) => ({ ...event, vendorAttributes: {} }),
  withoutDetail,
  withHashedSession,
  (event) => ({
    ...event,
    user: { ...event.user, raw: event.user.raw.slice(0, rawNameCharactersMax) },
  }),
];

/** The event, reduced and flagged `invalid-attributes` when it was above 4 KiB of JSON. */
export function fitEvent(event: AccountingEvent): AccountingEvent {
  if (jsonOctets(event) <= batchEventBytesMax) return event;
  let fitted: AccountingEvent = {
    ...event,
    flags: [...new Set([...event.flags, 'invalid-attributes' as const])],
  };
  for (const reduce of reductions) {
    fitted = reduce(fitted);
    if (jsonOctets(fitted) <= batchEventBytesMax) break;
  }
  return fitted;
}
