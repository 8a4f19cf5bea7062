// How long a session has lasted, for one that is open now.

import type { JSX } from 'preact';
import { durationText } from '../text/clock-text.ts';
import { useNow } from './time.tsx';

/** Of an open session as any list of the API shows it. */
type Lasted = {
  readonly startedAt: string;
  readonly durationSeconds: number;
  readonly state: string;
};

/** How long it has lasted: an open one goes on, its last word stands beside it. */
export function Lasting({ session }: { readonly session: Lasted }): JSX.Element {
  const now = useNow();
  const { startedAt, state, durationSeconds } = session;
  const seconds =
    state === 'open' ? Math.floor((now - Date.parse(startedAt)) / 1000) : durationSeconds;
  return <>{durationText(Math.max(0, seconds))}</>;
}
