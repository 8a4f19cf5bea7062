// Traffic for the benchmarks of the pipeline: events as a Cisco ASA causes them, of invented people
// at documentation addresses. Deterministic; time runs as it would on a working day.

import { createHash } from 'node:crypto';
import type { AccountingEvent, EventKind } from '../../domain/accounting-event.ts';
import type { Location } from '../../domain/location.ts';
import type { Batch } from '../../wire/batch.ts';

export const begin = Date.parse('2026-06-01T07:00:00Z');
const minuteMs = 60_000;
export const dayMs = 24 * 60 * minuteMs;

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** How a gateway tells of a session. */
export type Shape = {
  readonly name: string;
  /** Interim updates of a session. */
  readonly interims: number;
  readonly minutes: number;
};

export const shapes: readonly [Shape, ...Shape[]] = [
  { name: 'Start and Stop', interims: 0, minutes: 150 },
  { name: '15 interims', interims: 15, minutes: 160 },
  { name: '30 interims', interims: 30, minutes: 310 },
];

type SessionName = { readonly user: number; readonly day: number; readonly turn: number };

/** All events of one session of a person, in order. */
export function sessionOf(shape: Shape, { user, day, turn }: SessionName): AccountingEvent[] {
  const random = digest(`${user} ${day} ${turn}`);
  const start = begin + day * dayMs + turn * 4 * 60 * minuteMs + (user % 240) * 15_000;
  const step = (shape.minutes * minuteMs) / (shape.interims + 1);
  return Array.from({ length: shape.interims + 2 }, (_, index) => {
    const kind: EventKind =
      index === 0 ? 'start' : index === shape.interims + 1 ? 'stop' : 'interim';
    const time = start + Math.floor((index * step) / 1000) * 1000;
    // One day in ten from somewhere else.
    const isAway = (day + user) % 10 === 9;
    return {
      eventId: digest(`${user} ${day} ${turn} ${index}`).toString('base64url').slice(0, 22),
      kind,
      time,
      receivedTime: time + 400,
      gateway: { id: 'asa-hq', address: '192.0.2.10', name: 'vpn-hq-1', vendor: 'cisco-asa' },
      session: {
        id: random.subarray(0, 4).toString('hex').toUpperCase(),
        ...(index > 0 && {
          seconds: (time - start) / 1000,
          octetsIn: String(random.readUInt32BE(4) + index * 1_048_576),
          octetsOut: String(random.readUInt32BE(8) * 7 + index * 4_194_304),
        }),
        ...(kind === 'stop' && { terminateCause: 'User-Request' }),
      },
      user: {
        raw: `person.${user}@example.com`,
        account: `person.${user}`,
        domain: 'example.com',
        form: 'upn',
      },
      clientAddress: isAway
        ? `203.0.113.${1 + (user % 250)}`
        : `198.51.${100 + (user >> 8)}.${user & 255}`,
      assignedAddresses: [`10.112.${user >> 8}.${user & 255}`],
      device: {
        key: `uid:${digest(`device ${user}`).toString('hex').slice(0, 40).toUpperCase()}`,
        kind: 'uid',
        os: 'Windows 10.0.22631',
        client: 'AnyConnect Windows 4.10.07061',
      },
      tunnel: { type: 'AnyConnect-SSL', group: 'Employees' },
      vendorAttributes: { 'audit-session-id': `0a7005${random.subarray(12, 21).toString('hex')}` },
      flags: [],
    };
  });
}

/** Where the addresses above are: two towns with two providers. */
export function locationOf(address: string): Location {
  const isAway = address.startsWith('203.');
  return {
    kind: 'located',
    country: 'GB',
    region: 'England',
    city: isAway ? 'Bristol' : 'London',
    lat: isAway ? 51.5 : 51.6,
    lon: isAway ? -2.6 : -0.1,
    radiusKm: 50,
    confidence: 'city',
    network: {
      asn: isAway ? 64_497 : 64_496,
      organization: isAway ? 'Western Telecom' : 'London Telecom',
      type: 'access',
    },
  };
}

/** The batch of a relay that ships these events; numbered by the position of its first one. */
export function batchOf(events: readonly AccountingEvent[], firstPosition: number): Batch {
  return {
    version: 1,
    relayId: 'relay-1',
    epoch: 1,
    sequence: firstPosition,
    firstPosition,
    lastPosition: firstPosition + events.length - 1,
    events,
    setAside: [],
  };
}
