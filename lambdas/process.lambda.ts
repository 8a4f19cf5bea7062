// Entry of the process function: environment and adapters, nothing else.

import { LambdaClient } from '@aws-sdk/client-lambda';
import { makeDynamoClient } from './aws/dynamo-client.ts';
import { makeLabelRequests, withLabelRequests } from './aws/label-requests.ts';
import { makeLambdaLocate } from './aws/lambda-locate.ts';
import { makePostpone } from './aws/sqs-postpone.ts';
import { makeTableProcess } from './aws/table-handlers.ts';
import { type ProcessEnv, readEnv } from './env.ts';

const names = ['PROFILES_TABLE', 'CONTROL_TABLE', 'LOCATE_FUNCTION', 'QUEUE_URL'] as const;
const env = readEnv<ProcessEnv>(process.env, names);

const client = new LambdaClient();
const locate = makeLambdaLocate({ client, functionName: env.LOCATE_FUNCTION });
const labels = env.LABEL_FUNCTION;

export const handler = makeTableProcess({
  client: makeDynamoClient(),
  profilesTable: env.PROFILES_TABLE,
  controlTable: env.CONTROL_TABLE,
  locate: labels
    ? withLabelRequests(locate, makeLabelRequests({ client, functionName: labels }))
    : locate,
  postpone: makePostpone(env.QUEUE_URL),
  now: Date.now,
});
