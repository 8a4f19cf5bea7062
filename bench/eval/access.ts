// Lines people and attackers connect by. A line is asked for its address at a time that never goes
// back; it remembers its lease. Where the databases put a line is drawn once, with their errors.

import { type AddressBook, addressIn, type Block } from './address-book.ts';
import type { Position } from './geography.ts';
import { hostingAsns, networksOf, vpnAsns } from './networks.ts';
import { cityKm, dayMs, nearKm, type Parameters } from './parameters.ts';
import type { Random } from './random.ts';

/** What lines are drawn from: real addresses, and how the world's access networks behave. */
export type Ground = { readonly book: AddressBook; readonly parameters: Parameters };

/** Gives the public address at a time; times of successive calls do not decrease. */
export type Line = (at: number) => string;

/** The carrier of a country, by its share of lines. */
export function drawCarrier(random: Random, country: string, except?: number): number {
  const access = networksOf[country]?.access ?? [];
  const rest = access.filter(([asn]) => asn !== except);
  return random.weighted(rest.length > 0 ? rest : access);
}

/**
 * A group of blocks that one BRAS serves, as the database sees it from a place: mostly in the
 * city, sometimes the next one, another one, another country.
 */
function drawGroup(
  random: Random,
  { book, parameters }: Ground,
  where: { readonly asn: number; readonly country: string; readonly at: Position },
): readonly Block[] {
  const { asn, country, at } = where;
  const reach = random.weighted(parameters.homeGeo);
  const candidates =
    reach === 'city'
      ? book.near(asn, at, 0, cityKm)
      : reach === 'near'
        ? book.near(asn, at, cityKm, nearKm)
        : reach === 'country'
          ? book.inCountry(asn, country)
          : book.blocksOf(asn).filter((block) => block.country !== country);
  const usable = candidates.length > 0 ? candidates : book.nearest(asn, at, country, 4);
  const first = random.pick(usable.length > 0 ? usable : book.blocksOf(asn));
  // The rest of the group lies where the database puts the first: ranges are booked together.
  const siblings = usable.filter((block) => block.city === first.city);
  return [first, ...random.sample(siblings, 2 + random.int(8))];
}

/** A fixed line at home. `isIpv6`: the gateway sees the person's IPv6 address. */
export function homeLine(
  random: Random,
  ground: Ground,
  where: { readonly asn: number; readonly country: string; readonly at: Position },
  isIpv6: boolean,
): Line {
  const { book, parameters } = ground;
  const ipv6 = isIpv6 ? book.blocksOf(where.asn, 6) : [];
  if (ipv6.length > 0) return ipv6Line(random, ipv6, where.at);
  const lease = random.weighted(parameters.leases);
  const groups = Array.from({ length: lease.groups }, () => drawGroup(random, ground, where));
  const draw = (): string => addressIn(random.pick(random.pick(groups)), 1 + random.int(254));
  let address = draw();
  let until = leaseEnd(random, lease.days, 0);
  return (at) => {
    if (until === 0) until = leaseEnd(random, lease.days, at);
    if (at < until) return address;
    if (!random.chance(parameters.leaseStays))
      groups[random.int(groups.length)] = drawGroup(random, ground, where);
    address = draw();
    until = leaseEnd(random, lease.days, at);
    return address;
  };
}

/** When a lease taken at `at` ends; nightly leases end at about 03:00. */
function leaseEnd(random: Random, meanDays: number, at: number): number {
  if (meanDays === 0) return Number.POSITIVE_INFINITY;
  if (at === 0) return 0;
  if (meanDays === 1) return (Math.floor(at / dayMs) + 1) * dayMs + 3 * 3600_000;
  return at + random.exponential(meanDays) * dayMs;
}

/** One /64 that stays for weeks; the interface id is fresh every day (RFC 8981). */
function ipv6Line(random: Random, blocks: readonly Block[], at: Position): Line {
  const near = [...blocks].sort((a, b) => squareDistance(a, at) - squareDistance(b, at));
  const pool = near.slice(0, 4);
  let block = random.pick(pool);
  let subnet = random.int(256);
  let until = 0;
  let interfaceDay = -1;
  let address = '';
  return (time) => {
    const day = Math.floor(time / dayMs);
    if (time >= until) {
      if (until > 0 && random.chance(0.5)) block = random.pick(pool);
      if (until > 0) subnet = random.int(256);
      until = time + random.exponential(40) * dayMs;
      interfaceDay = -1;
    }
    if (day !== interfaceDay) {
      interfaceDay = day;
      const id = (BigInt(random.int(2 ** 31)) << 32n) | BigInt(random.int(2 ** 31));
      address = addressIn(block, subnet, id + 1n);
    }
    return address;
  };
}

/** Order by nearness only: no need for great circles. */
function squareDistance(a: Position, b: Position): number {
  return (a.lat - b.lat) ** 2 + (a.lon - b.lon) ** 2;
}

/** A mobile carrier: a fresh CGNAT address of one of its hubs every time, now and then NAT64. */
export function mobileLine(random: Random, { book, parameters }: Ground, country: string): Line {
  const carriers = networksOf[country]?.mobile ?? [];
  const blocks = book.inCountry(random.pick(carriers), country);
  const cities = [...new Set(blocks.map((block) => block.city))];
  const hubs = new Set(random.sample(cities, 2 + random.int(4)));
  const pool = random.sample(
    blocks.filter((block) => hubs.has(block.city)),
    12,
  );
  return () => {
    const address = addressIn(random.pick(pool), random.int(256));
    return random.chance(parameters.access.nat64) ? `64:ff9b::${address}` : address;
  };
}

/** Somebody else's line near a place: a café, a hotel, a friend; kept while the person stays. */
export function temporaryGatewayLine(
  random: Random,
  ground: Ground,
  country: string,
  at: Position,
): Line {
  const asn = drawCarrier(random, country);
  const address = addressIn(
    random.pick(drawGroup(random, ground, { asn, country, at })),
    random.int(254),
  );
  return () => address;
}

/** A commercial VPN: favourite exit countries, a fresh server every time. */
export function vpnLine(random: Random, book: AddressBook, country: string): Line {
  const services = random.sample(vpnAsns, 2);
  const favourites = random.sample(['NL', 'US', 'GB', 'CH', 'DE', 'FR'], 1 + random.int(2));
  const exits = (of: string): readonly Block[] =>
    services.flatMap((asn) => book.inCountry(asn, of));
  const own = exits(country);
  const foreign = favourites.flatMap(exits);
  return () => {
    const pool = (random.chance(0.5) && own.length > 0) || foreign.length === 0 ? own : foreign;
    const usable = pool.length > 0 ? pool : book.blocksOf(9009);
    return addressIn(random.pick(usable), random.int(256));
  };
}

/** Addresses many share: an office's egress, a security service, an airline. */
export function sharedLine(random: Random, blocks: readonly Block[], addresses: number): Line {
  const pool = Array.from({ length: addresses }, () =>
    addressIn(random.pick(blocks), 1 + random.int(254)),
  );
  return () => random.pick(pool);
}

/** A server in a data centre of a country; undefined when the world's hosters have none there. */
export function hostingAddress(
  random: Random,
  book: AddressBook,
  country: string,
): string | undefined {
  const asns = hostingAsns.filter((asn) => book.inCountry(asn, country).length > 0);
  if (asns.length === 0) return undefined;
  return addressIn(random.pick(book.inCountry(random.pick(asns), country)), random.int(256));
}
