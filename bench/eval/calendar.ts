// A person's days: where they are, whether they work, and the VPN sessions that makes.
// A person is in one place at a time; time never goes back, so that lines keep their leases.

import {
  type Ground,
  type Line,
  mobileLine,
  sharedLine,
  temporaryGatewayLine,
  vpnLine,
} from './access.ts';
import { countryOf, localTime, type Position, weekday } from './geography.ts';
import { airlineAsns, tripCountries } from './networks.ts';
import {
  dayMs,
  type GatewayKind,
  hourMs,
  minuteMs,
  otherGateway,
  worldStart,
} from './parameters.ts';
import { type Person, scatter } from './people.ts';
import type { Site } from './sites.ts';
import { computerAt, deviceAt, type TrueSession } from './true-session.ts';

export type CalendarContext = Ground & {
  readonly sites: readonly Site[];
  readonly days: number;
};

/** Where a day is spent and how that place is online. */
type Place = {
  readonly country: string;
  readonly line: Line;
  readonly name: string;
  readonly isForeign: boolean;
  readonly isAway: boolean;
};

type Trip = Place & {
  readonly from: number;
  readonly to: number;
  readonly isHoliday: boolean;
  readonly airline: Line | undefined;
};

/** All sessions of a person, in the order they begin within a day. */
export function simulatePerson(person: Person, context: CalendarContext): TrueSession[] {
  const journeys = planTrips(person, context);
  const sessions: TrueSession[] = [];
  for (let day = 0; day < context.days; day += 1) {
    const dayStart = worldStart + day * dayMs;
    if (dayStart < person.activeFrom || dayStart > person.activeTo) continue;
    const trip = journeys.find(({ from, to }) => day >= from && day < to);
    const place = trip ?? placeOf(person, context, dayStart);
    const work = workOf(person, dayStart, trip);
    if (work === 'office') sessions.push(...officeDay(person, context, dayStart));
    if (work === 'remote') sessions.push(...remoteDay(person, place, dayStart));
    if (trip?.airline && day === trip.from) {
      sessions.push(makeSession(person, dayStart + 5 * hourMs, 2 * hourMs, trip.airline, trip));
    }
    sessions.push(...extras(person, place, dayStart));
  }
  return sessions.filter(({ start, end }) => end - start >= 2 * minuteMs);
}

function planTrips(person: Person, context: CalendarContext): Trip[] {
  const { random } = person;
  const { trips } = person.parameters;
  const rate = person.kind === 'road' ? trips.perDayRoad : trips.perDayUsual;
  const planned: Trip[] = [];
  for (let day = Math.floor(random.exponential(1 / rate)); day < context.days; ) {
    const trip = drawTrip(person, context, day);
    planned.push(trip);
    day = trip.to + 1 + Math.floor(random.exponential(1 / rate));
  }
  return planned;
}

function drawTrip(person: Person, context: CalendarContext, from: number): Trip {
  const { random } = person;
  const { book } = context;
  const { trips } = person.parameters;
  const isHoliday = person.kind !== 'road' && random.chance(trips.holiday);
  const to = from + (isHoliday ? 7 + random.int(8) : 1 + random.int(4));
  const own = (person.homes[0] as Person['homes'][number]).country;
  const isDomestic = random.chance(trips.domestic);
  const country = isDomestic ? own : random.pick(tripCountries.filter((code) => code !== own));
  const at = scatter(random, random.pick(countryOf(country).cities), isHoliday ? 60 : 8);
  const line = isDomestic
    ? temporaryGatewayLine(random, context, country, at)
    : lineAbroad(person, context, country, at);
  const blocks = book.blocksOf(random.pick(airlineAsns));
  const isOnline = random.chance(trips.airline) && !isDomestic;
  const airline = isOnline ? sharedLine(random, blocks, 1) : undefined;
  const name = `trip-${from}`;
  return { country, line, name, isForeign: true, isAway: true, from, to, isHoliday, airline };
}

function lineAbroad(person: Person, context: CalendarContext, country: string, at: Position): Line {
  const { random } = person;
  const by = random.weighted(person.parameters.trips.abroadBy);
  if (by === 'roaming') return person.mobile;
  if (by === 'local-sim') return mobileLine(random, context, country);
  if (by === 'vpn') {
    return vpnLine(random, context.book, (person.homes[0] as { country: string }).country);
  }
  return temporaryGatewayLine(random, context, country, at);
}

