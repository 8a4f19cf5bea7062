// Raw packet to attributes: the walk over its octets, off the acknowledgement path.
// Promise: any octets give attributes or a named reason, never an exception; linear in the length.
// Whether the packet is authentic was decided by our gate, before it was journalled. The names of
// enumerated values come from the `radius` package, see value-names.ts.

import { radiusPacketBytesMax } from '../../domain/limits.ts';
import { AttributeSet } from './attribute-set.ts';

/** Octets before the attributes (RFC 2865 section 3). */
export const headerOctets = 20;
const accountingRequest = 4;

/** Why a record cannot be read. The gate lets none of these in: a journal fault or a bad import. */
export type UndecodableReason = 'not-an-accounting-request' | 'bad-length' | 'bad-framing';

export type Undecodable = { readonly undecodable: UndecodableReason };

/** Calls `visit` with each attribute and where it lies; false when they do not fill the packet. */
export function walkAttributes(
  packet: Buffer,
  visit: (type: number, start: number, end: number) => void,
): boolean {
  let at = headerOctets;
  while (at < packet.length) {
    const length = packet[at + 1] ?? 0;
    if (length < 2 || at + length > packet.length) return false;
    visit(packet[at] as number, at, at + length);
    at += length;
  }
  return true;
}

/** The packet without padding after its Length (RFC 2866 section 3), or why it is none. */
export function trimPacket(payload: Buffer): Buffer | Undecodable {
  if (payload.length < headerOctets) return { undecodable: 'bad-length' };
  const length = payload.readUInt16BE(2);
  const isSane = length >= headerOctets && length <= radiusPacketBytesMax;
  if (!isSane || length > payload.length) return { undecodable: 'bad-length' };
  if (payload[0] !== accountingRequest) return { undecodable: 'not-an-accounting-request' };
  return payload.subarray(0, length);
}

/** Reads the attributes of an Accounting-Request. The set shares memory with the payload. */
export function decodePacket(payload: Buffer): AttributeSet | Undecodable {
  const packet = trimPacket(payload);
  if ('undecodable' in packet) return packet;
  const attributes = new AttributeSet();
  const isFramed = walkAttributes(packet, (type, start, end) =>
    attributes.add(type, packet.subarray(start + 2, end)),
  );
  return isFramed ? attributes : { undecodable: 'bad-framing' };
}
