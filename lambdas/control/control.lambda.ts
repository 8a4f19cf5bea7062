// Entry of the control function: environment and adapters, nothing else.

import { accessOf } from '../shared/access.ts';
import { type ControlEnv, controlVariables, readEnv } from '../shared/env.ts';
import { makeCloudControl } from '../wiring/table-control.ts';

const env = readEnv<ControlEnv>(process.env, controlVariables);

export const handler = makeCloudControl(env, accessOf(env));
