// The formulas of docs/detection.md, "Recomputing a detection", written a second time: what a
// reader of `GET /v1/users/{user}/learned?detection=` computes from the inputs it shows.

import combination from '../../domain/detect/combination.json' with { type: 'json' };

type Point = readonly [nats: number, counts: number];
const tables = combination.shapes as unknown as Readonly<Record<string, readonly Point[]>>;

export type Inputs = { readonly [name: string]: number | undefined };

/** An input; 0 where it is absent. */
const at = (inputs: Inputs, name: string): number => inputs[name] ?? 0;

const k = (weight: number, half = 0.3): number => weight ** 2 / (weight ** 2 + half ** 2);
const clip = (low: number, value: number, high: number): number =>
  Math.min(high, Math.max(low, value));

/** How often something is new to a user. */
function p(i: Inputs, name?: string): number {
  const of = (key: string): number =>
    i[name === undefined ? `${key[0]?.toLowerCase()}${key.slice(1)}` : `${name}${key}`] ?? 0;
  const raw = (of('Fresh') + 40 * of('OrganisationRate')) / (of('Asked') + 40);
  return clip(0.0005, raw, 0.5);
}

/** How likely a session without Stop went on. */
function stillOpen(i: Inputs): number {
  const silence = i['silenceHours'];
  if (silence === undefined) return 1;
  if (i['isAfterRestart'] === 1) return 0;
  const period = i['interimHours'];
  if (period === undefined) return at(i, 'stopShare') * 0.5 ** (silence / at(i, 'usualHours'));
  const periods = silence / period;
  return periods <= 1.5 ? 1 : 0.25 ** (periods - 1.5);
}

const unseenBlock = ({ prefixWeight = 0, nearWeight = 0 }: Inputs): number =>
  (1 - k(prefixWeight)) * (1 - 0.8 * k(nearWeight));

function place(aspect: string, i: Inputs): number {
  const { placeWeight = 0, countryWeight = 0, allWeight = 0, trust = 0 } = i;
  if (aspect === 'known-place') {
    return -0.3 * k(placeWeight) * Math.min(1, (3 * placeWeight) / (allWeight + 1));
  }
  if (aspect === 'new-country') {
    const line = i['isAnonymous'] === 1 ? 1 : 1 - 0.8 * k(at(i, 'networkWeight'));
    return 0.65 * trust * unseenBlock(i) * line * (1 - k(countryWeight)) * Math.log(0.5 / p(i));
  }
  const known = k(countryWeight) * (1 - k(placeWeight));
  return i['isAnonymous'] === 1 ? 0 : 0.3 * trust * unseenBlock(i) * known * Math.log(0.55 / p(i));
}

function network(i: Inputs): number {
  const { networkWeight = 0, prefixWeight = 0, countryWeight = 0, placeWeight = 0 } = i;
  const chain = 1 - 0.75 * (1 - k(countryWeight)) - 0.3 * k(countryWeight) * (1 - k(placeWeight));
  const unseen = (1 - k(networkWeight)) * (1 - k(prefixWeight));
  const fresh = unseen > 0.001 ? 1.1 * chain * unseen * Math.log(0.9 / p(i)) : 0;
  const share = networkWeight / (at(i, 'allWeight') + 1);
  return fresh - 0.3 * k(networkWeight) * Math.min(1, 2 * share);
}

function prefix(i: Inputs): number {
  const { prefixWeight = 0, nearWeight = 0, wideWeight = 0, networkWeight = 0, isFixed = 0 } = i;
  const share = prefixWeight / (at(i, 'allWeight') + 1);
  const known =
    2 * k(prefixWeight) * Math.min(1, 3 * share) + isFixed * k(nearWeight) * (1 - k(prefixWeight));
  const onNetwork = isFixed * k(networkWeight) * (1 - k(nearWeight));
  if (onNetwork <= 0.001) return -known;
  const { usersThatMove = 0, usersThatStay = 0, freshOnNetwork = 0, askedOnNetwork = 0 } = i;
  const near = p(i, 'near');
  const shown = usersThatMove * 0.8 + usersThatStay * 0.05;
  const prior = (shown + 4 * near) / (usersThatMove + usersThatStay + 4);
  const here = Math.min(0.95, (freshOnNetwork + 8 * prior) / (askedOnNetwork + 8));
  const wide = clip(0.0005, (p(i, 'wide') * here) / near, 0.95);
  return (
    onNetwork * (1 - k(wideWeight)) * Math.max(0, Math.log(0.95 / wide)) +
    onNetwork * k(wideWeight) * 0.6 * Math.max(0, Math.log(0.97 / here)) -
    known
  );
}

function device(i: Inputs): number {
  const { deviceWeight = 0, kindWeight = 0, keyScale = 0 } = i;
  const familiar = k(deviceWeight, 0.1);
  const fresh = familiar < 0.999 ? (1 - familiar) * 0.85 * Math.log(0.92 / p(i)) : 0;
  const known = familiar * Math.log(0.04 / clip(0.05, deviceWeight / (kindWeight + 0.5), 0.95));
  const sum = keyScale * k(kindWeight) * (fresh + known);
  return i['isImpossibleJourney'] === 1 ? Math.max(0, sum) : sum;
}

