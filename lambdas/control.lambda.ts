// Entry of the control function: environment and adapters, nothing else.

import { accessOf } from './access.ts';
import { makeCloudControl } from './aws/table-control.ts';
import { type ControlEnv, controlVariables, readEnv } from './env.ts';

const env = readEnv<ControlEnv>(process.env, controlVariables);

export const handler = makeCloudControl(env, accessOf(env));
