// Term "feedback": what analysts said of this place, network, address or device.
// Benign (of this user, until it expires): the positive weights that the value explains are taken
// off, down to a score of 0; what it does not explain (another device at the same place) stays.
// Malicious (of anybody, until it expires): +3 for every later use of the value. Marks are part of
// the state; triage.ts sets them. Blind spot: a wrong classification hides what it covers until it
// expires.

import type { Alone } from '../../kept-judgement.ts';
import { deviceUseKeys, placeUseKeys } from '../../population/use-keys.ts';
import type { FeedbackMark, Learned } from '../../profile/learned.ts';
import type { Observation } from '../../session/observation.ts';
import {
  type Evidence,
  lowers,
  natsOf,
  rounded,
  type TermContext,
  type TermName,
} from '../context/term.ts';

const maliciousWeight = 3;

const ofLocation: readonly TermName[] = ['place', 'travel', 'colleagues'];
const ofNetwork: readonly TermName[] = ['network', 'prefix', 'network-type', 'colleagues'];
/** What a value explains once an analyst has called it benign. */
const explainedBy: Readonly<Record<FeedbackMark['kind'], readonly TermName[]>> = {
  place: ofLocation,
  network: ofNetwork,
  prefix: [...ofLocation, ...ofNetwork, 'overlap'],
  device: ['device'],
};

/** What somebody's use of the network, address or device was called. */
export function maliciousTerm({ observation, population }: TermContext): Evidence | undefined {
  const malicious = [...placeUseKeys(observation), ...deviceUseKeys(observation)].find(
    (key) => (population.malicious.get(key) ?? 0) > observation.time,
  );
  if (malicious === undefined) return undefined;
  return {
    term: 'feedback',
    aspect: 'malicious',
    weight: maliciousWeight,
    numbers: () => ({ maliciousWeight }),
    inputs: () => ({ maliciousWeight }),
    text: () => 'An analyst called an earlier use of this network, address or device malicious',
  };
}

/** What an analyst called benign of what is seen, and the terms that it explains. */
export function benignOf({ learned, observation }: TermContext): Alone['benign'] | undefined {
  const kinds = [...new Set(marksOn(learned, observation, 'benign').map(({ kind }) => kind))];
  if (kinds.length === 0) return undefined;
  return { kinds, terms: [...new Set(kinds.flatMap((kind) => explainedBy[kind]))] };
}

/** `evidence` is all that was found before, `left` what discounts left of each reason, nats. */
export function benignTerm(
  { benign, expected }: Pick<Alone, 'benign' | 'expected'>,
  evidence: readonly Evidence[],
  left: (found: Evidence) => number,
): Evidence | undefined {
  if (!benign) return undefined;
  // What was expected has been taken off already.
  const terms = benign.terms.filter((term) => !expected?.terms.includes(term));
  const score = natsOf(evidence);
  const explained = evidence.reduce(
    (sum, found) => (terms.includes(found.term) ? sum + left(found) : sum),
    0,
  );
  const weight = Math.min(explained, score);
  if (weight <= 0) return undefined;
  const values = benign.kinds.map((kind) => spoken[kind as FeedbackMark['kind']]);
  return {
    term: 'feedback',
    aspect: 'benign',
    weight: -weight,
    numbers: () => ({ explained: rounded(explained), scoreBefore: rounded(score) }),
    inputs: () => ({ explained, scoreBefore: score }),
    text: () => `An analyst called this ${values.join(' and ')} benign for this user${lowers}`,
  };
}

const spoken: Readonly<Record<FeedbackMark['kind'], string>> = {
  place: 'place',
  network: 'network',
  prefix: 'address',
  device: 'device',
};

/** The marks with this classification that hold for what is seen, and have not expired by then. */
export function marksOn(
  { marks }: Learned,
  observation: Observation,
  classification: FeedbackMark['classification'],
): readonly FeedbackMark[] {
  const keys: Readonly<Record<FeedbackMark['kind'], string | undefined>> = {
    place: observation.place,
    network: observation.network && `${observation.network.asn}`,
    prefix: observation.prefix?.key,
    device: observation.device?.key,
  };
  return marks.filter(
    (mark) =>
      mark.classification === classification &&
      mark.until > observation.time &&
      mark.key === keys[mark.kind],
  );
}
