// Term "colleagues": do others of the organisation come from this country or network?
// Of a country new to the user: .4 clip(ln(.02 / b), -2, 2),
// b = (users there + .5) / (users + 25).
// Of a network that no user used: + .7 (1 - k) n / (n + 100), n users in the organisation. A
// network that many use takes nothing off: residential proxies sit on the colleagues' providers.
// Source: Freeman et al., NDSS 2016 (p(x) of all users), bounded; measured on tuning worlds.
// Anomalous newcomers of the last day from one new address vouch for no country.
// Blind spot: an attacker in a country where colleagues live.

import { populationSightersMax } from '../../limits.ts';
import { countryUseKey, networkUseKey } from '../../population/use-keys.ts';
import { isAnonymous, isSecurityService } from '../context/familiarity.ts';
import { type Evidence, lowers, rounded, type TermContext } from '../context/term.ts';
import { newcomersHere } from './burst.ts';

const countryWeight = 0.4;
const evenShare = 0.02;
const unseenWeight = 0.7;
/**
 * So many users of a country are told apart by name. Beyond, who comes again after a year may count
 * twice (`Use.people`): good enough to weigh by, not to be said.
 */
const exactTo = 2 * populationSightersMax;

export function colleaguesTerm(context: TermContext): Evidence | undefined {
  const { observation, familiarity, population } = context;
  const { located, network } = observation;
  const unseen = 1 - familiarity.prefix.k;
  const seenThere = located ? (population.use(countryUseKey(located.country))?.people ?? 0) : 0;
  const there = Math.max(0, seenThere - newcomersHere(context));
  // Users are those of a month, a country remembers longer: of more it is not said of how many.
  const isAmong = there <= population.users;
  const share = (there + 0.5) / (population.users + 25);
  const isNewCountry =
    located !== undefined &&
    !isAnonymous(observation) &&
    !isSecurityService(observation) &&
    familiarity.country.k < 0.5;
  const ofCountry = isNewCountry
    ? countryWeight *
      unseen *
      (1 - familiarity.country.k) *
      Math.min(2, Math.max(-2, Math.log(evenShare / share)))
    : 0;
  const isUnseen = network && (population.use(networkUseKey(network.asn))?.people ?? 0) === 0;
  const ofNetwork = isUnseen
    ? (unseenWeight * unseen * (1 - familiarity.network.k) * population.users) /
      (population.users + 100)
    : 0;
  const weight = ofCountry + ofNetwork;
  if (weight === 0) return undefined;
  return {
    term: 'colleagues',
    aspect: weight > 0 ? 'unseen-by-colleagues' : 'seen-by-colleagues',
    weight,
    numbers: () => ({
      ...(isAmong ? { people: population.users } : {}),
      ...(there > exactTo ? { peopleInCountryAtLeast: exactTo } : { peopleInCountry: there }),
      ofCountry: rounded(ofCountry),
      ofNetwork: rounded(ofNetwork),
    }),
    inputs: () => ({
      users: population.users,
      peopleInCountry: there,
      isNewCountry: isNewCountry ? 1 : 0,
      isUnusedNetwork: isUnseen ? 1 : 0,
      prefixWeight: familiarity.prefix.weight,
      countryWeight: familiarity.country.weight,
      networkWeight: familiarity.network.weight,
    }),
    text: () => {
      const counted = there > exactTo ? `at least ${exactTo}` : `${there}`;
      const users = isAmong ? `of ${population.users} users` : there === 1 ? 'user' : 'users';
      const some = isAmong && population.users === 1 ? 'the one user' : `${counted} ${users}`;
      const seen = there === 0 ? 'no other user' : some;
      const country = isNewCountry
        ? `${seen} of the organisation ${there > 1 ? 'were' : 'was'} seen in ${located.country}`
        : '';
      // Where what speaks for the user outweighs it, what speaks against them is a number only.
      const unused =
        isUnseen && weight > 0 ? `no user of the organisation was seen on AS${network.asn}` : '';
      const parts = [country, unused].filter((part) => part !== '').join('; ');
      const found = parts.charAt(0).toUpperCase() + parts.slice(1);
      return weight < 0 ? found + lowers : found;
    },
  };
}
