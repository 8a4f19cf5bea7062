// Who works for the organisation: homes, lines, computers, habits. Drawn once per seed.

import {
  drawCarrier,
  guestLine,
  homeLine,
  type Line,
  mobileLine,
  sharedLine,
  vpnLine,
} from './access.ts';
import type { AddressBook } from './address-book.ts';
import { type City, countryOf, type Position } from './geography.ts';
import {
  contractorCountries,
  corporateEgressAsns,
  satelliteAsns,
  siteCountries,
} from './networks.ts';
import {
  access,
  change,
  day,
  dayMs,
  type Flavour,
  type GatewayKind,
  gatewayShares,
  type Kind,
  kinds,
  leaverShare,
  macKeyShare,
  randomMacShare,
  silentClientShare,
  worldStart,
} from './parameters.ts';
import { Random } from './random.ts';

/** Where a person lives from some time on, and the line there. */
export type Home = {
  readonly from: number;
  readonly country: string;
  readonly at: Position;
  readonly asn: number;
  readonly line: Line;
};

/** A computer as gateways see it. */
export type Computer = {
  readonly name: string;
  readonly os: string;
  readonly isPhone: boolean;
  /** Gateways that send the adapter's address instead of the unique id. */
  readonly isMacKeyed: boolean;
  readonly isMacRandom: boolean;
};

export type Person = {
  readonly index: number;
  readonly account: string;
  readonly kind: Kind;
  readonly random: Random;
  readonly site: number;
  readonly gateway: GatewayKind;
  /** The client tells nothing of the computer. */
  readonly isSilent: boolean;
  /** In order of `from`; the first is from the beginning of the world. */
  readonly homes: readonly Home[];
  readonly secondHome: Home | undefined;
  readonly mobile: Line;
  readonly cafes: readonly Line[];
  readonly vpn: { readonly line: Line; readonly use: number } | undefined;
  readonly corporateEgress: Line | undefined;
  readonly mobileShare: number;
  readonly computers: readonly { readonly computer: Computer; readonly from: number }[];
  readonly secondComputer: Computer | undefined;
  readonly phone: Computer | undefined;
  readonly startHour: number;
  readonly activeFrom: number;
  readonly activeTo: number;
  /** How the person writes the account: 0 plain, 1 down-level, 2 UPN; and the case. */
  readonly spelling: { readonly form: number; readonly isUpper: boolean };
};

/** An office and its way out, which may change to another provider. */
export type Site = {
  readonly country: string;
  readonly city: City;
  readonly egress: readonly { readonly from: number; readonly line: Line }[];
};

export type Organisation = {
  readonly sites: readonly Site[];
  readonly people: readonly Person[];
  /** The other holders of shared accounts, under the account's index. */
  readonly holders: readonly Person[];
};

type Context = {
  readonly seed: number;
  readonly book: AddressBook;
  readonly flavour: Flavour;
  readonly days: number;
};

/** Draws an organisation of `count` people. */
export function drawOrganisation(context: Context, count: number): Organisation {
  const random = new Random(context.seed, 'organisation');
  const sites = drawSites(context, random);
  const corporate = [1, 2].map(() => {
    const blocks = context.book.blocksOf(random.pick(corporateEgressAsns));
    const country = sites[0]?.country ?? '';
    const local = blocks.filter((block) => block.country === country);
    return sharedLine(random, local.length > 0 ? local : blocks, 6);
  });
  const people = Array.from({ length: count }, (_, index) =>
    drawPerson(context, sites, corporate, index),
  );
  const holders = people
    .filter((person) => person.kind === 'shared')
    .flatMap((person) =>
      [1, 2].map((nth) => drawPerson(context, sites, corporate, person.index, nth)),
    )
    .map((holder) => ({ ...holder, kind: 'shared' as const }));
  return { sites, people, holders };
}

function drawSites(context: Context, random: Random): Site[] {
  const countries = random.sample(siteCountries, 2 + random.int(3));
  const end = context.days * dayMs;
  const moving = random.int(4);
  return [0, 1, 2, 3].map((index) => {
    const country = (index === 0 ? countries[0] : random.pick(countries)) as string;
    const city = random.pick(countryOf(country).cities);
    const asn = drawCarrier(random, country);
    const officeLine = (of: number): Line => {
      const near = context.book.near(of, city, 0, 60);
      const blocks = near.length > 0 ? near : context.book.nearest(of, city, country, 3);
      return sharedLine(random, [random.pick(blocks)], 2);
    };
    const egress = [{ from: 0, line: officeLine(asn) }];
    if (index === moving) {
      const from = worldStart + random.between(0.55, 0.9) * end;
      egress.push({ from, line: officeLine(drawCarrier(random, country, asn)) });
    }
    return { country, city, egress };
  });
}

