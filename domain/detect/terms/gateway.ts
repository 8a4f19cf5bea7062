// Term "gateway": does the user use this gateway?
// New: (1 - k) .35 ln(.4 / p_gateway). A known one is no evidence: an attacker takes the usual one
// too.
// Source: "first VPN gateway for user" of published VPN feature lists (Exabeam). Blind spot: an
// organisation with one gateway.

import { type Evidence, oneIn, rateNumbers, rounded, type TermContext } from '../context/term.ts';

const newWeight = 0.35;
const attackShare = 0.4;

export function gatewayTerm({
  observation,
  familiarity,
  rates,
}: TermContext): Evidence | undefined {
  const { k } = familiarity.gateway;
  if (k >= 0.5) return undefined;
  return {
    term: 'gateway',
    aspect: 'new-gateway',
    weight: Math.max(0, (1 - k) * newWeight * Math.log(attackShare / rates.of('gateway').rate)),
    numbers: () => ({ familiarity: rounded(k), ...rateNumbers(rates.of('gateway')) }),
    text: () =>
      `First connection through gateway ${observation.gatewayId} in a long while (this user ` +
      `takes a new one ${oneIn(rates.of('gateway').rate)} times)`,
  };
}
