// Packets of every vendor as a detail file holds them: what such a file must be read as.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AccountingEvent } from '../../domain/accounting-event.ts';
import { DetailReader, type DetailRecord } from '../../relay/import/detail-file.ts';
import { packetOf } from '../../relay/import/detail-packet.ts';
import { eventOf } from './records.ts';

type VendorPacket = { readonly id: string; readonly octets: Buffer };

const fixtures = join(__dirname, '../fixtures');

/** Packets of every vendor, without one whose Message-Authenticator no other server can check. */
export const vendorPackets: readonly VendorPacket[] = JSON.parse(
  readFileSync(join(fixtures, 'radius/vendor-packets.json'), 'utf8'),
)
  .filter(({ id }: { id: string }) => id !== 'real-radclient-ma')
  .map(({ id, raw }: { id: string; raw: string }) => ({ id, octets: Buffer.from(raw, 'hex') }));

/** Records of a detail file, all of them sound. */
export function recordsOf(text: string): DetailRecord[] {
  const reader = new DetailReader((line) => {
    throw new Error(`line ${line} is odd`);
  });
  const records = text.split('\n').map((line) => reader.take(line));
  return [...records, reader.end()].filter((record) => record !== undefined);
}

/** The event of a record; throws when it is none. */
export function eventOfRecord(record: DetailRecord | undefined): AccountingEvent {
  const read = record && packetOf(record);
  if (!read || 'unreadable' in read) throw new Error(`unreadable: ${read?.unreadable}`);
  return eventOf(read.packet, { type: 'imported', receivedTime: read.receivedTime });
}

/** Expects of a detail file the events that the packets themselves give. */
export function expectVendorEvents(detail: string): void {
  const records = recordsOf(detail);

  let sameIds = 0;

  expect(records).toHaveLength(vendorPackets.length);
  for (const [at, { id, octets }] of vendorPackets.entries()) {
    const read = eventOfRecord(records[at]);
    const sent = eventOf(octets, { type: 'imported', receivedTime: read.receivedTime });
    // Whether a tag or a closing NUL was sent is not printed, so some event ids differ; the session
    // they belong to is the same all the same.
    expect({ id, ...read, eventId: '' }).toEqual({ id, ...sent, eventId: '' });
    sameIds += read.eventId === sent.eventId ? 1 : 0;
  }
  expect(sameIds).toBe(vendorPackets.length - 5);
}
