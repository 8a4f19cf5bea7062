// Entry of the admit function: environment and adapters, nothing else.

import { makeAdmit } from './admit.ts';
import { makeControlStore } from './aws/control-store.ts';
import { makeDynamoClient } from './aws/dynamo-client.ts';
import { makeSqsQueue } from './aws/sqs-queue.ts';
import { type AdmitEnv, readEnv } from './env.ts';
import { makeLog } from './log.ts';

const now = Date.now;
const env = readEnv<AdmitEnv>(process.env, ['CONTROL_TABLE', 'QUEUE_URL', 'ALLOWED_AUTHORITIES']);
const control = makeControlStore({ client: makeDynamoClient(), tableName: env.CONTROL_TABLE, now });
const queue = makeSqsQueue({ queueUrl: env.QUEUE_URL });
const log = makeLog({ service: 'admit', now });
const allowedAuthorities = env.ALLOWED_AUTHORITIES.toLowerCase().split(/\s*,\s*/);
const deps = { keys: control, batches: control, queue, allowedAuthorities, now, log };

export const handler = makeAdmit(deps);