function hour(i: Inputs): number {
  const { sessions = 0, sessionsOfDayKind = 0, hoursOfDayKind = 0 } = i;
  const ofKind = (sessionsOfDayKind + (3 * hoursOfDayKind) / 168) / (sessions + 3);
  const even = (ofKind * 168) / hoursOfDayKind;
  const ofHour = (at(i, 'smoothedSessionsAtHour') + 3 / 24) / (sessions + 3);
  const q = ((Math.abs(even - 1) <= 0.1 ? 1 : even) / 7) * ofHour;
  return clip(-1.5, Math.log(1 / 168 / q), 2.2);
}

function travel(i: Inputs): number {
  const { effectiveKm = 0, hours = 0, isOverlapping = 0, trust = 0, otherTrust = 0 } = i;
  const speed = effectiveKm / ((isOverlapping === 1 ? 0 : hours) + 0.5);
  const m = 1 / (1 + Math.exp(-(speed - 800) / 130));
  const full = isOverlapping === 1 ? 5 * stillOpen(i) : 3.6;
  return m * trust * otherTrust * full * at(i, 'discount');
}

function colleagues(i: Inputs): number {
  const { users = 0, peopleInCountry = 0, countryWeight = 0, networkWeight = 0 } = i;
  const unseen = 1 - k(at(i, 'prefixWeight'));
  const share = (peopleInCountry + 0.5) / (users + 25);
  const country = 0.4 * unseen * (1 - k(countryWeight)) * clip(-2, Math.log(0.02 / share), 2);
  const unused = (0.7 * unseen * (1 - k(networkWeight)) * users) / (users + 100);
  return at(i, 'isNewCountry') * country + at(i, 'isUnusedNetwork') * unused;
}

const formulas: Readonly<Record<string, (i: Inputs, aspect: string) => number>> = {
  place: (i, aspect) => place(aspect, i),
  network,
  prefix,
  device,
  hour,
  travel,
  colleagues,
  'network-type': (i) => {
    const full = Math.max(0, 0.8 * Math.log(0.35 / Math.max(0.004, p(i))));
    return (1 - k(at(i, 'prefixWeight'))) * (full - (at(i, 'deviceWeight') >= 5 ? 3 : 0));
  },
  'no-address': (i) =>
    Math.min(2, 0.5 * Math.log((at(i, 'sessions') + 2) / (at(i, 'sessionsWithout') + 1))),
  gateway: (i) => Math.max(0, (1 - k(at(i, 'gatewayWeight'))) * 0.35 * Math.log(0.4 / p(i))),
  overlap: (i) =>
    1.1 *
    (at(i, 'isRoaming') === 1 ? 0.3 : 1) *
    (1 - k(at(i, 'nearWeight'))) *
    Math.max(0, Math.log(0.3 / p(i))) *
    stillOpen(i),
  traffic: (i) => {
    const steps = Math.max(0, 8 * Math.log2(Math.max(1, at(i, 'octetsPerHour') / 1024)));
    const nats = Math.LN2 / 8;
    const spread = 1.4826 * at(i, 'spreadSteps') * nats + 0.5;
    const z = ((steps - at(i, 'usualSteps')) * nats) / spread;
    return clip(0, 0.8 * Math.max(0, z - 1.5), 2);
  },
  burst: (i) => Math.min(4.5, 1.5 * at(i, 'people')),
  'shared-egress': (i) =>
    -(1 - ([1, 0.7, 0.45, 0.25][Math.min(3, at(i, 'people'))] ?? 0)) * at(i, 'locationWeight'),
  handover: (i) => -Math.min(at(i, 'locationWeight'), 1.2 * (1 - k(at(i, 'nearWeight')))),
  trip: (i) => at(i, 'weightAtTripRates') - at(i, 'weightAtOwnRates'),
  'cold-start': (i) => -0.9 * Math.exp(-at(i, 'sessionsWeight') / 0.7) * at(i, 'personalWeight'),
  organisation: (i) => -Math.min(1.5, Math.max(-1.5, 0.37 * (at(i, 'ordinaryScore') + 1.2))),
  feedback: (i, aspect) =>
    aspect === 'malicious' ? 3 : -Math.min(at(i, 'explained'), at(i, 'scoreBefore')),
};

/** Terms that have a formula here. */
export const recomputedTerms: readonly string[] = Object.keys(formulas);

/** The weight of a reason, by its inputs; NaN of a term that has no formula here. */
export function recomputed(term: string, aspect: string, inputs: Inputs): number {
  return counted(term, formulas[term]?.(inputs, aspect) ?? Number.NaN);
}

/** What a term counts for: its formula's nats through the broken line of its table. */
function counted(term: string, nats: number): number {
  const points = tables[term];
  if (!points) return nats;
  const [low, high] = [points[0] as Point, points.at(-1) as Point];
  const from = points.findLast(([at]) => at <= nats);
  const to = points.find(([at]) => at > nats);
  if (!from || !to) return from ? high[1] : low[1];
  return from[1] + ((nats - from[0]) / (to[0] - from[0])) * (to[1] - from[1]);
}

/** 0 to 100, by the sum of the weights. */
export const scoreOf = (nats: number): number =>
  Math.round(100 / (1 + Math.exp(-(nats - 2.6) / 2)));
