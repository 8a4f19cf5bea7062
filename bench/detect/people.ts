// Invented people for the measurement of judge and fold: what they send in so many days, located.

import type { AccountingEvent } from '../../domain/accounting-event.ts';
import type { Location, NetworkType } from '../../domain/location.ts';
import type { UserEvent } from '../../domain/process/fold-plan.ts';
import { sha256Hash } from '../../lambdas/shared/hash.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const begin = Date.parse('2026-06-01T00:00:00Z');

/** A small seeded generator (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Line = { readonly address: string; readonly location: Location };

function lineOf(asn: number, type: NetworkType, city: string, lat: number, host: number): Line {
  const network = { asn, organization: `Telecom of ${city} and around`, type };
  return {
    address: `${80 + (asn % 40)}.${(host >> 12) & 255}.${(host >> 4) & 255}.${1 + (host & 15)}`,
    location: {
      kind: 'located',
      country: 'FR',
      region: 'Auvergne-Rhone-Alpes',
      city,
      lat,
      lon: 4.8,
      radiusKm: 200,
      confidence: 'city',
      network,
    },
  };
}

/**
 * Two sessions a workday: mostly the home line of the week, a telephone, now and then a trip.
 */
export function personEvents(index: number, days: number): UserEvent[] {
  const random = seeded(index);
  const events: UserEvent[] = [];
  const account = `person.${index}`;
  const device = { key: `uid:${sha256Hash(account)}`, kind: 'uid' as const, os: 'win 10.0.26100' };
  for (let day = 0; day < days; day += 1) {
    if (day % 7 >= 5) continue;
    for (let turn = 0; turn < 2; turn += 1) {
      const dice = random();
      const line =
        dice < 0.85
          ? lineOf(3215 + (index % 9), 'access', 'Lyon', 45.8, index * 64 + Math.floor(day / 21))
          : dice < 0.97
            ? lineOf(15557, 'mobile', 'Paris', 48.9, Math.floor(random() * 65_536))
            : lineOf(1136, 'access', `Town ${Math.floor(random() * 30)}`, 43 + random() * 7, day);
      const start = begin + day * dayMs + (7 + 5 * turn) * hourMs + Math.floor(random() * hourMs);
      const seconds = 3600 + Math.floor(random() * 9000);
      const id = `${day.toString(16)}${turn}`;
      const event = (kind: 'start' | 'stop', at: number): UserEvent => ({
        event: {
          eventId: sha256Hash(`${account}/${id}/${kind}`),
          kind,
          time: at,
          receivedTime: at,
          gateway: { id: `vpn-${index % 3}`, address: '192.0.2.1', vendor: 'cisco-asa' },
          session: {
            id,
            ...(kind === 'stop' ? { seconds, octetsIn: '9000', octetsOut: '70' } : {}),
          },
          user: { raw: account, account, form: 'plain' },
          clientAddress: line.address,
          assignedAddresses: ['10.1.2.3'],
          device,
          vendorAttributes: {},
          flags: [],
        } satisfies AccountingEvent,
        location: line.location,
      });
      events.push(event('start', start), event('stop', start + seconds * 1000));
    }
  }
  return events;
}
