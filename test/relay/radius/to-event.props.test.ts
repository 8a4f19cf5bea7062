// Whatever octets a gateway puts into a packet, the decoder gives one event of bounded size, the
// same every time. The npm package reads the same packets as a peer that knows nothing of ours.

import fc from 'fast-check';
import radius from 'radius';
import { batchEventBytesMax } from '../../../domain/limits.ts';
import { attributeFacts } from '../../../relay/radius/attributes.ts';
import { vendorNames } from '../../../relay/radius/dialects/choose.ts';
import { toEvent } from '../../../relay/radius/to-event.ts';
import { anyCharacter } from '../../support/any-character.ts';
import { runs } from '../../support/property-runs.ts';
import { attribute } from '../../support/radius-packets.ts';
import { eventOf, gatewayOf, packetOf, recordOf, uint32 } from '../../support/records.ts';

const octets = (maxLength: number) => fc.uint8Array({ maxLength });
const knownType = fc.constantFrom(...attributeFacts.keys());
const text = fc.oneof(
  fc
    .string({ unit: anyCharacter, maxLength: 60 })
    .map((value) => Buffer.from(value).subarray(0, 253)),
  // Control characters: six octets each in JSON.
  fc.nat(253).map((length) => Buffer.alloc(length, 1)),
  fc
    .constantFrom('203.0.113.5[4500]', '0x7f.1', 'CORP\\a', 'a(b)[c]', '__proto__', 'vpn-ssl')
    .map((value) => Buffer.from(value)),
);
const vendorBody = fc
  .tuple(
    fc.constantFrom(9, 311, 3076, 12356, 25461, 2620, 429),
    fc.array(fc.tuple(fc.constantFrom(1, 2, 6, 7, 34, 146), text), { maxLength: 3 }),
    octets(2),
  )
  .map(([vendor, inner, rest]) => {
    const tlvs = inner.map(([type, value]) => attribute(type, value.subarray(0, 60)));
    return Buffer.concat([uint32(vendor), ...tlvs, rest]).subarray(0, 253);
  });
const anyAttribute = fc.oneof(
  fc.tuple(fc.oneof(knownType, fc.nat(255)), fc.oneof(octets(40), text)),
  fc.tuple(fc.constant(26), vendorBody),
  fc.tuple(fc.constantFrom(1, 8, 30, 31, 32, 44, 50, 77, 87), text),
  fc.tuple(fc.constantFrom(5, 6, 40, 41, 46, 49, 52, 55, 61, 64), fc.nat(0xffffffff).map(uint32)),
);
const packet = fc
  .array(anyAttribute, { maxLength: 60 })
  .map((list) => list.map(([type, value]) => attribute(type, value)))
  .map((list) => {
    const room = 4096 - 20;
    const kept: Buffer[] = [];
    for (const one of list) if (Buffer.concat([...kept, one]).length <= room) kept.push(one);
    return packetOf(...kept);
  });
const gateway = fc
  .record({ vendor: fc.constantFrom(...vendorNames), behindProxy: fc.boolean() })
  .map(gatewayOf);
const maybeGateway = fc.option(gateway, { nil: undefined });

describe('a packet with any attributes', () => {
  it('gives an event of at most 4 KiB, the same each time, with finite times', () => {
    fc.assert(
      fc.property(packet, maybeGateway, (payload, config) => {
        const event = toEvent(recordOf(payload), config);
        if ('undecodable' in event) throw new Error('a well framed packet was refused');
        const json = JSON.stringify(event);

        expect(Buffer.byteLength(json)).toBeLessThanOrEqual(batchEventBytesMax);
        expect(JSON.parse(json)).toEqual(event);
        expect(JSON.stringify(toEvent(recordOf(Buffer.from(payload)), config))).toBe(json);
        expect(event.time).toBeGreaterThanOrEqual(0);
        expect(event.user.form === 'none').toBe(event.user.raw === '');
      }),
      { numRuns: runs(400) },
    );
  });

  it('has an id that delay, time, proxies, signature, identifier and port leave alone', () => {
    const changing = fc.array(fc.tuple(fc.constantFrom(41, 33, 80, 55), octets(20)), {
      maxLength: 4,
    });
    fc.assert(
      fc.property(packet, changing, fc.nat(255), fc.nat(65535), (payload, extras, id, port) => {
        const tail = Buffer.concat(extras.map(([type, value]) => attribute(type, value)));
        fc.pre(payload.length + tail.length <= 4096);
        const again = Buffer.concat([payload, tail]);
        again[1] = id;
        again.fill(id, 4, 20);
        again.writeUInt16BE(again.length, 2);

        const second = eventOf(again, { source: { address: '192.0.2.10', port } });
        expect(second.eventId).toBe(eventOf(payload).eventId);
      }),
    );
  });

  it('gives the values that the npm package reads', () => {
    const integers = { 5: 'NAS-Port', 46: 'Acct-Session-Time', 42: 'Acct-Input-Octets' };
    const texts = { 44: 'Acct-Session-Id', 32: 'NAS-Identifier' };
    const value = fc.string({ minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(fc.nat(0xffffffff), value, (number, string) => {
        const payload = packetOf(
          ...Object.keys(integers).map((type) => attribute(Number(type), uint32(number))),
          ...Object.keys(texts).map((type) => attribute(Number(type), string)),
        );
        const peer = radius.decode_without_secret({ packet: payload }).attributes;
        const event = eventOf(payload);

        expect(event.vendorAttributes['nas-port']).toBe(String(peer['NAS-Port']));
        expect(event.session).toEqual({
          id: peer['Acct-Session-Id'],
          seconds: peer['Acct-Session-Time'],
          octetsIn: String(peer['Acct-Input-Octets']),
        });
        expect(event.gateway.name).toBe(peer['NAS-Identifier']);
      }),
    );
  });
});

describe('any octets', () => {
  it('give an event or a reason, never an exception', () => {
    const raw = fc.oneof(
      octets(80),
      // A sane header with arbitrary attributes behind it.
      octets(120).map((tail) => {
        const head = Buffer.alloc(20);
        head[0] = 4;
        head.writeUInt16BE(20 + tail.length, 2);
        return Buffer.concat([head, tail]);
      }),
    );
    fc.assert(
      fc.property(raw, (payload) => {
        const event = toEvent(recordOf(Buffer.from(payload)), gatewayOf());
        expect('eventId' in event).not.toBe('undecodable' in event);
      }),
      { numRuns: runs(1000) },
    );
  });
});

describe('an event above its bound', () => {
  it('gives up detail before identity, says so, and keeps session ids apart', () => {
    const hostile = (last: number): Buffer =>
      packetOf(
        attribute(1, Buffer.alloc(253, 1)),
        attribute(44, Buffer.concat([Buffer.alloc(252, 1), Buffer.from([last])])),
        attribute(50, Buffer.alloc(253, 1)),
        attribute(32, Buffer.alloc(253, 1)),
        attribute(31, '203.0.113.5'),
        attribute(77, Buffer.alloc(253, 1)),
      );
    const event = eventOf(hostile(2));

    expect(event.flags).toContain('invalid-attributes');
    expect(event.user.account).toHaveLength(253);
    expect(event.clientAddress).toBe('203.0.113.5');
    expect(event.vendorAttributes).toEqual({});
    expect(event.session.id).toMatch(/^sha256:/);
    expect(event.session.id).toBe(eventOf(hostile(2)).session.id);
    expect(event.session.id).not.toBe(eventOf(hostile(3)).session.id);
  });
});
