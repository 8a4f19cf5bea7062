// Builds accounting events and located places for tests, with invented people.

import { createHash } from 'node:crypto';
import type { AccountingEvent, EventKind } from '../../domain/accounting-event.ts';
import type { Location, NetworkType } from '../../domain/location.ts';
import { defaultSettings, type Settings } from '../../domain/settings.ts';

/** The hash port as the cloud has it. */
export const hash = (text: string): string =>
  createHash('sha256').update(text).digest().subarray(0, 16).toString('base64url');

/** 2026-11-23T08:00:00Z, a Monday. */
export const morning = Date.parse('2026-11-23T08:00:00Z');
export const minuteMs = 60_000;
export const hourMs = 3_600_000;

export type EventOptions = {
  readonly kind?: EventKind;
  readonly user?: string;
  readonly at?: number;
  readonly sessionId?: string;
  readonly seconds?: number;
  readonly gateway?: string;
  readonly address?: string;
  readonly device?: string;
  readonly octetsIn?: string;
  readonly octetsOut?: string;
  readonly flags?: AccountingEvent['flags'];
  readonly form?: AccountingEvent['user']['form'];
};

/** One event; equal options give equal event ids. */
export function eventOf(options: EventOptions): AccountingEvent {
  const { kind = 'start', user = 'alice', at = morning, seconds } = options;
  const gateway = options.gateway ?? 'asa-lyon';
  return {
    eventId: hash(JSON.stringify({ ...options, at: undefined })),
    kind,
    time: at,
    receivedTime: at,
    gateway: { id: gateway, address: '192.0.2.1', vendor: 'cisco-asa' },
    session: {
      id: options.sessionId ?? 's1',
      ...(seconds === undefined ? {} : { seconds }),
      ...(options.octetsIn ? { octetsIn: options.octetsIn } : {}),
      ...(options.octetsOut ? { octetsOut: options.octetsOut } : {}),
    },
    user: { raw: user, account: user, form: options.form ?? 'plain' },
    ...(options.address ? { clientAddress: options.address } : {}),
    assignedAddresses: [],
    ...(options.device
      ? { device: { key: `host:${options.device}`, kind: 'host', name: options.device } }
      : {}),
    vendorAttributes: {},
    flags: options.flags ?? [],
  };
}

/** A whole session: Start, interims and a Stop. */
export function sessionEvents(
  options: EventOptions & { readonly minutes: number; readonly interims?: number },
): AccountingEvent[] {
  const { minutes, interims = 0, at = morning } = options;
  const later = (kind: EventKind, minute: number): AccountingEvent =>
    eventOf({ ...options, kind, at: at + minute * minuteMs, seconds: minute * 60 });
  return [
    eventOf({ ...options, kind: 'start', at }),
    ...Array.from({ length: interims }, (_, index) =>
      later('interim', ((index + 1) * minutes) / (interims + 1)),
    ),
    later('stop', minutes),
  ];
}

type City = readonly [country: string, city: string, lat: number, lon: number, asn: number];

const cities: Readonly<Record<string, City>> = {
  '81.2.69.142': ['GB', 'London', 51.5, -0.1, 20712],
  '2.125.160.216': ['GB', 'Boxford', 51.8, 0.9, 5607],
  '86.208.1.1': ['FR', 'Lyon', 45.8, 4.8, 3215],
  '126.0.0.1': ['JP', 'Tokyo', 35.7, 139.7, 17676],
  '73.0.0.1': ['US', 'Chicago', 41.9, -87.6, 7922],
};

/** The addresses of the little atlas. */
export const addresses = Object.keys(cities);

/** Locates the atlas' addresses; anything else is unknown. */
export function locationOf(address: string, type: NetworkType = 'access'): Location {
  const city = cities[address];
  const unknown = { asn: 0, organization: '', type: 'unknown' } as const;
  if (!city) return { kind: 'unknown', network: unknown };
  const [country, name, lat, lon, asn] = city;
  return {
    kind: 'located',
    country,
    region: name,
    city: name,
    lat,
    lon,
    radiusKm: 200,
    confidence: 'city',
    network: { asn, organization: `${name} Telecom`, type },
  };
}

export const locate = (list: readonly string[]): Promise<ReadonlyMap<string, Location>> =>
  Promise.resolve(new Map(list.map((address) => [address, locationOf(address)])));

export const settings = (): Promise<Settings> => Promise.resolve(defaultSettings);
