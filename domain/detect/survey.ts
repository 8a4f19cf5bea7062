// Looks once at what a sight has in common with what is learned of the person; the terms read it.
// Familiarity is a matter of degree: k = w^2 / (w^2 + 0.3^2), where w is the faded weight of
// trusted sessions that showed the value. One session of yesterday gives k = 0.91, of four weeks
// ago 0.41, a distrusted one of today (w = 0.05) 0.03: the 30-day window has no edge.

import type { Device, UnixMs } from '../accounting-event.ts';
import { weightAt, weightOf, weightWhere } from '../familiar.ts';
import { type Answers, type Feature, type Learned, noveltyAt } from '../learned.ts';
import { distanceKm, type Located, type NetworkType } from '../location.ts';
import { type PopulationView, populationRate } from '../population.ts';
import type { Sight } from './sight.ts';

/** The weight at which a value is half familiar. */
const halfFamiliar = 0.3;

/** A value's faded weight and familiarity, 0 to 1. */
export type Familiarity = { readonly weight: number; readonly k: number };

export type Survey = {
  /** Faded weight of all sessions. */
  readonly weight: number;
  readonly country: Familiarity;
  /** By a kernel around the position: a wrong city next door is the same place. */
  readonly place: Familiarity;
  readonly network: Familiarity;
  readonly wide: Familiarity;
  readonly near: Familiarity;
  readonly prefix: Familiarity;
  readonly device: Familiarity;
  /** Any computer known by the same kind of key: a new kind of key is no new computer. */
  readonly deviceKind: Familiarity;
  readonly gateway: Familiarity;
  readonly answers: Answers;
};

const unknown: Familiarity = { weight: 0, k: 0 };

/** Networks whose address says where a relay is, not where the person is. */
export const anonymising: ReadonlySet<NetworkType> = new Set(['hosting', 'vpn', 'tor', 'anycast']);

export function isAnonymous(sight: Sight): boolean {
  return sight.network !== undefined && anonymising.has(sight.network.type);
}

/** Networks that hand out far-away and fresh addresses: their prefixes and cities are no habit. */
export function isRoaming(sight: Sight): boolean {
  return sight.network?.type === 'mobile' || sight.network?.type === 'satellite';
}

/** Compares a sight with what is learned, as of the sight's time. `overlap` comes from sessions. */
export function survey(sight: Sight, learned: Learned, overlap: number | undefined): Survey {
  const { time, located, place, network, prefix, device, gatewayId } = sight;
  const familiar = (weight: number): Familiarity => ({
    weight,
    k: weight ** 2 / (weight ** 2 + halfFamiliar ** 2),
  });
  const prefixes = (begins: string): Familiarity =>
    familiar(weightWhere(learned.prefixes, time, ({ key }) => key.startsWith(begins)));
  const begin = place?.slice(0, place.indexOf('/') + 1);
  const found = {
    weight: weightAt(learned.sessions, time),
    country: begin
      ? familiar(weightWhere(learned.places, time, ({ key }) => key.startsWith(begin)))
      : unknown,
    place: familiar(located ? kernelWeight(learned, located, time) : 0),
    network: network ? familiar(weightOf(learned.networks, `${network.asn}`, time)) : unknown,
    wide: prefix ? prefixes(prefix.wide) : unknown,
    near: prefix ? prefixes(prefix.near) : unknown,
    prefix: prefix ? familiar(weightOf(learned.prefixes, prefix.key, time)) : unknown,
    device: device ? familiar(weightOf(learned.devices, device.key, time)) : unknown,
    deviceKind: device
      ? familiar(weightWhere(learned.devices, time, ({ key }) => key.startsWith(`${device.kind}:`)))
      : unknown,
    gateway: familiar(weightOf(learned.gateways, gatewayId, time)),
  };
  return { ...found, answers: answersOf(sight, found, overlap) };
}

