// What is left of the evidence against a user when others have taken off of it: trip, shared egress
// and handover of the location, cold start of what rests on the user's own history. Each acts on
// what those before it left, so nothing is taken off twice, and more evidence never lowers a score.
// Pure.

import type { Evidence, TermName } from './context/term.ts';

/** Nats left of a reason's positive weight; 0 of what speaks for the user. */
export type Left = (found: Evidence) => number;

/** Evidence of where an address is. */
export const ofLocation: ReadonlySet<TermName> = new Set([
  'place',
  'network',
  'prefix',
  'network-type',
]);
/** Take off of what the location put on. */
export const offLocation: ReadonlySet<TermName> = new Set(['trip', 'shared-egress', 'handover']);
/** Evidence that does not depend on the user's own history. */
export const impersonal: ReadonlySet<TermName> = new Set([
  'travel',
  'burst',
  'network-type',
  'organisation',
]);

/** What is computed of other sessions and evidence: no ground by itself, told behind those. */
export const ofOthers: ReadonlySet<TermName> = new Set(['organisation']);

/**
 * What is left after the discounts among `evidence`.
 * @param personalShare what a cold start has left of the personal terms; 1 before it
 */
export function leftOf(evidence: readonly Evidence[], personalShare = 1): Left {
  let location = 0;
  let off = 0;
  for (const { term, weight } of evidence) {
    if (ofLocation.has(term)) location += Math.max(0, weight);
    if (offLocation.has(term)) off += weight;
  }
  const locationShare = location > 0 ? Math.max(0, 1 + off / location) : 1;
  return ({ term, weight }) =>
    Math.max(0, weight) *
    (ofLocation.has(term) ? locationShare : 1) *
    (impersonal.has(term) ? 1 : personalShare);
}

/** What is left of the terms that count, nats. */
export const sumLeft = (
  evidence: readonly Evidence[],
  left: Left,
  counts: (term: TermName) => boolean,
): number => evidence.reduce((sum, one) => (counts(one.term) ? sum + left(one) : sum), 0);