function placeOf(person: Person, context: CalendarContext, dayStart: number): Place {
  const { random, secondHome } = person;
  const { access } = person.parameters;
  const home = person.homes.filter(({ from }) => from <= dayStart).at(-1) ?? person.homes[0];
  if (!home) throw new Error('everybody has a home');
  const { country } = home;
  if (secondHome && random.chance(access.secondHomeDays)) {
    return { country, line: secondHome.line, name: 'second', isForeign: true, isAway: true };
  }
  const cafeShare = person.kind === 'road' ? access.cafeOnRoad : access.cafeAtHome;
  if (random.chance(cafeShare)) {
    const isNew = random.chance(0.4);
    const line = isNew
      ? temporaryGatewayLine(random, context, country, home.at)
      : random.pick(person.cafes);
    return { country, line, name: `cafe-${dayStart}`, isForeign: true, isAway: false };
  }
  return { country, line: home.line, name: 'home', isForeign: false, isAway: false };
}

function workOf(
  person: Person,
  dayStart: number,
  trip: Trip | undefined,
): 'remote' | 'office' | 'off' {
  const { random, kind } = person;
  const { day: dayParameters } = person.parameters;
  const isWeekend = [0, 6].includes(weekday(dayStart));
  if (trip) return random.chance(trip.isHoliday ? 0.1 : isWeekend ? 0.2 : 0.8) ? 'remote' : 'off';
  if (isWeekend) return random.chance(dayParameters.weekend) ? 'remote' : 'off';
  // Sick and other days off.
  if (random.chance(0.06)) return 'off';
  if (kind === 'daily' || kind === 'contractor') return 'remote';
  if (kind === 'occasional') return random.chance(dayParameters.occasional) ? 'remote' : 'off';
  if (kind === 'road') return random.chance(0.6) ? 'remote' : 'off';
  if (random.chance(kind === 'shared' ? 0.3 : dayParameters.hybridHome)) return 'remote';
  return random.chance(dayParameters.officeVpn) ? 'office' : 'off';
}

function officeDay(person: Person, context: CalendarContext, dayStart: number): TrueSession[] {
  const { random } = person;
  const site = context.sites[person.site] as Site;
  const egress = site.egress.filter(({ from }) => from <= dayStart).at(-1);
  if (!egress) return [];
  const start = localTime(site.country, dayStart, person.startHour + random.between(0.5, 3));
  const place = {
    country: site.country,
    line: egress.line,
    name: 'office',
    isForeign: false,
    isAway: false,
  };
  return [makeSession(person, start, random.between(0.5, 6) * hourMs, egress.line, place)];
}

function remoteDay(person: Person, place: Place, dayStart: number): TrueSession[] {
  const { random } = person;
  const { day: dayParameters } = person.parameters;
  const line = lineOfDay(person, place);
  const startHour = startHourOf(person, dayStart) + random.normal(0, person.startHourSpread);
  const hours = Math.max(0.4, random.normal(dayParameters.hoursMean, dayParameters.hoursSpread));
  const sessions: TrueSession[] = [];
  let from = localTime(place.country, dayStart, startHour);
  const finish = from + hours * hourMs;
  for (const [cut, gap, isDrop] of drawCuts(person, from, finish)) {
    if (cut <= from) continue;
    sessions.push(makeSession(person, from, cut - from, line, place));
    from = cut + gap;
    if (!isDrop || !random.chance(dayParameters.dropToHotspot)) continue;
    const length = random.between(5, 60) * minuteMs;
    sessions.push(makeSession(person, from, length, person.mobile, { ...place, name: 'mobile' }));
    from += length + minuteMs;
  }
  if (finish > from) sessions.push(makeSession(person, from, finish - from, line, place));
  if (random.chance(dayParameters.evening)) {
    const evening = localTime(place.country, dayStart, random.between(19.5, 22));
    const at = Math.max(evening, finish + hourMs);
    sessions.push(makeSession(person, at, random.between(0.2, 2) * hourMs, line, place));
  }
  return sessions;
}

