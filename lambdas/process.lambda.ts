// Entry of the process function: environment and adapters, nothing else.

import { makeDynamoClient } from './aws/dynamo-client.ts';
import { makeCloudLocate } from './aws/label-requests.ts';
import { makePostpone } from './aws/sqs-postpone.ts';
import { makeTableProcess } from './aws/table-handlers.ts';
import { type ProcessEnv, readEnv } from './env.ts';

const names = ['PROFILES_TABLE', 'CONTROL_TABLE', 'LOCATE_FUNCTION', 'QUEUE_URL'] as const;
const env = readEnv<ProcessEnv>(process.env, names);

export const handler = makeTableProcess({
  client: makeDynamoClient(),
  profilesTable: env.PROFILES_TABLE,
  controlTable: env.CONTROL_TABLE,
  locate: makeCloudLocate(env.LOCATE_FUNCTION, env.LABEL_FUNCTION),
  postpone: makePostpone(env.QUEUE_URL),
  now: Date.now,
});
