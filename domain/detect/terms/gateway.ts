// Term "gateway": does the user use this gateway?
// New: (1 - k) .35 ln(.4 / p_gateway). A known one is no evidence: an attacker takes the usual one
// too.
// Source: "first VPN gateway for user" of published VPN feature lists (Exabeam). Blind spot: an
// organisation with one gateway.

import { hardlyKnown, inSessions, sessionsWith } from '../context/history.ts';
import {
  type Evidence,
  rateInputs,
  rateNumbers,
  rounded,
  type TermContext,
} from '../context/term.ts';

const newWeight = 0.35;
const attackShare = 0.4;

export function gatewayTerm({
  observation,
  familiarity,
  history,
  rates,
}: TermContext): Evidence | undefined {
  const { k } = familiarity.gateway;
  if (k >= 0.5) return undefined;
  return {
    term: 'gateway',
    aspect: 'new-gateway',
    weight: Math.max(0, (1 - k) * newWeight * Math.log(attackShare / rates.of('gateway').rate)),
    numbers: () => ({
      sessions: history.sessions,
      sessionsThrough: sessionsWith(history.gateways, observation.gatewayId),
      familiarity: rounded(k),
      ...rateNumbers(rates.of('gateway')),
    }),
    inputs: () => ({
      gatewayWeight: familiarity.gateway.weight,
      ...rateInputs(rates.of('gateway')),
    }),
    text: () => {
      const through = sessionsWith(history.gateways, observation.gatewayId);
      return through === 0
        ? `First time through gateway ${observation.gatewayId}${inSessions(history.sessions)}`
        : `Gateway ${observation.gatewayId}: ` +
            hardlyKnown(through, history.sessions, 'came through it');
    },
  };
}
