// Entry of the sweep function, started by a schedule.

import { readEnv, type SweepEnv, sweepVariables } from '../shared/env.ts';
import { makeCloudSweep } from '../wiring/cloud-sweep.ts';

const env = readEnv<SweepEnv>(process.env, sweepVariables);

export const handler = makeCloudSweep(env);
