// A world: an organisation, its people's sessions, the attackers among them, and the records of it
// all. Equal seeds and sizes give equal worlds. The truth stays here; scorers see records only.

import type { AccountingEvent } from '../../domain/accounting-event.ts';
import type { Location, NetworkType } from '../../domain/location.ts';
import type { Settings } from '../../domain/settings.ts';
import type { Locator } from '../../geo/locator.ts';
import { type AddressBook, addressIn } from './address-book.ts';
import { simulatePerson } from './calendar.ts';
import { type Campaign, drawCampaigns } from './campaigns.ts';
import { drawParameters } from './draw-parameters.ts';
import { hostingAsns, vpnAsns } from './networks.ts';
import {
  dayMs,
  fixedParameters,
  historyShare,
  type Parameters,
  type WorldName,
  worldStart,
} from './parameters.ts';
import { drawOrganisation, type Person } from './people.ts';
import { Random, seedOf } from './random.ts';
import { eventOf, planRecords } from './records.ts';
import { trafficOf } from './traffic.ts';
import type { TrueSession } from './true-session.ts';

export type WorldOptions = {
  readonly name: WorldName;
  readonly seed: number;
  readonly people: number;
  readonly days: number;
  /** Share of the neighbourhoods of servers and VPN exits that a list of the operator names. */
  readonly lists?: number;
  /** How many times the usual number of campaigns there are; absent: once. */
  readonly campaignTimes?: number;
};

export type WorldRecord = {
  readonly event: AccountingEvent;
  /** Number of the true session; -1 for On and Off. */
  readonly uid: number;
};

/** An address as a scorer may ask about it, at the time it asks. */
export type LocateAt = (address: string, at: number) => Location;

export type World = WorldOptions & {
  readonly persons: readonly Person[];
  /** By number, in order of their starts. */
  readonly sessions: readonly TrueSession[];
  readonly campaigns: readonly Campaign[];
  readonly measuredFrom: number;
  readonly measuredTo: number;
  readonly settings: Settings;
  readonly locate: LocateAt;
  /** All records in order of arrival; may be run through again. */
  readonly records: () => Iterable<WorldRecord>;
};

const settings: Settings = {
  domains: { netbios: { CORP: 'corp.example' }, defaultDomain: 'corp.example' },
};

/** Builds a world of the installed databases' addresses. */
export function makeWorld(options: WorldOptions, book: AddressBook, locator: Locator): World {
  const { seed, days } = options;
  const parameters = parametersOf(options.name, seed);
  const context = { seed, book, parameters, days };
  const { sites, people, holders } = drawOrganisation(context, options.people);
  const own = people.map((person) => simulatePerson(person, { ...context, sites }));
  for (const holder of holders)
    own[holder.index]?.push(...simulatePerson(holder, { ...context, sites }));
  for (const list of own) list.sort((a, b) => a.start - b.start);

  const located = makeLocate(seed, parameters, book, locator);
  const locate = withLists(seed, options.lists ?? 0, located);
  const usedAsns = new Set(own.flat().map(({ address }) => asnOf(locator.locate(address))));
  const campaigns = drawCampaigns({ ...context, people, own, usedAsns }, options.campaignTimes);
  const sessions = [...own.flat(), ...campaigns.flatMap((campaign) => campaign.sessions)].sort(
    (a, b) => a.start - b.start || a.person - b.person,
  );
  const planned = planRecords(seed, sessions, days, (uid) =>
    trafficOf(seed, parameters, sessions[uid] as TrueSession, uid),
  );
  return {
    ...options,
    persons: people,
    sessions,
    campaigns,
    measuredFrom: worldStart + historyShare * days * dayMs,
    measuredTo: worldStart + days * dayMs,
    settings,
    locate,
    records: function* () {
      for (const record of planned) {
        const session = sessions[record.uid];
        const person = session && people[session.person];
        yield { event: eventOf(record, session, person), uid: record.uid };
      }
    },
  };
}

/** The world's parameters, written or drawn. */
function parametersOf(name: WorldName, seed: number): Parameters {
  return name === 'drawn' || name === 'training'
    ? drawParameters(seed, name)
    : fixedParameters[name];
}

function asnOf(location: Location): number {
  return location.kind === 'special' ? 0 : location.network.asn;
}

/** The product's locator with the world's faults: lists with holes, places that change. */
function makeLocate(
  seed: number,
  parameters: Parameters,
  book: AddressBook,
  locator: Locator,
): LocateAt {
  type Entry = {
    readonly now: Location;
    readonly other?: Location;
    readonly from: number;
    readonly to: number;
  };
  const entries = new Map<string, Entry>();
  const masked = (location: Location): Location => {
    if (location.kind !== 'located') return location;
    const { network } = location;
    const isListed = new Random(seed, 'listed', network.asn).next() >= parameters.unlistedHosting;
    if (isListed || !listedTypes.has(network.type)) return location;
    return { ...location, network: { ...network, type: 'unknown' } };
  };
  const enter = (address: string): Entry => {
    const now = masked(locator.locate(address));
    const random = new Random(seed, 'flip', address);
    const never = { now, from: 0, to: 0 };
    if (now.kind !== 'located' || !random.chance(parameters.geoFlips)) return never;
    const blocks = book.blocksOf(now.network.asn);
    const block = blocks[seedOf(address) % Math.max(1, blocks.length)];
    const other = block && masked(locator.locate(addressIn(block, 9)));
    if (other?.kind !== 'located') return never;
    const from = worldStart + random.next() * 90 * dayMs;
    const to = random.chance(0.5) ? from + random.between(5, 20) * dayMs : Number.POSITIVE_INFINITY;
    return { now, other: { ...other, network: now.network }, from, to };
  };
  return (address, at) => {
    const entry = entries.get(address) ?? enter(address);
    entries.set(address, entry);
    return entry.other && at >= entry.from && at < entry.to ? entry.other : entry.now;
  };
}

const listedTypes: ReadonlySet<NetworkType> = new Set(['hosting', 'vpn']);

/** Of ordinary neighbourhoods that lists name as well: shared, handed on, or wrong. */
const listErrors = 0.002;
const exits: ReadonlySet<number> = new Set(vpnAsns);
const servers: ReadonlySet<number> = new Set(hostingAsns);

/**
 * The world as it looks with lists that name a share of the /24 (IPv6 /64) of rented servers and
 * VPN exits, whoever uses them, and a few of other people's.
 */
function withLists(seed: number, share: number, locate: LocateAt): LocateAt {
  if (share === 0) return locate;
  const listed = { list: 'drawn', date: new Date(worldStart).toISOString().slice(0, 10) };
  return (address, at) => {
    const location = locate(address, at);
    if (location.kind === 'special') return location;
    const { network } = location;
    const isExit = exits.has(network.asn);
    const near = address.slice(0, address.lastIndexOf(address.includes(':') ? ':' : '.'));
    const isOf = isExit || servers.has(network.asn);
    const isNamed = new Random(seed, 'lists', near).next() < (isOf ? share : listErrors);
    if (!isNamed) return location;
    const type = isOf && !isExit ? 'hosting' : 'vpn';
    return { ...location, network: { ...network, type, listed } };
  };
}
