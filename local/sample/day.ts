// The sample morning as a list of records in time order: who starts, updates and stops when.
// The same seed gives the same morning; only `morningStart` moves with the clock, by whole hours:
// hours of the day are evidence, and which records share one is the same whenever it is played.
// It knows no packets (packets.ts) and no sockets (player.ts).

import type { UnixMs } from '../../domain/accounting-event.ts';
import { type SampleGateway, type SampleGatewayName, sampleGateway } from './gateways.ts';
import { typedName, type Visit, visits } from './sample-users.ts';

export type PlannedSession = {
  readonly id: string;
  readonly visit: Visit;
  readonly userName: string;
  readonly port: number;
  readonly assignedAddress: string;
  readonly deviceMac: string;
  readonly deviceUid: string;
  readonly auditId: string;
  readonly correlationId: string;
};

export type PlannedRecord = {
  readonly gateway: SampleGatewayName;
  readonly kind: 'start' | 'interim' | 'stop' | 'gateway-on' | 'gateway-off';
  readonly time: UnixMs;
  /** Absent for Accounting-On/Off and for administration of the gateway itself. */
  readonly session?: PlannedSession;
  readonly sessionId: string;
  readonly userName?: string;
  readonly usage?: {
    readonly seconds: number;
    readonly octetsIn: number;
    readonly octetsOut: number;
  };
  /** How the gateway sends it again although it was answered: an answer was lost on the way. */
  readonly repeat?: 'same-datagram-new-port' | 'new-identifier';
  /** Weeks old: every gateway tells its age by Acct-Delay-Time. */
  readonly isKept?: true;
};

/** Length of the morning; who is connected at its end stays so until the clock's present hour. */
export const morningMinutes = 240;
/** The last record is some minutes old when it is sent. */
const quietMinutes = 4;
/** The RRAS service restarts: Off, On, sessions cut without a Stop, ids counted anew. */
const restartMinute = 120;
const restartGateway: SampleGatewayName = 'rras-hamburg';
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** When the morning begins that ends in the hour of `now`. */
export const morningStartAt = (now: UnixMs): UnixMs =>
  Math.floor(now / hourMs) * hourMs - morningMinutes * minuteMs;

/** A small seeded generator (mulberry32): the same seed, the same numbers in [0, 1). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A visit as its gateway keeps it: a restart cuts one visit into two sessions. */
type Stretch = { visit: Visit; fromMinute: number; toMinute: number; hasStop: boolean };

/** @param lastMinute until then who is still connected is heard of */
function stretches(visit: Visit, lastMinute: number): Stretch[] {
  const toMinute = visit.fromMinute + (visit.minutes ?? Number.POSITIVE_INFINITY);
  const hasStop = toMinute < morningMinutes - quietMinutes;
  const whole = {
    visit,
    fromMinute: visit.fromMinute,
    toMinute: hasStop ? toMinute : lastMinute,
    hasStop,
  };
  if (visit.gateway !== restartGateway) return [whole];
  if (whole.fromMinute >= restartMinute || whole.toMinute <= restartMinute) return [whole];
  const backMinute = restartMinute + 3 + (visit.fromMinute % 5);
  const before = { ...whole, toMinute: restartMinute - 1, hasStop: false };
  return whole.toMinute > backMinute + 5
    ? [before, { ...whole, fromMinute: backMinute }]
    : [before];
}

type Random = () => number;
const hex = (random: Random, length: number): string =>
  Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join('');

/** What stays the same for a computer on every visit: derived from its number. */
function computerOf({ computer }: Visit): { deviceMac: string; deviceUid: string } {
  const number = Number(computer.replace(/\D/g, '')) || 0;
  const random = seededRandom(number);
  const mac = `00-15-5d-${hex(random, 6).replace(/(..)(?=.)/g, '$1-')}`;
  return { deviceMac: mac, deviceUid: hex(random, 40).toUpperCase() };
}

function sessionId(
  gateway: SampleGateway,
  count: number,
  random: Random,
  startSec: number,
): string {
  switch (gateway.vendor) {
    case 'cisco-asa':
      return (0x1cff7000 + count * 0x1000).toString(16).toUpperCase();
    case 'microsoft-rras':
      return String(count);
    case 'f5-apm':
      return hex(random, 8);
    case 'check-point':
      return `${startSec.toString(16)}-0-1-c00002${(0x40 + count).toString(16)}`;
  }
}

