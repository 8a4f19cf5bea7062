// Entry of the process function: environment and adapters, nothing else.

import { makeDynamoClient } from './aws/dynamo-client.ts';
import { makeCloudBus } from './aws/event-bus.ts';
import { makeCloudLocate } from './aws/label-requests.ts';
import { makePostpone } from './aws/sqs-postpone.ts';
import { makeTableProcess } from './aws/table-handlers.ts';
import { type ProcessEnv, processVariables, readEnv } from './env.ts';

const env = readEnv<ProcessEnv>(process.env, processVariables);

export const handler = makeTableProcess({
  client: makeDynamoClient(),
  profilesTable: env.PROFILES_TABLE,
  controlTable: env.CONTROL_TABLE,
  locate: makeCloudLocate(env.LOCATE_FUNCTION, env.LABEL_FUNCTION),
  postpone: makePostpone(env.QUEUE_URL),
  bus: { send: makeCloudBus(env.EVENT_BUS), pageOrigin: env.PAGE_ORIGIN },
  now: Date.now,
});
