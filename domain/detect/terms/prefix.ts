// Term "prefix": is the address, or its neighbourhood, one the user is known at?
// Known address: -2 k min(1, 3 share). Known /24 (IPv6 /48): -k. On a known network, an unknown
// /16 (IPv6 /32): (1 - k) ln(.95 / p_wide); a known one with an unknown /24: (1 - k) .6
// ln(.97 / p_near). Mobile, satellite and hosting addresses are fresh by nature: only known ones
// count.
// Source: Freeman et al. (IP level); three levels, because a new lease mostly stays in its
// neighbourhood, and how often it does not is learned per user. Blind spots: an intruder behind the
// same public address (flatmate, shared Wi-Fi); providers that renumber widely every night.

import { prefixLabel } from '../../session/observation.ts';
import { isAnonymous, isRoaming } from '../context/familiarity.ts';
import {
  type Evidence,
  oneIn,
  percent,
  rateNumbers,
  rounded,
  type TermContext,
} from '../context/term.ts';

const knownWeight = 2;
const nearWeight = 1;
const newWide = { weight: 1, share: 0.95 };
const newNear = { weight: 0.6, share: 0.97 };

export function prefixTerm(context: TermContext): Evidence | undefined {
  const { observation, familiarity, rates } = context;
  const { prefix } = observation;
  if (!prefix) return undefined;
  const share = familiarity.prefix.weight / (familiarity.weight + 1);
  const isFixed = !isRoaming(observation) && !isAnonymous(observation);
  const known = knownWeight * familiarity.prefix.k * Math.min(1, 3 * share);
  const near = isFixed ? nearWeight * familiarity.near.k * (1 - familiarity.prefix.k) : 0;
  const nearShare = near > 0 ? familiarity.near.weight / (familiarity.weight + 1) : 0;
  const onNetwork = isFixed ? familiarity.network.k * (1 - familiarity.near.k) : 0;
  const wide = onNetwork * (1 - familiarity.wide.k) * newWide.weight;
  const inner = onNetwork * familiarity.wide.k * newNear.weight;
  const fresh =
    onNetwork > 0.001
      ? wide * Math.log(newWide.share / rates.of('wide').rate) +
        inner * Math.log(newNear.share / rates.of('near').rate)
      : 0;
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
      prefixWeight: rounded(familiarity.prefix.weight),
      nearFamiliarity: rounded(familiarity.near.k),
      wideFamiliarity: rounded(familiarity.wide.k),
      allWeight: rounded(familiarity.weight),
      ...rateNumbers(rate()),
    }),
    text: () =>
      isNew
        ? `Address ${prefixLabel(prefix.key)} is far from this user's addresses on the same ` +
          `network (such a change comes ${oneIn(rate().rate)} times)`
        : `Address ${prefixLabel(prefix.key)} or its neighbours carried ` +
          `${percent(Math.max(share, nearShare))} ` +
          "of this user's connections (lowers the score)",
  };
}
