// What a form of classification asks the API to change: only what differs from the state that it
// changes (JSON Merge Patch, RFC 7396), so that a corrected note leaves the rest as it was decided.
// Pure: the state and the form in, the body out.

import type { Detection } from '../api/types.ts';

const dayMs = 24 * 3600 * 1000;

/** A form as it was filled in; '' is "not classified" and "no note". */
export type Filled = {
  readonly status: string;
  readonly classification: string;
  readonly note: string;
  /** How long benign holds from now on; absent: as it was decided. */
  readonly days?: number;
};

/** The members that change; the state itself when nothing does, as a confirmation. */
export function changeFrom(
  present: Detection['triage'],
  { status, classification, note, days }: Filled,
  now: number = Date.now(),
): Record<string, unknown> {
  const isSame = classification === (present?.classification ?? '');
  const isUntilSet = classification === 'benign' && days !== undefined;
  return {
    status,
    ...(isSame ? {} : { classification: classification === '' ? null : classification }),
    ...(note === (present?.note ?? '') ? {} : { note: note === '' ? null : note }),
    ...(isUntilSet ? { benignUntil: new Date(now + days * dayMs).toISOString() } : {}),
  };
}

/**
 * The state that a classification suggests. One that is taken back leaves an open question, so
 * that the detection stands among the new ones again.
 */
export function statusFor(classification: string, status = 'new', before = ''): string {
  if (classification === before) return status;
  if (classification === '') return 'new';
  return classification === 'benign' ? 'resolved' : 'in-progress';
}
