// Term "shared-egress": is this the organisation's own way out (office, security service, airline)?
// Formula: the positive weights of place, network, prefix and network type together, times
// -(1 - s): s = .25 with three or more other users at home on this exact prefix for more than a
// day, .45 with two, .7 with one. At home: their first session there was not anomalous.
// Only the exact prefix counts: a popular provider is no evidence, residential proxies sit there
// too.
// Source: Defender for Cloud Apps and Entra ignore places common in the organisation; narrowed
// here.
// Blind spot: an intruder inside the office's network or the same security service.

import { prefixUseKey } from '../../population/use-keys.ts';
import { type Evidence, lowers, rounded, type TermContext } from '../context/term.ts';

const shareByPeople = [1, 0.7, 0.45, 0.25] as const;
const dayMs = 24 * 3600 * 1000;

export function sharedEgressTerm(
  context: TermContext,
  locationWeight: number,
): Evidence | undefined {
  const { observation, population, user } = context;
  if (!observation.prefix || locationWeight <= 0) return undefined;
  const use = population.use(prefixUseKey(observation.prefix.key));
  const atHome = (use?.sighters ?? []).filter(
    (one) => one.user !== user && !one.isOdd && observation.time - one.first > dayMs,
  ).length;
  if (atHome === 0) return undefined;
  const share = shareByPeople[Math.min(3, atHome)] ?? 1;
  return {
    term: 'shared-egress',
    aspect: 'shared-egress',
    weight: -(1 - share) * locationWeight,
    numbers: () => ({ people: atHome, share, locationWeight: rounded(locationWeight) }),
    inputs: () => ({ people: atHome, locationWeight }),
    text: () =>
      `At least ${atHome} other user${atHome === 1 ? ' has' : 's have'} used this address for ` +
      `more than a day${lowers}`,
  };
}
