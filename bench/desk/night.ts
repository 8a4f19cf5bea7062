// Last night at the desk: six people who have worked from London for forty days, and whose accounts
// then come from one network in Buenos Aires within 40 minutes, through two gateways. What is
// judged, grouped and learned is done by the process function itself.

import type { AccountingEvent } from '../../domain/accounting-event.ts';
import type { Located } from '../../domain/location.ts';
import { sha256Hash } from '../../lambdas/shared/hash.ts';
import { makeTableProcess, type TableOptions } from '../../lambdas/wiring/table-handlers.ts';
import { recordOf } from '../api/organisation.ts';

const accounts = ['emma.clark', 'hugo.price', 'ivy.reid', 'noah.lane', 'olga.fox', 'paul.hart'];
const homeDays = 40;
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** Between one account and the next. */
const stepMs = 7 * minuteMs;

/** Where the accounts came from last night. */
export const nightAddress = '181.15.27.153';

type Town = Omit<Located, 'kind' | 'confidence' | 'radiusKm'>;
const located = (town: Town): Located => {
  return { kind: 'located', confidence: 'city', radiusKm: 25, ...town };
};
const buenosAires = located({
  country: 'AR',
  region: 'Buenos Aires F.D.',
  city: 'Buenos Aires',
  lat: -34.6,
  lon: -58.4,
  network: { asn: 7303, organization: 'Telecom Argentina S.A.', type: 'access' },
});
const london = located({
  country: 'GB',
  region: 'England',
  city: 'London',
  lat: 51.5,
  lon: -0.1,
  network: { asn: 2856, organization: 'British Telecommunications PLC', type: 'access' },
});

type Visit = {
  readonly account: string;
  readonly address: string;
  readonly start: number;
  /** Absent: it is open still. */
  readonly minutes?: number;
  readonly gateway: string;
};

function eventsOf({ account, address, start, minutes, gateway }: Visit): AccountingEvent[] {
  const id = `${account}-${start.toString(36)}`;
  const raw = `${account}@contoso.com`;
  const base = {
    eventId: sha256Hash(`${id}-start`).slice(0, 22),
    kind: 'start' as const,
    time: start,
    receivedTime: start,
    gateway: { id: gateway, address: '10.0.0.1', vendor: 'cisco-asa' },
    session: { id },
    user: { raw, account, domain: 'contoso.com', form: 'upn' as const },
    clientAddress: address,
    assignedAddresses: ['10.20.0.7'],
    vendorAttributes: {},
    flags: [],
  };
  if (minutes === undefined) return [base];
  const time = start + minutes * minuteMs;
  const session = { id, seconds: minutes * 60, octetsIn: '1000000', octetsOut: '5000000' };
  const eventId = sha256Hash(`${id}-stop`).slice(0, 22);
  return [base, { ...base, eventId, kind: 'stop', time, receivedTime: time, session }];
}

/** A working day from home, by days before today. */
const dayAtHome = (midnight: number, daysAgo: number): Visit[] =>
  accounts.map((account, at) => ({
    account,
    address: `81.2.69.${140 + at}`,
    start: midnight - daysAgo * dayMs + 8 * hourMs + ((daysAgo * 37 + at * 11) % 90) * minuteMs,
    minutes: 400 + ((daysAgo * 53) % 60),
    gateway: 'asa-london',
  }));

/** Plays the days before and last night into the tables. */
export async function playNight(options: TableOptions): Promise<void> {
  const now = options.now();
  const midnight = Math.floor(now / dayMs) * dayMs;
  let clock = now;
  const process = makeTableProcess({
    ...options,
    now: () => clock,
    locate: async (addresses) =>
      new Map(addresses.map((one) => [one, one === nightAddress ? buenosAires : london])),
    postpone: async () => undefined,
    bus: { send: async () => undefined },
  });
  const days = Array.from({ length: homeDays }, (_, at) => homeDays - at);
  const home = days.map((daysAgo) => dayAtHome(midnight, daysAgo));
  const night = accounts.map((account, at): Visit[] => [
    {
      account,
      address: nightAddress,
      start: now - 5 * hourMs + at * stepMs,
      gateway: at % 2 === 0 ? 'asa-london' : 'ftd-madrid',
      ...(at === 0 ? {} : { minutes: 30 }),
    },
  ]);
  for (const [at, visits] of [...home, ...night].entries()) {
    const events = visits.flatMap(eventsOf).sort((a, b) => a.time - b.time);
    clock = events.at(-1)?.time ?? now;
    const answer = await process({ Records: [recordOf(events, at)] });
    if (answer.batchItemFailures.length > 0) throw new Error('a day could not be processed');
  }
}
