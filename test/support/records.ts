// Journal records for the decoder's tests, and the events made of them.

import type { AccountingEvent } from '../../domain/accounting-event.ts';
import type { JournalRecord } from '../../relay/journal/record.ts';
import type { GatewayConfig } from '../../relay/radius/gateway.ts';
import { toEvent } from '../../relay/radius/to-event.ts';
import { accounting } from './radius-packets.ts';

/** 2026-11-22T10:01:40Z: 100 s after the Event-Timestamp of most fixtures. */
export const receivedTime = 1_795_312_900_000;

/** A record of a packet as the receiver journals it. */
export function recordOf(payload: Buffer, changes: Partial<JournalRecord> = {}): JournalRecord {
  return {
    type: 'datagram',
    receivedTime,
    source: { address: '192.0.2.10', port: 50_123 },
    gatewayId: 'gw',
    isRepeated: false,
    payload,
    position: 1,
    ...changes,
  };
}

/** A configured gateway called `gw`. */
export function gatewayOf(changes: Partial<GatewayConfig> = {}): GatewayConfig {
  return { name: 'gw', addresses: ['192.0.2.10'], secrets: [Buffer.from('secret')], ...changes };
}

/** The event of a record. @throws Error when the record is undecodable. */
export function eventOf(
  payload: Buffer,
  changes: Partial<JournalRecord> = {},
  gateway: GatewayConfig | undefined = gatewayOf(),
): AccountingEvent {
  const event = toEvent(recordOf(payload, changes), gateway);
  if ('undecodable' in event) throw new Error(`undecodable: ${event.undecodable}`);
  return event;
}

/** An Accounting-Request with these attributes. */
export function packetOf(...attributes: readonly Buffer[]): Buffer {
  return accounting('secret', attributes);
}

/** One vendor attribute in a Vendor-Specific of its own. */
export function vendorAttribute(vendor: number, type: number, value: string | Buffer): Buffer {
  const octets = Buffer.from(value as Buffer);
  const head = Buffer.alloc(8);
  head[0] = 26;
  head[1] = octets.length + 8;
  head.writeUInt32BE(vendor, 2);
  head[6] = type;
  head[7] = octets.length + 2;
  return Buffer.concat([head, octets]);
}

/** A 32-bit number as octets. */
export function uint32(value: number): Buffer {
  const octets = Buffer.alloc(4);
  octets.writeUInt32BE(value);
  return octets;
}