/**
 * Which questions of novelty this sight answers. A finer question is asked only where the coarser
 * value is known (chain rule: nothing counts twice), and never of addresses that move by nature.
 */
function answersOf(
  sight: Sight,
  found: Omit<Survey, 'answers'>,
  overlap: number | undefined,
): Answers {
  const isPlaced = sight.located !== undefined && !isAnonymous(sight) && !isRoaming(sight);
  const isFixed = sight.prefix !== undefined && !isRoaming(sight) && !isAnonymous(sight);
  const isNew = ({ k }: Familiarity): number => 1 - k;
  const isKnown = ({ k }: Familiarity): boolean => k >= 0.5;
  return {
    ...(sight.located ? { country: isNew(found.country) } : {}),
    ...(isPlaced && isKnown(found.country) ? { place: isNew(found.place) } : {}),
    ...(sight.network
      ? { network: isNew(found.network), hosting: isAnonymous(sight) ? 1 : 0 }
      : {}),
    ...(isFixed && isKnown(found.network) ? { wide: isNew(found.wide) } : {}),
    ...(isFixed && isKnown(found.wide) ? { near: isNew(found.near) } : {}),
    ...(sight.device && isKnown(found.deviceKind)
      ? { [deviceFeature(sight.device)]: isNew(found.device) }
      : {}),
    gateway: isNew(found.gateway),
    ...(overlap === undefined ? {} : { overlap }),
  };
}

/** A hardware address changes with the adapter (dock, Wi-Fi): how often, is asked apart. */
export function deviceFeature(device: Device): 'device' | 'adapter' {
  return device.kind === 'mac' ? 'adapter' : 'device';
}

/** Weight of the places around a position: exp(-d^2 / 2 s^2), s = (r1 + r2) / 2 in 40..150 km. */
function kernelWeight(learned: Learned, located: Located, time: UnixMs): number {
  return weightedByNearness(learned, located, time);
}

function weightedByNearness(learned: Learned, located: Located, time: UnixMs): number {
  let sum = 0;
  for (const known of learned.places) {
    if (known.radiusKm < 0) continue;
    const weight = weightAt(known.level, time);
    if (weight < 0.01) continue;
    const spread = Math.min(150, Math.max(40, (located.radiusKm + known.radiusKm) / 2));
    const distance = distanceKm(located, known);
    sum += weight * Math.exp(-((distance / spread) ** 2) / 2);
  }
  return sum;
}

/** What the organisation expects before it knows better, and a person before they are known. */
const expected: Readonly<Record<Feature, number>> = {
  country: 0.004,
  place: 0.02,
  network: 0.03,
  wide: 0.05,
  near: 0.1,
  device: 0.004,
  adapter: 0.02,
  gateway: 0.02,
  overlap: 0.02,
  hosting: 0.01,
};
/** Sessions' worth of belief in the organisation's rate, and in the expectation above. */
const personalPrior = 40;
const organisationPrior = 200;
const rateMin = 0.0005;
const rateMax = 0.5;

/** How often something is new to this person, with what the rate was computed from. */
export type NoveltyRate = {
  readonly rate: number;
  readonly asked: number;
  readonly fresh: number;
  readonly organisationRate: number;
};

/**
 * p = clip((fresh + 40 p0) / (asked + 40), 0.0005, 0.5); p0 = (E + 200 pi) / (M + 200) is the
 * organisation's rate. `floor` lifts it while a trip lasts.
 */
export function noveltyRate(
  learned: Learned,
  population: PopulationView,
  feature: Feature,
  time: UnixMs,
  floor = 0,
): NoveltyRate {
  const { asked, fresh } = noveltyAt(learned.novelty, feature, time);
  const organisationRate = populationRate(
    population.counts,
    feature,
    expected[feature],
    organisationPrior,
  );
  const raw = (fresh + personalPrior * organisationRate) / (asked + personalPrior);
  const rate = Math.min(rateMax, Math.max(rateMin, floor, raw));
  return { rate, asked, fresh, organisationRate };
}
