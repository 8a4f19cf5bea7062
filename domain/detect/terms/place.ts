// Term "place": is the user usually here?
// New country: .65 c (1 - k) ln(.5 / p_country). New place in a known country: .3 c (1 - k)
// ln(.55 / p_place). Both are void as far as the address block is known: then the location data
// changed, not the user.
// Known: -.3 k min(1, 3 share). k: familiarity by a kernel of 40 to 150 km
// (detect/context/familiarity.ts); c: how much a position proves, by network type and radius; p:
// how often a new one is normal for this user. Nothing on a security service, whose addresses say
// where it has its exits. Source: Freeman et al., NDSS 2016 (hierarchies and
// smoothing), with personal rates instead of popularity. Blind spots: an intruder within 150 km; a
// traveller's first day looks like an intruder's.

import { type Located, type NetworkType, placeLabel } from '../../location.ts';
import { isAnonymous, isSecurityService } from '../context/familiarity.ts';
import {
  neighbourOf,
  ofSessions,
  sessionsInCountry,
  sessionsNear,
  usualCountry,
} from '../context/history.ts';
import { isMobileHere } from '../context/moves.ts';
import {
  type Evidence,
  lowers,
  rateInputs,
  rateNumbers,
  rounded,
  type TermContext,
} from '../context/term.ts';

const newCountryShare = 0.5;
const newPlaceShare = 0.55;
const knownWeight = 0.3;
const countryWeight = 0.65;
const placeWeight = 0.3;

const mobileTrust = 0.45;
/** How far a network's position and country can be believed. */
const byType: Partial<Record<NetworkType, number>> = {
  mobile: mobileTrust,
  hosting: 0.8,
  vpn: 0.8,
  tor: 0.8,
  anycast: 0.3,
  satellite: 0.3,
  corporate: 0.9,
  education: 0.9,
  government: 0.9,
};

export function placeTerm(context: TermContext): Evidence | undefined {
  const { observation, familiarity, history } = context;
  const { located } = observation;
  if (!located || isSecurityService(observation)) return undefined;
  const unseen = (1 - familiarity.prefix.k) * (1 - 0.8 * familiarity.near.k);
  const share = familiarity.place.weight / (familiarity.weight + 1);
  const known = -knownWeight * familiarity.place.k * Math.min(1, 3 * share);
  // Where place and country are known there is nothing to weigh against it.
  if (unseen * (1 - familiarity.country.k * familiarity.place.k) > 0.001) {
    const country = countryEvidence(context, located, unseen);
    const place = cityEvidence(context, located, unseen);
    if (country.weight + place.weight + known > 0) {
      return country.weight >= place.weight ? country : place;
    }
  }
  return {
    term: 'place',
    aspect: 'known-place',
    weight: known,
    numbers: () => ({
      sessions: history.sessions,
      sessionsNear: sessionsNear(history, located),
      ...neighbourNumbers(context, located),
      placeWeight: rounded(familiarity.place.weight),
      allWeight: rounded(familiarity.weight),
      familiarity: rounded(familiarity.place.k),
    }),
    inputs: () => ({
      placeWeight: familiarity.place.weight,
      allWeight: familiarity.weight,
    }),
    text: () => knownText(context, located) + lowers,
  };
}

/** What makes a place familiar lies in it, near it, or as far away as positions are uncertain. */
function knownText({ history }: TermContext, located: Located): string {
  const label = placeLabel(located);
  const near = sessionsNear(history, located);
  if (near > 0) return `In or near ${label}: ${ofSessions(near, history.sessions)} came from there`;
  const neighbour = neighbourOf(history, located);
  if (!neighbour) return `In or near ${label}, where this user is known`;
  const there = ofSessions(neighbour.count, history.sessions);
  if (neighbour.label === label) return `In or near ${label}: ${there} came from there`;
  return (
    `${label} is ${neighbour.km} km from ${neighbour.label}, where ${there} came from: ` +
    'by address it may be the same place'
  );
}

function neighbourNumbers({ history }: TermContext, located: Located) {
  const neighbour = sessionsNear(history, located) > 0 ? undefined : neighbourOf(history, located);
  return neighbour ? { neighbourKm: neighbour.km, sessionsAtNeighbour: neighbour.count } : {};
}

