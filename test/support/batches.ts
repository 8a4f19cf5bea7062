// Accounting events and batches for tests: invented people, documentation addresses, repeatable.
// Deterministic on purpose; arbitraryEvent is for properties.

import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { AccountingEvent } from '../../domain/accounting-event.ts';
import type { Batch } from '../../wire/batch.ts';
import { anyCharacter } from './any-character.ts';

/** 2026-11-20T08:00:00Z. */
export const testTimeMs = 1_795_161_600_000;

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** An event as a Cisco ASA causes it; `index` varies who, where and when. */
export function asaEvent(index: number): AccountingEvent {
  const random = digest(`asa ${index}`);
  const person = random.readUInt16BE(0) % 400;
  const kind = (['start', 'interim', 'interim', 'stop'] as const)[index % 4] ?? 'start';
  const isStart = kind === 'start';
  const time = testTimeMs + index * 137;
  const client = `198.51.${random[2]}.${random[3]}`;
  return {
    eventId: digest(`event ${index}`).toString('base64url').slice(0, 22),
    kind,
    time,
    receivedTime: time + (random[4] ?? 0),
    gateway: { id: 'asa-hq', address: '192.0.2.10', name: 'vpn-hq-1', vendor: 'cisco-asa' },
    session: {
      id: random.subarray(5, 9).toString('hex').toUpperCase(),
      ...(isStart
        ? {}
        : {
            seconds: random.readUInt16BE(10),
            octetsIn: String(random.readUInt32BE(12)),
            octetsOut: String(random.readUInt32BE(16) * 7),
          }),
      ...(kind === 'stop' ? { terminateCause: 'User-Request' } : {}),
    },
    user: {
      raw: `person${person}@example.com`,
      account: `person${person}`,
      domain: 'example.com',
      form: 'upn',
    },
    clientAddress: client,
    assignedAddresses: [`10.112.${person >> 8}.${person & 255}`],
    device: {
      key: `uid:${digest(`device ${person}`).toString('hex').slice(0, 40).toUpperCase()}`,
      kind: 'uid',
      os: 'Windows 10.0.22631',
      client: 'AnyConnect Windows 4.10.07061',
    },
    tunnel: { type: 'AnyConnect-SSL', group: 'Employees' },
    vendorAttributes: {
      'audit-session-id': `0a7005${random.subarray(20, 29).toString('hex')}`,
      'session-type': '1',
    },
    flags: [],
  };
}

/** A batch of ASA events at consecutive positions from 1. */
export function asaBatch(eventCount: number, change: Partial<Batch> = {}): Batch {
  return {
    version: 1,
    relayId: 'relay-1',
    epoch: 7,
    sequence: 42,
    firstPosition: 1,
    lastPosition: eventCount,
    events: Array.from({ length: eventCount }, (_, index) => asaEvent(index)),
    setAside: [],
    ...change,
  };
}

const text = fc.string({ unit: anyCharacter, maxLength: 40 });
const address = fc.oneof(fc.ipV4(), fc.ipV6());
const unixMs = fc.integer({ min: 0, max: 4_102_444_800_000 });
const octets = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String);
const optional = { requiredKeys: [] };
const without = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

/** Drops keys that hold undefined: absent fields are absent. */
function compact<T extends object>(value: object): T {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as T;
}

/** Any event the schema allows, small enough for its 4 KiB. */
export const arbitraryEvent: fc.Arbitrary<AccountingEvent> = fc
  .record({
    eventId: fc
      .uint8Array({ minLength: 16, maxLength: 16 })
      .map((bytes) => Buffer.from(bytes).toString('base64url')),
    kind: fc.constantFrom('start', 'interim', 'stop', 'gateway-on', 'gateway-off', 'other'),
    time: unixMs,
    claimedTime: without(unixMs),
    receivedTime: unixMs,
    gateway: fc.record(
      {
        id: fc.string({ minLength: 1, maxLength: 40 }),
        address,
        vendor: fc.constant('generic'),
        name: text,
      },
      { requiredKeys: ['id', 'address', 'vendor'] },
    ),
    session: fc.record(
      {
        id: text,
        multiId: text,
        seconds: fc.nat(),
        octetsIn: octets,
        octetsOut: octets,
        terminateCause: text,
      },
      optional,
    ),
    user: fc.record(
      {
        raw: text,
        account: text,
        form: fc.constantFrom('plain', 'upn', 'netbios', 'machine', 'none'),
        domain: text,
      },
      { requiredKeys: ['raw', 'account', 'form'] },
    ),
    clientAddress: without(address),
    assignedAddresses: fc.array(address, { maxLength: 3 }),
    device: without(
      fc.record(
        {
          key: fc.string({ minLength: 1 }),
          kind: fc.constantFrom('uid', 'mac', 'host', 'client'),
          name: text,
          os: text,
        },
        { requiredKeys: ['key', 'kind'] },
      ),
    ),
    tunnel: without(fc.record({ type: text, group: text }, optional)),
    vendorAttributes: fc.dictionary(
      fc.oneof(fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,20}$/), fc.constant('constructor')),
      text,
      { maxKeys: 4, noNullPrototype: true },
    ),
    flags: fc.subarray(['stale', 'late', 'repeated', 'not-vpn', 'latin1']),
  })
  .map((event) => compact<AccountingEvent>(event));

/** A batch with a random choice of positions set aside. */
export const arbitraryBatch: fc.Arbitrary<Batch> = fc
  .record({
    relayId: fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,62}$/),
    epoch: fc.nat(),
    sequence: fc.integer({ min: 1 }),
    firstPosition: fc.integer({ min: 1 }),
    records: fc.array(fc.option(arbitraryEvent, { nil: undefined }), {
      minLength: 1,
      maxLength: 12,
    }),
  })
  .map(({ records, ...name }) => ({
    version: 1 as const,
    ...name,
    lastPosition: name.firstPosition + records.length - 1,
    events: records.filter((record) => record !== undefined),
    setAside: records.flatMap((record, index) =>
      record ? [] : [{ position: name.firstPosition + index, reason: 'undecodable' }],
    ),
  }));
