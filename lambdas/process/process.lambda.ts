// Entry of the process function: environment and adapters, nothing else.

import { type ProcessEnv, processVariables, readEnv } from '../shared/env.ts';
import { makeCloudProcess } from '../wiring/cloud-process.ts';

const env = readEnv<ProcessEnv>(process.env, processVariables);

export const handler = makeCloudProcess(env);
