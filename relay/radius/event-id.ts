// The identity of an event: a hash of its gateway and of what the gateway said.
// Promise: a retransmission has the same id, whatever changed on its way (identifier,
// authenticator, port, delay, proxies, relay). Format: docs/wire-format.md "Accounting event".

import { hash } from 'node:crypto';
import { attribute } from './attributes.ts';
import { walkAttributes } from './decode.ts';

/** Attributes that differ between transmissions of one event (RFC 2866 sections 4.1 and 5.2). */
const excluded: ReadonlySet<number> = new Set([
  attribute.delayTime,
  attribute.proxyState,
  attribute.messageAuthenticator,
  attribute.eventTimestamp,
]);

const idOctets = 16;

/**
 * First 16 octets of SHA-256 over gateway id, NUL and the remaining attributes in wire order, as
 * 22 base64url characters.
 *
 * @param packet whole packet without padding, framing already checked
 */
export function eventId(gatewayId: string, packet: Buffer): string {
  const prefix = Buffer.from(`${gatewayId}\0`, 'utf8');
  const content = Buffer.allocUnsafe(prefix.length + packet.length);
  let length = prefix.copy(content);
  walkAttributes(packet, (type, start, end) => {
    if (!excluded.has(type)) length += packet.copy(content, length, start, end);
  });
  const digest = hash('sha256', content.subarray(0, length), 'buffer');
  return digest.toString('base64url', 0, idOctets);
}
