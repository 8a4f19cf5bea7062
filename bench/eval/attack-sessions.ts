// The sessions an attacker makes, by kind of attack: from where, when, with what computer.
// Attackers know a password; accounting records are all that is seen of them.

import { drawCarrier, type Ground, hostingAddress, temporaryGatewayLine } from './access.ts';
import { addressIn, type Block } from './address-book.ts';
import type { Computer } from './computers.ts';
import { localTime } from './geography.ts';
import { attackCountries, hostingAsns, networksOf } from './networks.ts';
import { type AttackClass, dayMs, hourMs, minuteMs, worldStart } from './parameters.ts';
import { type Home, type Person, scatter } from './people.ts';
import type { Random } from './random.ts';
import { computerAt, deviceAt, type TrueSession } from './true-session.ts';

export type AttackContext = Ground & {
  readonly seed: number;
  readonly people: readonly Person[];
  /** The persons' own sessions, by person, in time order. */
  readonly own: readonly (readonly TrueSession[])[];
  /** Networks that own sessions came from. */
  readonly usedAsns: ReadonlySet<number>;
  readonly days: number;
};

export type Attack = {
  readonly random: Random;
  readonly context: AttackContext;
  readonly victim: Person;
  readonly home: Home;
  readonly computer: Computer;
  /** First session begins about here. */
  readonly at: number;
  /** Where the attacker sits and sleeps, whatever the address says. */
  readonly base: string;
};

/** Draws the address of each session in turn; undefined when the world has no such address. */
type Source = (index: number) => string | undefined;

/** The sessions of one attack on one person; empty when the world has no such place. */
export function sessionsOf(attack: AttackClass, one: Attack): TrueSession[] {
  const { random, context, home } = one;
  const { book } = context;
  switch (attack) {
    case 'dc-abroad': {
      const countries = ['US', 'NL', 'DE', 'GB', 'FR', 'SG', 'PL', 'CA'];
      return visits(
        one,
        sticky(one, () => hostingAddress(random, book, other(random, countries, home))),
      );
    }
    case 'dc-country':
      return visits(
        one,
        sticky(one, () => hostingAddress(random, book, home.country)),
      );
    case 'home-abroad':
      return visits(
        one,
        sticky(one, () => accessAddress(one, other(random, attackCountries, home))),
      );
    case 'proxy-country':
      return visits(one, () => proxyAddress(one, home.country));
    case 'same-city':
      return visits(
        one,
        sticky(one, () => nearAddress(one, drawCarrier(random, home.country, home.asn), 0, 40)),
      );
    case 'same-city-asn':
      return visits(
        one,
        sticky(one, () => nearAddress(one, home.asn, 0, 40)),
      );
    case 'stolen-laptop':
      return stolenLaptop(one);
    case 'mimic':
      return mimic(one);
    case 'hijack-far':
      return hijack(one, () => accessAddress(one, other(random, attackCountries, home)));
    case 'hijack-near':
      return hijack(one, () => nearAddress(one, drawCarrier(random, home.country), 60, 700));
    default:
      return slowPoison(one);
  }
}

/** One to three sessions within three days. */
function visits(one: Attack, source: Source, hours: 'any' | 'victim' = 'any'): TrueSession[] {
  const { random } = one;
  const { hours: styles, visitsMax, pauseHours } = one.context.parameters.attackers;
  const sessions: TrueSession[] = [];
  const style = hours === 'victim' ? 'victim' : random.weighted(styles);
  const count = 1 + random.int(visitsMax);
  let at = one.at;
  for (let i = 0; i < count; i += 1) {
    const address = source(i);
    if (address === undefined) return [];
    sessions.push(attackSession(one, atHours(one, at, style), address));
    at += random.between(...pauseHours) * hourMs;
  }
  return sessions;
}

/** The same address again in most sessions, else a fresh one. */
function sticky({ random, context }: Attack, draw: () => string | undefined): Source {
  let address: string | undefined;
  return () => {
    if (address === undefined || random.chance(context.parameters.attackers.freshAddress)) {
      address = draw();
    }
    return address;
  };
}

function atHours(one: Attack, at: number, style: 'own' | 'victim' | 'night'): number {
  const { random, victim, home } = one;
  const dayStart = Math.floor(at / dayMs) * dayMs;
  if (style === 'own') return localTime(one.base, dayStart, random.between(9, 19));
  const hour =
    style === 'victim' ? victim.startHour + random.between(0, 8) : random.between(22, 29);
  return localTime(home.country, dayStart, hour);
}

