// A case in words. Pure.

import type { Case, Detection, ListedDetection } from '../api/types.ts';

/** Why its detections belong together, by `kind`; a later kind says nothing. */
const reasons: Readonly<Record<string, string>> = {
  burst: 'A burst: several accounts suddenly from one new network or address.',
  address: 'Most or all of them share an address.',
  network: 'Most or all of them share a network that was new to the organisation.',
  device: 'Most or all of them share a device.',
  place: 'Most or all of them share a place that was new to each user.',
  split: 'An analyst took these out of another case: they are not grouped again.',
};

export const whyTogether = ({ kind }: Pick<Case, 'kind'>): string => reasons[kind] ?? '';

type Decided = Pick<Detection, 'status' | 'classification'>;

/** Of a case or of a detection: `in progress`, `resolved, benign`. */
export function caseStateText({ status, classification }: Decided): string {
  const state = status === 'in-progress' ? 'in progress' : status;
  return classification ? `${state}, ${classification}` : state;
}

export type UserLane = { readonly user: string; readonly at: readonly ListedDetection[] };

/** Users of a case with their detections, who came first first. A burst is of all, not of one. */
export function userLanes(items: readonly ListedDetection[]): readonly UserLane[] {
  const lanes = new Map<string, ListedDetection[]>();
  const own = items.filter(({ kind }) => kind !== 'connection-burst');
  for (const one of own.length > 0 ? own : items) {
    lanes.set(one.user, [...(lanes.get(one.user) ?? []), one]);
  }
  return [...lanes].map(([user, at]) => ({ user, at }));
}
