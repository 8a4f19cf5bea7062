// Term "no-address": did the gateway send no client address, where this user's sessions on it had
// one from their Start? Formula: min(2, .5 ln((n + 2) / (m + 1))), n earlier sessions, m of them
// without an address; at least five, of which 19 in 20 had one, and the sessions at hand on this
// gateway had it from their Start. Each session without one makes the next cheaper: a gateway that
// is set up otherwise is no news for long. Below the threshold by itself: it takes a new device, a
// new gateway or an odd hour besides.
// Source: this product; the attribute is optional (RFC 2865 section 5.31). Blind spots: gateways
// that never send one, or only with the first interim.

import { type Evidence, rounded, type TermContext } from '../context/term.ts';

const highest = 2;
const scale = 0.5;
const sessionsMin = 5;
const shareMin = 0.95;
/** An address that comes so long after the Start was not sent with it. */
const withStartMs = 5_000;

export function noAddressTerm(context: TermContext): Evidence | undefined {
  const { presence, session, others, history } = context;
  if (presence || session.sightings.length > 0) return undefined;
  const { sessions } = history;
  // Each session counts each of its places once: more than one place hides one without any.
  const placed = [...history.places.values()].reduce((sum, { count }) => sum + count, 0);
  const missing = Math.max(0, sessions - placed);
  if (sessions < sessionsMin || missing > sessions * (1 - shareMin)) return undefined;
  const here = others.filter(
    ({ gatewayId, rowStart, identity }) =>
      gatewayId === session.gatewayId &&
      !(rowStart === session.rowStart && identity === session.identity),
  );
  const isSentWithStart = here.some(({ sightings, startedAt }) =>
    sightings.some(({ firstSeen }) => firstSeen - startedAt <= withStartMs),
  );
  const isEverLater = here.some(
    ({ sightings, startedAt }) =>
      sightings.length > 0 && sightings.every((one) => one.firstSeen - startedAt > withStartMs),
  );
  if (!isSentWithStart || isEverLater) return undefined;
  return {
    term: 'no-address',
    aspect: 'no-address',
    weight: Math.min(highest, scale * Math.log((sessions + 2) / (missing + 1))),
    numbers: () => ({ sessions, sessionsWithout: missing, highest: rounded(highest) }),
    inputs: () => ({ sessions, sessionsWithout: missing }),
    text: () =>
      `Gateway ${session.gatewayId} sent no client address; ` +
      `${sessions - missing} of ${sessions} earlier sessions had one`,
  };
}