function countryEvidence(context: TermContext, located: Located, unseen: number): Evidence {
  const { familiarity, history, rates } = context;
  const trust = countryTrust(located);
  const sameLine = isAnonymous(context.observation) ? 1 : 1 - 0.8 * familiarity.network.k;
  const odds = Math.log(newCountryShare / rates.of('country').rate);
  return {
    term: 'place',
    aspect: 'new-country',
    weight: countryWeight * trust * unseen * sameLine * (1 - familiarity.country.k) * odds,
    numbers: () => ({
      sessions: history.sessions,
      sessionsInCountry: sessionsInCountry(history, located.country),
      sessionsInUsualCountry: usualCountry(history)?.count ?? 0,
      trust: rounded(trust),
      familiarity: rounded(familiarity.country.k),
      unseenBlock: rounded(unseen),
      sameNetwork: rounded(sameLine),
      ...rateNumbers(rates.of('country')),
    }),
    inputs: () => ({
      countryWeight: familiarity.country.weight,
      networkWeight: familiarity.network.weight,
      ...blockInputs(context),
      trust,
      ...rateInputs(rates.of('country')),
    }),
    text: () => countryText(context, located),
  };
}

/** How well the address is known, whatever the location data say of where it is. */
const blockInputs = ({ familiarity, observation }: TermContext) => ({
  prefixWeight: familiarity.prefix.weight,
  nearWeight: familiarity.near.weight,
  isAnonymous: isAnonymous(observation) ? 1 : 0,
});

/** `First time in AR; 46 of 47 earlier sessions came from DE`. */
function countryText({ history }: TermContext, { country }: Located): string {
  const here = sessionsInCountry(history, country);
  const all = history.sessions;
  if (here > 0) return `In ${country} again: ${ofSessions(here, all)} came from there`;
  const usual = usualCountry(history);
  const most = usual ? `; ${ofSessions(usual.count, all)} came from ${usual.country}` : '';
  return `First time in ${country}${most}`;
}

function cityEvidence(context: TermContext, located: Located, unseen: number): Evidence {
  const { familiarity, history, rates } = context;
  const isMobile = located.network.asn !== 0 && isMobileHere(rates.moves(located.network.asn));
  const trust = positionTrust(located, isMobile);
  const odds = Math.log(newPlaceShare / rates.of('place').rate);
  return {
    term: 'place',
    aspect: 'new-place',
    weight: isAnonymous(context.observation)
      ? 0
      : placeWeight * trust * unseen * familiarity.country.k * (1 - familiarity.place.k) * odds,
    numbers: () => ({
      sessions: history.sessions,
      sessionsNear: sessionsNear(history, located),
      sessionsInCountry: sessionsInCountry(history, located.country),
      trust: rounded(trust),
      familiarity: rounded(familiarity.place.k),
      countryFamiliarity: rounded(familiarity.country.k),
      unseenBlock: rounded(unseen),
      ...rateNumbers(rates.of('place')),
    }),
    inputs: () => ({
      countryWeight: familiarity.country.weight,
      placeWeight: familiarity.place.weight,
      ...blockInputs(context),
      trust,
      ...rateInputs(rates.of('place')),
    }),
    text: () => {
      const here = sessionsNear(history, located);
      const inCountry = ofSessions(sessionsInCountry(history, located.country), history.sessions);
      const label = placeLabel(located);
      return here > 0
        ? `In or near ${label} again: ${ofSessions(here, history.sessions)} came from there`
        : `First time in or near ${label}; ${inCountry} came from ${located.country}`;
    },
  };
}

/** A country is right outside hosting space in 99 of 100 cases, unless the databases disagree. */
function countryTrust(located: Located): number {
  const type = located.network.type;
  const trust = type === 'mobile' ? 0.9 : (byType[type] ?? 1);
  return located.confidence === 'low' ? 0.6 * trust : trust;
}

/** @param isMobile the user's addresses move there as a phone's do */
function positionTrust({ radiusKm, network }: Located, isMobile: boolean): number {
  const byRadius = radiusKm <= 100 ? 1 : radiusKm <= 300 ? 0.7 : 0.45;
  const ofType = byType[network.type] ?? 1;
  return (isMobile ? Math.min(mobileTrust, ofType) : ofType) * byRadius;
}