function attackSession(
  one: Attack,
  start: number,
  address: string,
  computer = one.computer,
): TrueSession {
  const { random, victim } = one;
  const { attackers, gatewayShares } = one.context.parameters;
  const isUsual = random.chance(attackers.usualGateway);
  const gateway = isUsual ? victim.gateway : random.weighted(gatewayShares);
  const isOwn = computer === one.computer;
  const isSilent = victim.isSilent || (isOwn && random.chance(attackers.silentDevice));
  const device = isSilent
    ? undefined
    : deviceAt(gateway, computer, { name: 'home', isForeign: false });
  const length = Math.max(5 * minuteMs, random.exponential(1.2) * hourMs);
  return {
    person: victim.index,
    gateway,
    start: Math.round(start / 1000) * 1000,
    end: Math.round((start + length) / 1000) * 1000,
    address,
    ...(device ? { device } : {}),
  };
}

function other(random: Random, countries: readonly string[], home: Home): string {
  return random.pick(countries.filter((code) => code !== home.country));
}

function hostOf(random: Random, blocks: readonly Block[]): string | undefined {
  return blocks.length > 0 ? addressIn(random.pick(blocks), 1 + random.int(254)) : undefined;
}

/** Some line of a country, wherever its database puts it. */
function accessAddress({ random, context }: Attack, country: string): string | undefined {
  return hostOf(random, context.book.inCountry(drawCarrier(random, country), country));
}

/** A line of the country that somebody's computer or phone lends out. */
function proxyAddress(one: Attack, country: string): string | undefined {
  const { random, context } = one;
  const { mobileProxies } = context.parameters.attackers;
  const carriers = networksOf[country]?.mobile ?? [];
  if (carriers.length === 0 || !random.chance(mobileProxies)) return accessAddress(one, country);
  return hostOf(random, context.book.inCountry(random.pick(carriers), country));
}

function nearAddress(one: Attack, asn: number, minKm: number, maxKm: number): string | undefined {
  const near = one.context.book.near(asn, one.home.at, minKm, maxKm);
  return hostOf(
    one.random,
    near.filter((block) => block.country === one.home.country),
  );
}

/** The victim is connected for hours; in the middle of it the attacker connects too. */
function hijack(one: Attack, source: () => string | undefined): TrueSession[] {
  const { random, context, victim } = one;
  const open = (context.own[victim.index] ?? []).find(
    ({ start, end }) => start > one.at && start < one.at + 10 * dayMs && end - start > hourMs,
  );
  const address = source();
  if (!open || address === undefined) return [];
  const start = open.start + random.between(0.2, 0.8) * (open.end - open.start);
  const first = attackSession(one, start, address);
  if (!random.chance(0.5)) return [first];
  return [first, attackSession(one, first.end + random.between(1, 20) * hourMs, address)];
}

function stolenLaptop(one: Attack): TrueSession[] {
  const { random, context, victim, home } = one;
  const computer = computerAt(victim, one.at, random);
  const line = temporaryGatewayLine(random, context, home.country, scatter(random, home.at, 20));
  const count = 1 + random.int(2);
  return Array.from({ length: count }, (_, i) => {
    const dayStart = Math.floor(one.at / dayMs + i) * dayMs;
    const hour = random.chance(0.5) ? random.between(22, 29) : random.between(8, 22);
    return attackSession(one, localTime(home.country, dayStart, hour), line(0), computer);
  });
}

function mimic(one: Attack): TrueSession[] {
  const { random, victim, home } = one;
  const computer = computerAt(victim, one.at, random);
  const asn = drawCarrier(random, home.country, home.asn);
  const source = sticky(one, () => nearAddress(one, asn, 0, 40));
  return visits({ ...one, computer }, source, 'victim');
}

/** Fifteen days: near on the victim's own network, then in the country, then from hosting. */
function slowPoison(one: Attack): TrueSession[] {
  const { random, context, home } = one;
  const near = nearAddress(one, home.asn, 0, 40);
  const hosted = hostingAddress(random, context.book, home.country);
  const first = Math.min(one.at, worldStart + context.days * dayMs - 16 * dayMs);
  const sessions: TrueSession[] = [];
  for (let day = 0; day < 15; day += 1) {
    const address = day < 5 ? near : day < 10 ? proxyAddress(one, home.country) : hosted;
    if (address === undefined) return [];
    sessions.push(attackSession(one, atHours(one, first + day * dayMs, 'victim'), address));
  }
  return sessions;
}

/** One network the organisation has never seen; each victim once, within twelve hours. */
export function spray(attacks: readonly Attack[]): TrueSession[] {
  const { random, context } = attacks[0] as Attack;
  const foreign = attackCountries.flatMap(
    (code) => networksOf[code]?.access.map(([asn]) => asn) ?? [],
  );
  const pool = (random.chance(0.5) ? hostingAsns : foreign).filter(
    (asn) => !context.usedAsns.has(asn),
  );
  if (pool.length === 0) return [];
  const blocks = random.sample(context.book.blocksOf(random.pick(pool)), 6);
  const first = (attacks[0] as Attack).at;
  return attacks.flatMap((one) => {
    const address = hostOf(random, blocks);
    return address ? [attackSession(one, first + random.between(0, 12) * hourMs, address)] : [];
  });
}
