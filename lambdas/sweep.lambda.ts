// Entry of the sweep function, started by a schedule.
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { makeDynamoClient } from './aws/dynamo-client.ts';
import { makeCloudBus } from './aws/event-bus.ts';
import { makeHealthEvents } from './aws/health-events.ts';
import { makeTableSweep } from './aws/table-sweep.ts';
import { readEnv, type SweepEnv, sweepVariables } from './env.ts';
import { healthLimitsOf } from './relay-health.ts';

const env = readEnv<SweepEnv>(process.env, sweepVariables);

export const handler = makeTableSweep({
  client: makeDynamoClient(),
  profilesTable: env.PROFILES_TABLE,
  controlTable: env.CONTROL_TABLE,
  publish: makeHealthEvents({ client: new EventBridgeClient(), busName: env.EVENT_BUS }),
  bus: { send: makeCloudBus(env.EVENT_BUS) },
  limits: healthLimitsOf({ gapMinutes: +env.GAP_MINUTES, silentMinutes: +env.SILENT_MINUTES }),
  now: Date.now,
});
