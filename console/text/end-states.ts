// The state of an order to end a session, as a sentence and in a few words.

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

const briefs: Readonly<Record<string, string>> = {
  requested: 'end ordered',
  void: 'end not sent',
  sent: 'end sent',
  acknowledged: 'end acknowledged, no Stop yet',
  refused: 'end refused by the gateway',
  silent: 'gateway does not answer',
  confirmed: 'session ended',
  unconfirmed: 'end not proved',
  'came-back': 'ended, and came back',
};

/** In a list; a state that this console does not know is shown as it came. */
export const endStateBrief = (state: string): string => briefs[state] ?? state;

/** A state that this console does not know is shown as it came. */
export function endStateText({ state, steps }: Pick<SessionEnd, 'state' | 'steps'>): string {
  const isRestart = state === 'confirmed' && steps.at(-1)?.cause === 'restart';
  if (isRestart) return 'The session has ended: its gateway has restarted.';
  return texts[state] ?? state;
}