/** A session of a visit; `count` numbers the sessions of its gateway. */
export function planSession(
  visit: Visit,
  count: number,
  start: UnixMs,
  random: Random,
): PlannedSession {
  const gateway = sampleGateway(visit.gateway);
  const id = sessionId(gateway, count, random, Math.floor(start / 1000));
  return {
    id,
    visit,
    userName: typedName(visit),
    port: gateway.vendor === 'cisco-asa' ? Number.parseInt(id, 16) : 128 + count,
    assignedAddress: `${gateway.pool}.${14 + Math.floor(count / 200)}.${10 + (count % 200)}`,
    ...computerOf(visit),
    auditId: `0a700e19${id.toLowerCase().padStart(8, '0')}${Math.floor(start / 1000).toString(16)}`,
    correlationId: `{${hex(random, 32)
      .toUpperCase()
      .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')}}`,
  };
}

function sessionRecords(stretch: Stretch, session: PlannedSession, start: UnixMs, random: Random) {
  const gateway = sampleGateway(stretch.visit.gateway);
  const about = { gateway: gateway.name, session, sessionId: session.id };
  const end = start + (stretch.toMinute - stretch.fromMinute) * minuteMs;
  const rateIn = 4_000 + random() * 60_000;
  const rateOut = 40_000 + random() * 700_000;
  const usageAt = (time: UnixMs) => {
    const seconds = Math.round((time - start) / 1000);
    return {
      seconds,
      octetsIn: Math.round(seconds * rateIn),
      octetsOut: Math.round(seconds * rateOut),
    };
  };

  const records: PlannedRecord[] = [{ ...about, kind: 'start', time: start }];
  const periodMs = (gateway.interimMinutes ?? Number.POSITIVE_INFINITY) * minuteMs;
  for (let time = start + periodMs; time < end; time += periodMs) {
    records.push({ ...about, kind: 'interim', time, usage: usageAt(time) });
  }
  if (stretch.hasStop) records.push({ ...about, kind: 'stop', time: end, usage: usageAt(end) });
  return records;
}

/** Restart of RRAS in the middle of the morning, and an administrator on the ASA. */
function gatewayRecords(morningStart: UnixMs): PlannedRecord[] {
  const at = (minute: number): UnixMs => morningStart + minute * minuteMs;
  const rras = { gateway: restartGateway, sessionId: '0' } as const;
  const admin = { gateway: 'asa-london', sessionId: '00A51000', userName: 'netadmin' } as const;
  return [
    { ...rras, kind: 'gateway-on', time: at(0) },
    { ...rras, kind: 'gateway-off', time: at(restartMinute) },
    { ...rras, kind: 'gateway-on', time: at(restartMinute + 1) },
    { ...admin, kind: 'start', time: at(66) },
  ];
}

/** Every 23rd record is sent twice, in the two ways that a plain duplicate check misses. */
function withRepeats(records: readonly PlannedRecord[]): PlannedRecord[] {
  return records.map((record, index) =>
    index % 23 === 11
      ? { ...record, repeat: index % 2 === 0 ? 'same-datagram-new-port' : 'new-identifier' }
      : record,
  );
}

/**
 * The sample morning, in time order.
 *
 * @param morningStart Unix ms, a whole hour; the plan covers `morningMinutes` from there
 * @param now until then those who are still connected are heard of; absent: the morning's end
 */
export function planMorning(
  morningStart: UnixMs,
  now = morningStart + morningMinutes * minuteMs,
): readonly PlannedRecord[] {
  const random = seededRandom(20_261_123);
  const counts = new Map<string, number>();
  const lastMinute = (now - morningStart) / minuteMs - quietMinutes;
  const records = visits
    .flatMap((visit) => stretches(visit, lastMinute))
    .sort((a, b) => a.fromMinute - b.fromMinute)
    .flatMap((stretch) => {
      const isAfterRestart =
        stretch.visit.gateway === restartGateway && stretch.fromMinute > restartMinute;
      const counter = isAfterRestart ? `${restartGateway} again` : stretch.visit.gateway;
      const count = (counts.get(counter) ?? 0) + 1;
      counts.set(counter, count);
      const start = morningStart + stretch.fromMinute * minuteMs + Math.floor(random() * 50) * 1000;
      const session = planSession(stretch.visit, count, start, random);
      return sessionRecords(stretch, session, start, random);
    });
  const all = [...gatewayRecords(morningStart), ...records];
  return withRepeats(all.sort((a, b) => a.time - b.time));
}
