// Term "expected": what somebody said beforehand that this user would show, such as a trip or a
// standing exception. It takes off the positive weights that the value explains, and nothing else:
// down to a score of 0, from its first moment to its last. A trip explains the place and the access
// networks and addresses there; it explains no anonymous network or server, no other device, no
// second session elsewhere and no journey that nobody can make. Blind spot: whoever knows of the
// trip and comes from there meanwhile, with the user's own device.

import type { Alone } from '../../kept-judgement.ts';
import type { ExpectedMark } from '../../profile/learned.ts';
import { type Observation, prefixLabel } from '../../session/observation.ts';
import { isAnonymous } from '../context/familiarity.ts';
import {
  type Evidence,
  lowers,
  natsOf,
  rounded,
  type TermContext,
  type TermName,
  timeText,
} from '../context/term.ts';

const ofPlace: readonly TermName[] = ['place', 'colleagues'];
const ofNetwork: readonly TermName[] = ['network', 'prefix', 'colleagues'];
/** What a value explains when it was expected. */
const explainedBy: Readonly<Record<ExpectedMark['kind'], readonly TermName[]>> = {
  country: [...ofPlace, ...ofNetwork],
  place: [...ofPlace, ...ofNetwork],
  network: [...ofNetwork, 'network-type'],
  prefix: [...ofPlace, ...ofNetwork, 'network-type'],
  device: ['device'],
};
/** Kinds that say where a person is: servers and anonymous networks do not. */
const ofTrips: ReadonlySet<ExpectedMark['kind']> = new Set(['country', 'place']);

/** What was expected of what is seen, and the terms that it explains. */
export function expectedOf(context: TermContext): Alone['expected'] | undefined {
  const marks = expectedNow(context);
  if (marks.length === 0) return undefined;
  return {
    terms: [...new Set(marks.flatMap(({ kind }) => explainedBy[kind]))],
    values: marks.map((mark) => `${labelOf(mark)} until ${timeText(mark.until)}`),
  };
}

/** `evidence` is all that was found before, `left` what discounts left of each reason, nats. */
export function expectedTerm(
  expected: Alone['expected'] | undefined,
  evidence: readonly Evidence[],
  left: (found: Evidence) => number,
): Evidence | undefined {
  if (!expected) return undefined;
  const score = natsOf(evidence);
  const explained = evidence.reduce(
    (sum, found) => (expected.terms.includes(found.term) ? sum + left(found) : sum),
    0,
  );
  const weight = Math.min(explained, score);
  if (weight <= 0) return undefined;
  return {
    term: 'expected',
    aspect: 'expected',
    weight: -weight,
    numbers: () => ({ explained: rounded(explained), scoreBefore: rounded(score) }),
    inputs: () => ({ explained, scoreBefore: score }),
    text: () => `Expected of this user: ${expected.values.join('; ')}${lowers}`,
  };
}

function expectedNow({ learned, observation }: TermContext): readonly ExpectedMark[] {
  const { expected = [] } = learned;
  if (expected.length === 0) return expected;
  const { time } = observation;
  const keys = keysOf(observation);
  return expected.filter(
    ({ kind, key, from, until }) =>
      from <= time &&
      time < until &&
      key === keys[kind] &&
      !(ofTrips.has(kind) && isAnonymous(observation)),
  );
}

function keysOf(
  observation: Observation,
): Readonly<Record<ExpectedMark['kind'], string | undefined>> {
  const { located, place, network, prefix, device } = observation;
  return {
    country: located?.country,
    place,
    network: network && `${network.asn}`,
    prefix: prefix?.key,
    device: device?.key,
  };
}

function labelOf({ kind, key }: ExpectedMark): string {
  if (kind === 'network') return `AS${key}`;
  if (kind === 'prefix') return prefixLabel(key);
  return kind === 'device' ? key.slice(key.indexOf(':') + 1) : key;
}
