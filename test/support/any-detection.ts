// Detections with any text that a gateway could put into one. A file of its own: making arbitrary
// text takes a second, which only its own tests should spend.

import fc from 'fast-check';
import type { Detection } from '../../domain/detection.ts';
import { anyCharacter } from './any-character.ts';
import { lyon } from './detections.ts';

const hostile = fc.oneof(
  fc.string({ minLength: 1, maxLength: 40, unit: anyCharacter }),
  fc.constantFrom('a|b\\c=d', 'x\r\ny', '\u202eevil', '=1+1', '{"a":1}', '\ud800', ' cs1=http://x'),
);

/** Detections whose texts a gateway or a person chose. */
export const anyDetection: fc.Arbitrary<Detection> = fc
  .record({
    user: hostile,
    gateway: hostile,
    device: fc.option(hostile, { nil: undefined }),
    organization: hostile,
    place: fc.constantFrom('FR/Auvergne/Lyon', 'US//', 'special/private', 'unknown'),
    severity: fc.constantFrom('low' as const, 'medium' as const, 'high' as const),
    score: fc.integer({ min: 0, max: 100 }),
    reason: hostile,
  })
  .map(({ user, gateway, device, organization, place, reason, ...rest }) => {
    const { device: _, ...base } = lyon;
    return {
      ...base,
      ...rest,
      userKey: user,
      gatewayId: gateway,
      place: { key: place, label: place },
      network: { asn: 0, organization, type: 'unknown' },
      ...(device ? { device: { key: `host:${device}`, kind: 'host', name: device } } : {}),
      reasons: [{ term: 'place', weight: 1, text: reason, numbers: {} }],
    };
  });
