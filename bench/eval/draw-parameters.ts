// Worlds whose own parameters are drawn: other people, lines, geography, and attackers than in the
// three worlds that are written down. A model that learns or is chosen in some is tried in others.
// `drawn` uses the whole of each range; `training` only the inner 70 %, so what is trained there is
// tried beyond what it saw. Attackers are nowhere softer than those of parameters.ts: each of their
// ranges begins at today's value and goes to the harder side. Written before anything was trained.

import {
  type AttackClass,
  access,
  attackers,
  campaignCounts,
  change,
  day,
  fixedParameters,
  gatewayShares,
  homeGeo,
  kinds,
  leases,
  type Parameters,
  trips,
} from './parameters.ts';
import { Random } from './random.ts';

/** Seeds of worlds that a combination of terms is trained on, and of those it is tried on. */
export const trainingWorldSeeds = Array.from({ length: 16 }, (_, at) => 1001 + at);
export const validationWorldSeeds = Array.from({ length: 8 }, (_, at) => 2001 + at);

/** Share of a range that worlds for training leave out at each end. */
const marginTraining = 0.15;

/** Easy to find: not more of them than today. Hard to find: not fewer. */
const easyClasses: ReadonlySet<AttackClass> = new Set([
  'dc-abroad',
  'dc-country',
  'home-abroad',
  'hijack-far',
  'spray',
]);

/** Draws a world's parameters; equal seeds and reach give equal ones. */
export function drawParameters(seed: number, reach: 'drawn' | 'training'): Parameters {
  const random = new Random(seed, 'parameters');
  const margin = reach === 'training' ? marginTraining : 0;
  const share = (): number => margin + (1 - 2 * margin) * random.next();
  const between = (low: number, high: number): number => low + (high - low) * share();
  /** Between 1/factor and factor times a value, evenly in its logarithm. */
  const times = (value: number, factor: number): number => value * factor ** between(-1, 1);
  const shares = <T>(of: readonly (readonly [T, number])[], factor: number): [T, number][] =>
    of.map(([item, weight]) => [item, times(weight, factor)]);
  return {
    ...fixedParameters.full,
    // Everybody, nobody, or some.
    deviceless: Math.min(1, Math.max(0, between(-0.3, 1.3))),
    mobileSessions: times(0.12, 3),
    unlistedHosting: between(0.05, 0.6),
    ipv6Homes: between(0.02, 0.35),
    kinds: shares(kinds, 1.8),
    gatewayShares: shares(gatewayShares, 2),
    day: {
      ...day,
      startHourSpreadPeople: times(day.startHourSpreadPeople, 1.6),
      startHourSpreadDays: times(day.startHourSpreadDays, 1.6),
      dropsMean: times(day.dropsMean, 2),
      evening: times(day.evening, 2),
      weekend: times(day.weekend, 2),
      irregular: times(day.irregular, 2),
      shiftWorkers: times(day.shiftWorkers, 2),
      lateCheck: times(day.lateCheck, 2),
      alwaysOn: times(day.alwaysOn, 2),
      hybridHome: between(0.3, 0.7),
    },
    leases: shares(leases, 2.5),
    leaseStays: between(0.78, 0.97),
    homeGeo: shares(homeGeo, 1.8),
    access: drawAccess(times, between),
    trips: {
      ...trips,
      perDayUsual: times(trips.perDayUsual, 2),
      perDayRoad: times(trips.perDayRoad, 1.5),
      domestic: between(0.35, 0.75),
      abroadBy: shares(trips.abroadBy, 2),
    },
    change: {
      relocation: times(change.relocation, 2),
      provider: times(change.provider, 2),
      newComputer: times(change.newComputer, 2.5),
      secondComputer: times(change.secondComputer, 2),
      reinstalled: times(change.reinstalled, 2),
      loaner: times(change.loaner, 2),
    },
    geoFlips: times(0.03, 2),
    campaignCounts: drawCampaignCounts(between, reach),
    attackers: { ...drawAttackers(between), ...drawTaking(new Random(seed, 'taking-habits')) },
  };
}

type Times = (value: number, factor: number) => number;
type Between = (low: number, high: number) => number;

function drawAccess(times: Times, between: Between): Parameters['access'] {
  return {
    ...access,
    cafeAtHome: times(access.cafeAtHome, 2),
    cafeOnRoad: times(access.cafeOnRoad, 2),
    personalVpn: times(access.personalVpn, 2),
    corporateEgress: between(0, 0.12),
    secondHome: times(access.secondHome, 2),
    phone: times(access.phone, 2),
    phoneDays: times(access.phoneDays, 2),
    moves: times(access.moves, 2.5),
  };
}

/** Worlds for training hold twice the campaigns, as examples; the mix is drawn in both. */
function drawCampaignCounts(
  between: Between,
  reach: 'drawn' | 'training',
): Parameters['campaignCounts'] {
  const counts = Object.entries(campaignCounts) as [AttackClass, number][];
  const scale = reach === 'training' ? 2 : 1;
  const drawn = counts.map(([attack, count]) => {
    const factor = easyClasses.has(attack) ? between(0.6, 1) : between(1, 1.6);
    return [attack, scale * count * factor];
  });
  return Object.fromEntries(drawn) as Record<AttackClass, number>;
}

/** Each from today's value to the harder side: lines, hours, devices, pace. */
function drawAttackers(between: Between): Parameters['attackers'] {
  const [pauseMin, pauseMax] = attackers.pauseHours;
  const victimHours = between(25, 60);
  const rest = (100 - victimHours) / 75;
  return {
    ...attackers,
    silentDevice: between(attackers.silentDevice, 0.5),
    mobileProxies: between(attackers.mobileProxies, 0.6),
    // Fresh addresses are the conspicuous ones.
    freshAddress: between(0.05, attackers.freshAddress),
    visitsMax: between(0, 1) < 0.5 ? attackers.visitsMax : 2,
    pauseHours: [pauseMin, between(pauseMax, 90)],
    usualGateway: between(attackers.usualGateway, 1),
    hours: [
      ['own', 50 * rest],
      ['victim', victimHours],
      ['night', 25 * rest],
    ],
  };
}

/**
 * In half of the worlds thieves move what their victim would. Drawn apart from the rest, so that
 * the other parameters of a seed are what they were before there was traffic.
 */
function drawTaking(random: Random): Pick<Parameters['attackers'], 'traffic' | 'taking'> {
  return {
    traffic: random.chance(0.5) ? 'victim' : 'own',
    taking: random.between(0.1, attackers.taking),
  };
}
