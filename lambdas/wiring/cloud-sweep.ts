// The sweep function as the stack deploys it: its environment and its AWS clients.

import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { makeClient } from '../aws/client.ts';
import { makeDynamoClient } from '../aws/dynamodb/dynamo-client.ts';
import { makeCloudBus } from '../aws/events/event-bus.ts';
import { makeHealthEvents } from '../aws/events/health-events.ts';
import type { SweepEnv } from '../shared/env.ts';
import { healthLimitsOf } from '../shared/relay-health.ts';
import { retentionOf } from '../shared/retention.ts';
import { makeTableSweep } from './table-sweep.ts';

/** The sweep handler in AWS. */
export function makeCloudSweep(env: SweepEnv): ReturnType<typeof makeTableSweep> {
  return makeTableSweep({
    client: makeDynamoClient(),
    profilesTable: env.PROFILES_TABLE,
    controlTable: env.CONTROL_TABLE,
    publish: makeHealthEvents({
      client: makeClient(EventBridgeClient, 'bus'),
      busName: env.EVENT_BUS,
    }),
    bus: { send: makeCloudBus(env.EVENT_BUS) },
    limits: healthLimitsOf({ gapMinutes: +env.GAP_MINUTES, silentMinutes: +env.SILENT_MINUTES }),
    retention: retentionOf(env),
    now: Date.now,
  });
}
