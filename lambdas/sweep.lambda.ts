// Entry of the sweep function, started by a schedule.

import { makeCloudSweep } from './aws/cloud-sweep.ts';
import { readEnv, type SweepEnv, sweepVariables } from './env.ts';

const env = readEnv<SweepEnv>(process.env, sweepVariables);

export const handler = makeCloudSweep(env);
