// Retention of rows about users, in days: the deployment's values, else the defaults.

import { detectionRetentionDays, sessionRetentionDays } from '../../domain/limits.ts';
import type { RetentionEnv } from './env.ts';

export type Retention = { readonly sessionDays: number; readonly detectionDays: number };

export const retentionDefault: Retention = {
  sessionDays: sessionRetentionDays,
  detectionDays: detectionRetentionDays,
};

/** Reads the retention of a deployed function. */
export function retentionOf({ SESSION_DAYS, DETECTION_DAYS }: RetentionEnv): Retention {
  return {
    sessionDays: Number(SESSION_DAYS ?? retentionDefault.sessionDays),
    detectionDays: Number(DETECTION_DAYS ?? retentionDefault.detectionDays),
  };
}
