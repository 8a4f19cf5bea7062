// Whatever a file holds, reading it gives records or reasons, never an exception; what FreeRADIUS
// prints of any octets reads back as those octets.

import fc from 'fast-check';
import { frames } from '../../../relay/import/capture-file.ts';
import { DatagramReader } from '../../../relay/import/captured-datagrams.ts';
import { decodeChunk, encodeChunk } from '../../../relay/import/chunk.ts';
import { DetailReader, type DetailRecord } from '../../../relay/import/detail-file.ts';
import { packetOf } from '../../../relay/import/detail-packet.ts';
import { readPrintedTime } from '../../../relay/import/printed-time.ts';
import { RadacctReader } from '../../../relay/import/radacct-rows.ts';
import { decodePacket } from '../../../relay/radius/decode.ts';

/** Text with a liking for what means something in these files. */
const meaningful = fc.oneof(
  fc.string({ unit: 'binary-ascii', maxLength: 60 }),
  fc.constantFrom(
    'Mon Nov 23 08:00:00 2026',
    '\tUser-Name = "a\\',
    '\tTimestamp = 1795413600',
    '',
    '"',
    '\tEvent-Timestamp = "Nov 31 2026 99:00:00 CST"',
    '\tTunnel-Type:300 = 0x',
    '=',
    '\t= 1',
    '\tFramed-IPv6-Prefix = ::/129',
    '\tAttr-26.1.300 = 0x01',
    '\tVendor-Specific = 0x00',
    '\tFramed-Interface-Id = 1:2:3:zz',
    'acctsessionid,acctstarttime',
    '"2026-13-45",\\N,"',
  ),
);

function recordsOf(lines: readonly string[]): DetailRecord[] {
  const reader = new DetailReader(() => undefined);
  const records = lines.map((line) => reader.take(line));
  return [...records, reader.end()].filter((record) => record !== undefined);
}

it('reads any lines as records with packets or reasons', () => {
  fc.assert(
    fc.property(fc.array(meaningful, { maxLength: 30 }), (lines) => {
      for (const record of recordsOf(lines)) {
        const read = packetOf(record);
        if ('unreadable' in read) expect(read.unreadable).not.toBe('');
        else expect(decodePacket(read.packet)).not.toHaveProperty('undecodable');
      }
    }),
  );
});

/** As FreeRADIUS 3 prints a string: quotes, backslashes and what is not printable escaped. */
const printed = (octets: Uint8Array): string =>
  [...octets]
    .map((octet) => {
      const text = String.fromCharCode(octet);
      if (text === '"' || text === '\\') return `\\${text}`;
      return octet < 32 || octet > 126 ? `\\${octet.toString(8).padStart(3, '0')}` : text;
    })
    .join('');

it('reads back the octets of what FreeRADIUS printed', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 120 }), (octets) => {
      const [record] = recordsOf([
        'Mon Nov 23 08:00:00 2026',
        `\tCalled-Station-Id = "${printed(octets)}"`,
      ]);
      const read = record && packetOf(record);
      const value = read && 'packet' in read ? read.packet.subarray(22) : undefined;
      expect(value).toEqual(Buffer.from(octets));
    }),
  );
});

it('reads any rows as records or nothing', () => {
  fc.assert(
    fc.property(fc.array(meaningful, { maxLength: 20 }), (lines) => {
      const reader = new RadacctReader({
        timeOf: readPrintedTime,
        onOddRow: () => undefined,
        onDropped: () => undefined,
      });
      const header = 'acctsessionid,username,acctstarttime,acctstoptime,acctinputoctets';
      const records = [header, ...lines].flatMap((line) => [...reader.take([line])]);
      for (const record of [...records, ...reader.end()]) expect(packetOf(record)).toBeDefined();
    }),
  );
});

it('reads any octets as a capture: frames, an early end or one reason', async () => {
  const magic = fc.constantFrom('a1b2c3d4', 'd4c3b2a1', '4d3cb2a1', '0a0d0d0a', '0a0d0d0a1c000000');
  await fc.assert(
    fc.asyncProperty(magic, fc.uint8Array({ maxLength: 400 }), async (start, rest) => {
      const reader = new DatagramReader(new Set([1813]));
      const octets = Buffer.concat([Buffer.from(start, 'hex'), rest]);
      const chunks = async function* () {
        yield octets;
      };
      try {
        for await (const frame of frames(chunks())) reader.take(frame);
      } catch (error) {
        expect(String(error)).toContain('the capture is damaged');
      }
    }),
  );
});

it('makes a datagram or nothing of any frame', () => {
  const linkType = fc.constantFrom(0, 1, 101, 113, 276, 999);
  const start = fc.constantFrom('', '45', '60', '0000000000000000000000000800450000ff');
  fc.assert(
    fc.property(linkType, start, fc.uint8Array({ maxLength: 120 }), (type, head, rest) => {
      const octets = Buffer.concat([Buffer.from(head, 'hex'), rest]);
      const reader = new DatagramReader(new Set([1813]));
      for (let times = 0; times < 2; times += 1) reader.take({ time: 0, linkType: type, octets });
    }),
  );
});

it('takes a chunk from end to end or not at all', () => {
  const record = (ordinal: number) => ({
    type: 'imported' as const,
    receivedTime: ordinal,
    source: { address: '10.0.0.1', port: 0 },
    gatewayId: 'asa',
    isRepeated: false,
    payload: Buffer.alloc(40, ordinal),
  });
  const octets = encodeChunk([record(1), record(2)]);

  expect(decodeChunk(octets)).toMatchObject([record(1), record(2)]);
  fc.assert(
    fc.property(fc.nat(octets.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const altered = Buffer.from(octets);
      altered[at] = (altered[at] as number) ^ change;
      expect(decodeChunk(altered)).toBeUndefined();
      if (at > 0) expect(decodeChunk(octets.subarray(0, at))?.length ?? 0).toBeLessThan(2);
    }),
  );
});
