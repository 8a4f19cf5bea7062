// What ends a session that no record ends, as the organisation says (docs/records.md).

import { sessionSilentWithoutInterimsMs } from '../limits.ts';
import type { Settings } from '../settings.ts';

export type SessionRules = {
  /** A session of a gateway that sends no interims lasts at most so long. */
  readonly openMsMax: number;
};

export const defaultRules: SessionRules = { openMsMax: sessionSilentWithoutInterimsMs };

/** The rules that the settings make. */
export function sessionRules({ sessions }: Pick<Settings, 'sessions'>): SessionRules {
  const hours = sessions?.maxHoursWithoutInterims;
  return hours === undefined ? defaultRules : { openMsMax: hours * 3_600_000 };
}
