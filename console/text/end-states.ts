// The state of an order to end a session, as a sentence.

import type { SessionEnd } from '../api/types.ts';

const texts: Readonly<Record<string, string>> = {
  requested: 'Ordered; the relay has not fetched it yet.',
  void: 'Nothing was sent.',
  sent: 'Sent to the gateway.',
  acknowledged: 'The gateway says yes; the proof is the Stop, which has not come yet.',
  refused: 'The gateway refuses.',
  silent: 'The gateway does not answer.',
  confirmed: 'The session has ended: its Stop has come.',
  unconfirmed: 'No Stop has come: look on the gateway.',
  'came-back': 'The session has ended, and the user is back: disable the account.',
};

/** A state that this console does not know is shown as it came. */
export function endStateText({ state, steps }: Pick<SessionEnd, 'state' | 'steps'>): string {
  const isRestart = state === 'confirmed' && steps.at(-1)?.cause === 'restart';
  if (isRestart) return 'The session has ended: its gateway has restarted.';
  return texts[state] ?? state;
}
