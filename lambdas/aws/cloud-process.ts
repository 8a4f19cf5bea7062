// The process function as the stack deploys it: its environment and the clients of AWS.

import type { ProcessEnv } from '../env.ts';
import { retentionOf } from '../retention.ts';
import { makeDynamoClient } from './dynamo-client.ts';
import { makeCloudBus } from './event-bus.ts';
import { makeCloudLocate } from './label-requests.ts';
import { makePostpone } from './sqs-postpone.ts';
import { makeTableProcess } from './table-handlers.ts';

/** The process handler in AWS. */
export function makeCloudProcess(env: ProcessEnv): ReturnType<typeof makeTableProcess> {
  return makeTableProcess({
    client: makeDynamoClient(),
    profilesTable: env.PROFILES_TABLE,
    controlTable: env.CONTROL_TABLE,
    locate: makeCloudLocate(env.LOCATE_FUNCTION, env.LABEL_FUNCTION),
    postpone: makePostpone(env.QUEUE_URL),
    bus: { send: makeCloudBus(env.EVENT_BUS), pageOrigin: env.PAGE_ORIGIN },
    retention: retentionOf(env),
    now: Date.now,
  });
}
