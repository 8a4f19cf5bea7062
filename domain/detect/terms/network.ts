// Term "network": does the user usually come through this network (ASN)?
// New: (1 - k) 1.1 ln(.9 / p_network), x .25 as far as the country is new and x .7 as far as the
// place is, because a new place brings a new network by itself (chain rule). Known: -.3 k min(1, 2
// share). Void as far as the address is known: ranges change hands.
// Source: Freeman et al., NDSS 2016 (IP, ASN, country); no discount for popular providers, because
// residential proxies sit on the colleagues' providers. Blind spot: an intruder on the user's
// provider.

import type { NetworkType } from '../../location.ts';
import { hardlyKnown, inSessions, knownBy, sessionsWith } from '../context/history.ts';
import {
  type Evidence,
  lowers,
  rateInputs,
  rateNumbers,
  rounded,
  type TermContext,
} from '../context/term.ts';

/** Networks without a place that are nothing to worry about. */
const spoken: Partial<Record<NetworkType, string>> = {
  satellite: ', a satellite network: its address says little of where the user is',
  'security-service':
    ', a security service of organisations: its address says nothing of where the user is',
};

const newWeight = 1.1;
const newShare = 0.9;
const knownWeight = 0.3;

export function networkTerm(context: TermContext): Evidence | undefined {
  const { observation, familiarity, history, rates } = context;
  const { network } = observation;
  if (!network) return undefined;
  const { k, weight } = familiarity.network;
  const share = weight / (familiarity.weight + 1);
  const chain =
    1 -
    0.75 * (1 - familiarity.country.k) -
    0.3 * familiarity.country.k * (1 - familiarity.place.k);
  const unseen = (1 - k) * (1 - familiarity.prefix.k);
  const odds = unseen > 0.001 ? Math.log(newShare / rates.of('network').rate) : 0;
  const total = newWeight * chain * unseen * odds - k * knownWeight * Math.min(1, 2 * share);
  return {
    term: 'network',
    aspect: k < 0.5 ? 'new-network' : 'known-network',
    weight: total,
    numbers: () => ({
      asn: network.asn,
      sessions: history.sessions,
      sessionsThere: sessionsWith(history.networks, `${network.asn}`),
      networkWeight: rounded(weight),
      allWeight: rounded(familiarity.weight),
      familiarity: rounded(k),
      unseen: rounded(unseen),
      chain: rounded(chain),
      ...rateNumbers(rates.of('network')),
    }),
    inputs: () => ({
      networkWeight: weight,
      allWeight: familiarity.weight,
      prefixWeight: familiarity.prefix.weight,
      countryWeight: familiarity.country.weight,
      placeWeight: familiarity.place.weight,
      ...rateInputs(rates.of('network')),
    }),
    text: () => {
      const kind = spoken[network.type] ?? '';
      const name = `${network.organization || 'network'} (AS${network.asn})${kind}`;
      const there = sessionsWith(history.networks, `${network.asn}`);
      const all = history.sessions;
      if (total < 0) return `Network ${name}: ${knownBy(there, all, 'came through it')}${lowers}`;
      return there === 0
        ? `First time on network ${name}${inSessions(all)}`
        : `Network ${name}: ${hardlyKnown(there, all, 'came through it')}`;
    },
  };
}
