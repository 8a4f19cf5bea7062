// The process function as the stack deploys it: its environment and its AWS clients.

import { makeDynamoClient } from '../aws/dynamodb/dynamo-client.ts';
import { makeCloudBus } from '../aws/events/event-bus.ts';
import { makeCloudLocate } from '../aws/location/label-requests.ts';
import { makePostpone } from '../aws/sqs/sqs-postpone.ts';
import type { ProcessEnv } from '../shared/env.ts';
import { retentionOf } from '../shared/retention.ts';
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
