// Who works for the organisation: homes, lines, computers, habits. Drawn once per seed.

import {
  drawCarrier,
  homeLine,
  type Line,
  mobileLine,
  sharedLine,
  temporaryGatewayLine,
  vpnLine,
} from './access.ts';
import { type Computer, drawAccount, drawComputer, type Ownership } from './computers.ts';
import { type City, countryOf, type Position } from './geography.ts';
import { contractorCountries, corporateEgressAsns, satelliteAsns } from './networks.ts';
import {
  dayMs,
  type GatewayKind,
  type Kind,
  leaverShare,
  type Parameters,
  silentClientShare,
  worldStart,
} from './parameters.ts';
import { Random } from './random.ts';
import { type DrawContext, drawSites, type Site } from './sites.ts';

/** Where a person lives from some time on, and the line there. */
export type Home = {
  readonly from: number;
  readonly country: string;
  readonly at: Position;
  readonly asn: number;
  readonly line: Line;
};

export type Person = {
  readonly index: number;
  readonly account: string;
  readonly kind: Kind;
  /** Of the world. */
  readonly parameters: Parameters;
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
  readonly computers: readonly Ownership[];
  readonly secondComputer: Computer | undefined;
  readonly phone: Computer | undefined;
  readonly startHour: number;
  /** Standard deviation of the hour a day begins at. */
  readonly startHourSpread: number;
  readonly isShiftWorker: boolean;
  /** The client connects by itself when the computer wakes up at night. */
  readonly isAlwaysOn: boolean;
  readonly activeFrom: number;
  readonly activeTo: number;
  /** How the person writes the account: 0 plain, 1 down-level, 2 UPN; and the case. */
  readonly spelling: { readonly form: number; readonly isUpper: boolean };
};

export type Organisation = {
  readonly sites: readonly Site[];
  readonly people: readonly Person[];
  /** The other holders of shared accounts, under the account's index. */
  readonly holders: readonly Person[];
};

/** Draws an organisation of `count` people. */
export function drawOrganisation(context: DrawContext, count: number): Organisation {
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

function drawPerson(
  context: DrawContext,
  sites: readonly Site[],
  corporate: readonly Line[],
  index: number,
  nth = 0,
): Person {
  const { book, parameters } = context;
  const { access, change, day, gatewayShares, kinds } = parameters;
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
    account: drawAccount(random, index),
    kind,
    parameters,
    random,
    site,
    gateway,
    isSilent:
      random.chance(parameters.deviceless) ||
      (gateway === 'asa' && random.chance(silentClientShare)),
    homes,
    secondHome: random.chance(access.secondHome)
      ? drawHome(context, random, country, scatter(random, secondCity, 40), 0)
      : undefined,
    mobile: mobileLine(random, context, country),
    cafes: [0, 1, 2].map(() => temporaryGatewayLine(random, context, country, at)),
    vpn: random.chance(access.personalVpn)
      ? { line: vpnLine(random, book, country), use: random.between(...access.vpnUse) }
      : undefined,
    corporateEgress: corporateLine,
    // Few people are mobile every day: most of the share comes from a minority.
    mobileShare: Math.min(0.95, random.exponential(parameters.mobileSessions)),
    computers: drawComputers(context, random),
    secondComputer: random.chance(change.secondComputer) ? drawComputer(random, false) : undefined,
    phone: isPhoneUser ? drawComputer(random, true) : undefined,
    startHour: random.normal(day.startHourMean, day.startHourSpreadPeople),
    startHourSpread: random.chance(day.irregular) ? day.irregularSpread : day.startHourSpreadDays,
    isShiftWorker: random.chance(day.shiftWorkers),
    isAlwaysOn: random.chance(day.alwaysOn),
    activeFrom,
    activeTo,
    spelling: { form: random.int(3), isUpper: random.chance(0.15) },
  };
}

function drawActive(context: DrawContext, random: Random, kind: Kind): [number, number] {
  const end = worldStart + context.days * dayMs;
  if (kind === 'new-hire') {
    return [worldStart + random.between(0.05, 0.85) * context.days * dayMs, end];
  }
  return random.chance(leaverShare)
    ? [0, worldStart + random.next() * (end - worldStart)]
    : [0, end];
}

function drawHomes(context: DrawContext, random: Random, country: string, city: City): Home[] {
  const first = drawHome(context, random, country, scatter(random, city, 18), 0);
  const when = worldStart + random.between(0.1, 0.95) * context.days * dayMs;
  if (random.chance(context.parameters.change.relocation)) {
    const next = scatter(random, random.pick(countryOf(country).cities), 18);
    return [first, drawHome(context, random, country, next, when)];
  }
  if (random.chance(context.parameters.change.provider)) {
    return [first, drawHome(context, random, country, first.at, when, first.asn)];
  }
  return [first];
}

function drawHome(
  context: DrawContext,
  random: Random,
  country: string,
  at: Position,
  from: number,
  otherThan?: number,
): Home {
  const { book, parameters } = context;
  const satellite = book.inCountry(satelliteAsns[0] as number, country);
  if (random.chance(parameters.access.satellite) && satellite.length > 0) {
    const asn = satelliteAsns[0] as number;
    return { from, country, at, asn, line: sharedLine(random, satellite, 3) };
  }
  const asn = drawCarrier(random, country, otherThan);
  const isIpv6 = random.chance(parameters.ipv6Homes);
  const line = homeLine(random, context, { asn, country, at }, isIpv6);
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

/** New computers, fresh installations and loaners, in the order they happen. */
function drawComputers(context: DrawContext, random: Random): readonly Ownership[] {
  const moment = (): number => worldStart + random.between(0.05, 0.95) * context.days * dayMs;
  const changes = (['newComputer', 'reinstalled', 'loaner'] as const)
    .filter((kind) => random.chance(context.parameters.change[kind]))
    .map((kind) => ({ kind, from: moment() }))
    .sort((a, b) => a.from - b.from);
  let main = drawComputer(random, false);
  const owned: Ownership[] = [{ computer: main, from: 0, isOverlapping: false }];
  for (const { kind, from } of changes) {
    if (kind === 'loaner') {
      const until = from + random.between(1, 5) * dayMs;
      owned.push({ computer: drawComputer(random, false), from, isOverlapping: false });
      owned.push({ computer: main, from: until, isOverlapping: false });
      continue;
    }
    main =
      kind === 'newComputer'
        ? drawComputer(random, false)
        : { ...main, installs: main.installs + 1 };
    owned.push({ computer: main, from, isOverlapping: kind === 'newComputer' });
  }
  return owned.sort((a, b) => a.from - b.from);
}