/** The line of a day: the place's own unless the person covers it. */
function lineOfDay(person: Person, place: Place): Line {
  const { random, vpn, corporateEgress } = person;
  const { access } = person.parameters;
  if (vpn && random.chance(vpn.use)) return vpn.line;
  if (corporateEgress && random.chance(access.corporateEgressUse)) return corporateEgress;
  if (random.chance(person.mobileShare)) return person.mobile;
  return place.line;
}

/** Breaks of a working day in order: when, for how long, and whether the line dropped. */
function drawCuts(
  { random, parameters: { day: dayParameters } }: Person,
  from: number,
  to: number,
): [number, number, boolean][] {
  const cuts: [number, number, boolean][] = [];
  if (random.chance(dayParameters.lunchBreak)) {
    cuts.push([from + random.between(3, 4.5) * hourMs, random.between(0.4, 1) * hourMs, false]);
  }
  for (let i = random.poisson(dayParameters.dropsMean); i > 0; i -= 1) {
    cuts.push([random.between(from, to), random.between(0.5, 10) * minuteMs, true]);
  }
  return cuts.filter(([cut]) => cut < to).sort((a, b) => a[0] - b[0]);
}

/** Shifts begin at 6, 14 or 22 o'clock, another one every week. */
function startHourOf(person: Person, dayStart: number): number {
  const week = Math.floor((dayStart - worldStart) / (7 * dayMs));
  return person.isShiftWorker ? 6 + 8 * ((week + person.index) % 3) : person.startHour;
}

/** The phone beside the laptop, nights on call, a late look, a computer that wakes by itself. */
function extras(person: Person, place: Place, dayStart: number): TrueSession[] {
  const { random, phone } = person;
  const { access, day: dayParameters } = person.parameters;
  const sessions: TrueSession[] = [];
  if (phone && random.chance(access.phoneDays)) {
    const start = localTime(place.country, dayStart, random.between(7, 22));
    const network = { ...place, name: 'mobile' };
    sessions.push(
      makeSession(person, start, random.between(5, 40) * minuteMs, person.mobile, network, true),
    );
  }
  const week = Math.floor((dayStart - worldStart) / (7 * dayMs));
  if (person.kind === 'on-call' && week % 4 === person.index % 4 && random.chance(0.4)) {
    const start = localTime(place.country, dayStart, random.between(22, 29));
    sessions.push(makeSession(person, start, random.between(10, 60) * minuteMs, place.line, place));
  }
  if (random.chance(dayParameters.lateCheck)) {
    const start = localTime(place.country, dayStart, random.between(22, 25.5));
    sessions.push(makeSession(person, start, random.between(3, 40) * minuteMs, place.line, place));
  }
  if (person.isAlwaysOn && random.chance(dayParameters.alwaysOnNights)) {
    const start = localTime(place.country, dayStart, random.between(23, 30));
    sessions.push(makeSession(person, start, random.between(2, 20) * minuteMs, place.line, place));
  }
  return sessions;
}

function makeSession(
  person: Person,
  start: number,
  length: number,
  line: Line,
  place: Place,
  isPhone = false,
): TrueSession {
  const { random } = person;
  const gateway = gatewayOf(person, place.isAway);
  const computer = isPhone && person.phone ? person.phone : computerAt(person, start, random);
  const device = person.isSilent ? undefined : deviceAt(gateway, computer, place);
  const end = start + length;
  const isMoving =
    !isPhone && length > 30 * minuteMs && random.chance(person.parameters.access.moves);
  const move = isMoving
    ? { at: start + length * random.between(0.2, 0.8), address: person.mobile(start) }
    : undefined;
  return {
    person: person.index,
    gateway,
    start: Math.round(start / 1000) * 1000,
    end: Math.round(end / 1000) * 1000,
    address: line(start),
    ...(move ? { move } : {}),
    ...(device ? { device } : {}),
  };
}

function gatewayOf(person: Person, isAway: boolean): GatewayKind {
  const share = isAway ? otherGateway.abroad : otherGateway.usual;
  return person.random.chance(share)
    ? person.random.weighted(person.parameters.gatewayShares)
    : person.gateway;
}
