// How long a session has lasted, for one that is open now.

import type { JSX } from 'preact';
import { durationText } from '../text/clock-text.ts';
import { useNow } from './time.tsx';

/** Of an open session as any list of the API shows it. */
type Lasted = {
  readonly startedAt: string;
  readonly lastSeenBy: string;
  readonly durationSeconds: number;
  readonly state: string;
};

/** How long it has lasted: to its last word; without interims until now, and it goes on. */
export function Lasting({ session }: { readonly session: Lasted }): JSX.Element {
  const now = useNow();
  const { startedAt, lastSeenBy, state, durationSeconds } = session;
  const isTicking = lastSeenBy === 'start' && state === 'open';
  const seconds = isTicking ? Math.floor((now - Date.parse(startedAt)) / 1000) : durationSeconds;
  return <>{durationText(Math.max(0, seconds))}</>;
}
