// The deployment that documents speak of: what `npm run size` takes where nothing else is said.

import type { Deployment } from '../../cli/size/sizing.ts';

/** For so many users. */
export const usualDeployment = (users: number): Deployment => ({
  users,
  sessionsPerDay: 3,
  interimMinutes: 10,
  hoursPerDay: 8,
  packetBytes: 700,
  analysts: 3,
  machines: 0,
});
