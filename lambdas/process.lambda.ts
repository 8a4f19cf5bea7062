// Entry of the process function: environment and adapters, nothing else.

import { makeCloudProcess } from './aws/cloud-process.ts';
import { type ProcessEnv, processVariables, readEnv } from './env.ts';

const env = readEnv<ProcessEnv>(process.env, processVariables);

export const handler = makeCloudProcess(env);
