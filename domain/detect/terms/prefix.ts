// Term "prefix": is the address, or its neighbourhood, one the user is known at?
// Known address: -2 k min(1, 3 share). Known /24 (IPv6 /48): -k. On a known network, an unknown
// /16 (IPv6 /32): (1 - k) ln(.95 / p_wide); a known one with an unknown /24: (1 - k) .6
// ln(.97 / p_near), p by how often it is new on this very network (detect/context/moves.ts).
// Mobile, satellite and hosting addresses are fresh by nature, and so are those of the user's own
// telephone on any network: only known ones count.
// Source: Freeman et al. (IP level); three levels, because a new lease mostly stays in its
// neighbourhood, and how often it does not is learned per user. Blind spots: an intruder behind the
// same public address (flatmate, shared Wi-Fi); providers that renumber widely every night.

import { prefixLabel } from '../../session/observation.ts';
import { isAnonymous, isOwnPhone, isRoaming } from '../context/familiarity.ts';
import { knownBy, sessionsAround, sessionsWith } from '../context/history.ts';
import type { MoveRate } from '../context/moves.ts';
import { type PersonalRates, rateMin } from '../context/rates.ts';
import {
  type Evidence,
  lowers,
  rateInputs,
  rateNumbers,
  rounded,
  type TermContext,
} from '../context/term.ts';

const knownWeight = 2;
const nearWeight = 1;
const newWide = { weight: 1, share: 0.95 };
const newNear = { weight: 0.6, share: 0.97 };

export function prefixTerm(context: TermContext): Evidence | undefined {
  const { observation, familiarity, history, rates } = context;
  const { prefix, network } = observation;
  if (!prefix) return undefined;
  const share = familiarity.prefix.weight / (familiarity.weight + 1);
  const isMobile = isRoaming(observation) || isOwnPhone(observation, familiarity);
  const isFixed = !isMobile && !isAnonymous(observation);
  const known = knownWeight * familiarity.prefix.k * Math.min(1, 3 * share);
  const near = isFixed ? nearWeight * familiarity.near.k * (1 - familiarity.prefix.k) : 0;
  const onNetwork = isFixed ? familiarity.network.k * (1 - familiarity.near.k) : 0;
  const wide = onNetwork * (1 - familiarity.wide.k) * newWide.weight;
  const inner = onNetwork * familiarity.wide.k * newNear.weight;
  const odds = onNetwork > 0.001 && network ? oddsOf(rates, network.asn) : undefined;
  const fresh = odds ? wide * odds.wide + inner * odds.near : 0;
  const weight = fresh - known - near;
  if (weight === 0) return undefined;
  const isNew = weight > 0;
  const isWide = wide >= inner;
  const rate = () => rates.of(isWide ? 'wide' : 'near');
  return {
    term: 'prefix',
    aspect: isNew ? (isWide ? 'new-wide' : 'new-near') : 'known-prefix',
    weight,
    numbers: () => ({
      sessions: history.sessions,
      sessionsAround: sessionsAround(history, prefix),
      sessionsOnNetwork: sessionsWith(history.networks, `${network?.asn}`),
      prefixWeight: rounded(familiarity.prefix.weight),
      nearFamiliarity: rounded(familiarity.near.k),
      wideFamiliarity: rounded(familiarity.wide.k),
      allWeight: rounded(familiarity.weight),
      ...rateNumbers(rate()),
      ...(network ? moveNumbers(rates.moves(network.asn)) : {}),
    }),
    inputs: () => ({
      prefixWeight: familiarity.prefix.weight,
      nearWeight: familiarity.near.weight,
      wideWeight: familiarity.wide.weight,
      networkWeight: familiarity.network.weight,
      allWeight: familiarity.weight,
      isFixed: isFixed ? 1 : 0,
      ...rateInputs(rates.of('wide'), 'wide'),
      ...rateInputs(rates.of('near'), 'near'),
      ...(network ? moveInputs(rates.moves(network.asn)) : {}),
    }),
    text: () => {
      const label = prefixLabel(prefix.key);
      const onNetwork = sessionsWith(history.networks, `${network?.asn}`);
      if (isNew) {
        const before = knownBy(onNetwork, history.sessions, 'came through the network');
        return (
          `Address ${label} is in another range of the network than this user's others` +
          (onNetwork === 0 ? '' : `; ${before}`)
        );
      }
      const around = sessionsAround(history, prefix);
      const known = knownBy(around, history.sessions, 'came from there');
      return `Address ${label} or its neighbours: ${known}${lowers}`;
    },
  };
}

/**
 * What a new neighbourhood and a new wide block say, in nats: by how often the neighbourhood is new
 * on this network. Where the user's addresses move, as a phone's do, a new one is no news.
 */
function oddsOf(
  rates: PersonalRates,
  asn: number,
): { readonly near: number; readonly wide: number } {
  const { rate } = rates.moves(asn);
  const wide = Math.min(0.95, (rates.of('wide').rate * rate) / rates.of('near').rate);
  return {
    near: Math.max(0, Math.log(newNear.share / rate)),
    wide: Math.max(0, Math.log(newWide.share / Math.max(rateMin, wide))),
  };
}

const moveInputs = ({ asked, fresh, movers, stayers }: MoveRate) => ({
  askedOnNetwork: asked,
  freshOnNetwork: fresh,
  usersThatMove: movers,
  usersThatStay: stayers,
});

const moveNumbers = ({ rate, asked, fresh, movers, stayers }: MoveRate) => ({
  rateOnNetwork: rounded(rate),
  askedOnNetwork: rounded(asked),
  freshOnNetwork: rounded(fresh),
  usersThatMove: movers,
  usersThatStay: stayers,
});
