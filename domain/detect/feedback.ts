// Term "feedback": what analysts said of this place, network, address or computer.
// Benign (of this person, until it expires): the score is capped at 0, for that value only.
// Malicious (of anybody, 30 days): +3 for every later use of the value. Marks are part of the
// state; who set them is kept with the detection. Blind spot: a wrong verdict blinds until it
// expires.

import type { FeedbackMark } from '../learned.ts';
import { networkUseKey, prefixUseKey } from './burst.ts';
import type { Evidence, Scene } from './term.ts';

const maliciousWeight = 3;

export function feedbackTerm(scene: Scene, score: number): Evidence | undefined {
  const { sight, population } = scene;
  const malicious = [
    ...(sight.network ? [networkUseKey(sight.network.asn)] : []),
    ...(sight.prefix ? [prefixUseKey(sight.prefix.key)] : []),
    ...(sight.device ? [deviceUseKey(sight.device.key)] : []),
  ].find((key) => (population.malicious.get(key) ?? 0) > sight.time);
  if (malicious !== undefined) {
    return {
      term: 'feedback',
      aspect: 'malicious',
      weight: maliciousWeight,
      numbers: () => ({ maliciousWeight }),
      text: () => 'An analyst called an earlier use of this network, address or computer malicious',
    };
  }
  if (score <= 0 || !scene.learned.marks.some((mark) => fits(mark, scene))) return undefined;
  return {
    term: 'feedback',
    aspect: 'benign',
    weight: -score,
    numbers: () => ({ scoreBefore: Math.round(score * 1000) / 1000 }),
    text: () => 'An analyst called this benign for this user (caps the score)',
  };
}

function fits(mark: FeedbackMark, { sight }: Scene): boolean {
  if (mark.verdict !== 'benign' || mark.until <= sight.time) return false;
  switch (mark.kind) {
    case 'place':
      return mark.key === sight.place;
    case 'network':
      return sight.network !== undefined && mark.key === `${sight.network.asn}`;
    case 'prefix':
      return mark.key === sight.prefix?.key;
    case 'device':
      return mark.key === sight.device?.key;
  }
}

export const deviceUseKey = (key: string): string => `d:${key}`;
