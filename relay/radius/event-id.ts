// The identity of an event: a hash of its gateway and of the attributes it sent.
// Promise: a retransmission has the same id, whatever changed on its way (identifier,
// authenticator, port, delay, proxies, relay). Format: docs/wire-format.md "Accounting event".

import { hash } from 'node:crypto';
import { attribute } from './attributes.ts';
import { headerOctets, walkAttributes } from './decode.ts';

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
  const content = Buffer.allocUnsafe(gatewayId.length * 3 + 1 + packet.length);
  let length = content.write(`${gatewayId}\0`, 'utf8');
  // Attributes that stay are copied in runs, not one by one.
  let runStart = headerOctets;
  walkAttributes(packet, (type, start, end) => {
    if (!excluded.has(type)) return;
    length += packet.copy(content, length, runStart, start);
    runStart = end;
  });
  length += packet.copy(content, length, runStart);
  const digest = hash('sha256', content.subarray(0, length), 'buffer');
  return digest.toString('base64url', 0, idOctets);
}