function drawPerson(
  context: Context,
  sites: readonly Site[],
  corporate: readonly Line[],
  index: number,
  nth = 0,
): Person {
  const { book, flavour } = context;
  const random = new Random(context.seed, 'person', index, nth);
  const kind = random.weighted(kinds);
  const site = random.chance(0.45) ? 0 : random.int(sites.length);
  const country =
    kind === 'contractor' ? random.pick(contractorCountries) : (sites[site] as Site).country;
  const city =
    kind === 'contractor' || random.chance(0.2)
      ? random.pick(countryOf(country).cities)
      : (sites[site] as Site).city;
  const homes = drawHomes(context, random, country, city);
  const at = (homes[0] as Home).at;
  const secondCity = random.pick(countryOf(country).cities);
  const gateway = random.weighted(gatewayShares);
  const isPhoneUser = random.chance(access.phone);
  const corporateLine = random.chance(access.corporateEgress) ? random.pick(corporate) : undefined;
  const [activeFrom, activeTo] = drawActive(context, random, kind);
  return {
    index,
    account: `${random.pick(firstNames)}.${random.pick(lastNames)}${index}`,
    kind,
    random,
    site,
    gateway,
    isSilent:
      random.chance(flavour.deviceless) || (gateway === 'asa' && random.chance(silentClientShare)),
    homes,
    secondHome: random.chance(access.secondHome)
      ? drawHome(context, random, country, scatter(random, secondCity, 40), 0)
      : undefined,
    mobile: mobileLine(random, book, country),
    cafes: [0, 1, 2].map(() => guestLine(random, book, country, at)),
    vpn: random.chance(access.personalVpn)
      ? { line: vpnLine(random, book, country), use: random.between(...access.vpnUse) }
      : undefined,
    corporateEgress: corporateLine,
    // Few people are mobile every day: most of the share comes from a minority.
    mobileShare: Math.min(0.95, random.exponential(flavour.mobileSessions)),
    computers: drawComputers(context, random),
    secondComputer: random.chance(change.secondComputer) ? drawComputer(random, false) : undefined,
    phone: isPhoneUser ? drawComputer(random, true) : undefined,
    startHour: random.normal(day.startHourMean, day.startHourSpreadPeople),
    activeFrom,
    activeTo,
    spelling: { form: random.int(3), isUpper: random.chance(0.15) },
  };
}

function drawActive(context: Context, random: Random, kind: Kind): [number, number] {
  const end = worldStart + context.days * dayMs;
  if (kind === 'new-hire') {
    return [worldStart + random.between(0.05, 0.85) * context.days * dayMs, end];
  }
  return random.chance(leaverShare)
    ? [0, worldStart + random.next() * (end - worldStart)]
    : [0, end];
}

function drawHomes(context: Context, random: Random, country: string, city: City): Home[] {
  const first = drawHome(context, random, country, scatter(random, city, 18), 0);
  const when = worldStart + random.between(0.1, 0.95) * context.days * dayMs;
  if (random.chance(change.relocation)) {
    const next = scatter(random, random.pick(countryOf(country).cities), 18);
    return [first, drawHome(context, random, country, next, when)];
  }
  if (random.chance(change.provider)) {
    return [first, drawHome(context, random, country, first.at, when, first.asn)];
  }
  return [first];
}

function drawHome(
  context: Context,
  random: Random,
  country: string,
  at: Position,
  from: number,
  otherThan?: number,
): Home {
  const { book, flavour } = context;
  const satellite = book.inCountry(satelliteAsns[0] as number, country);
  if (random.chance(access.satellite) && satellite.length > 0) {
    const asn = satelliteAsns[0] as number;
    return { from, country, at, asn, line: sharedLine(random, satellite, 3) };
  }
  const asn = drawCarrier(random, country, otherThan);
  const line = homeLine(random, book, { asn, country, at }, random.chance(flavour.ipv6Homes));
  return { from, country, at, asn, line };
}

/** A point around a place, exponentially thinning out. */
export function scatter(random: Random, place: Position, meanKm: number): Position {
  const km = random.exponential(meanKm);
  const angle = random.next() * 2 * Math.PI;
  return {
    lat: place.lat + (km / 111) * Math.sin(angle),
    lon: place.lon + ((km / 111) * Math.cos(angle)) / Math.cos((place.lat * Math.PI) / 180),
  };
}

function drawComputers(context: Context, random: Random): Person['computers'] {
  const first = { computer: drawComputer(random, false), from: 0 };
  if (!random.chance(change.newComputer)) return [first];
  const from = worldStart + random.between(0.05, 0.95) * context.days * dayMs;
  return [first, { computer: drawComputer(random, false), from }];
}

export function drawComputer(random: Random, isPhone: boolean): Computer {
  const name = isPhone ? `PH-${random.int(1e6)}` : `LT-${random.int(1e5)}`;
  const os = isPhone
    ? random.pick(['iOS', 'Android'])
    : random.weighted([
        ['Windows', 80],
        ['macOS', 16],
        ['Linux', 4],
      ]);
  const isMacKeyed = random.chance(macKeyShare);
  return {
    name,
    os,
    isPhone,
    isMacKeyed,
    isMacRandom: isMacKeyed && random.chance(randomMacShare),
  };
}

const firstNames = [
  'anna',
  'ben',
  'carla',
  'david',
  'eva',
  'felix',
  'grace',
  'hugo',
  'ines',
  'jan',
  'kim',
  'lea',
  'mo',
  'nora',
  'otto',
  'paula',
];
const lastNames = [
  'adler',
  'brand',
  'costa',
  'dubois',
  'evans',
  'fischer',
  'garcia',
  'haas',
  'ivanov',
  'jones',
  'klein',
  'lopez',
  'meyer',
  'novak',
  'olsen',
  'pires',
];
