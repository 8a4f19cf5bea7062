// Entry of the admit function: environment and adapters, nothing else.
import { makeControlStore } from '../aws/dynamodb/control-store.ts';
import { makeDynamoClient } from '../aws/dynamodb/dynamo-client.ts';
import { isOrderWaiting } from '../aws/dynamodb/order-book.ts';
import { makeSqsQueue } from '../aws/sqs/sqs-queue.ts';
import { type AdmitEnv, readEnv } from '../shared/env.ts';
import { makeLog } from '../shared/log.ts';
import { makeAdmit } from './admit.ts';

const now = Date.now;
const env = readEnv<AdmitEnv>(process.env, ['CONTROL_TABLE', 'QUEUE_URL', 'ALLOWED_AUTHORITIES']);
const table = { client: makeDynamoClient(), tableName: env.CONTROL_TABLE, now };
const control = makeControlStore(table);
const queue = makeSqsQueue({ queueUrl: env.QUEUE_URL });
const log = makeLog({ service: 'admit', now });
const allowedAuthorities = env.ALLOWED_AUTHORITIES.toLowerCase().split(/\s*,\s*/);
const waiting = { isOrderWaiting: (relayId: string) => isOrderWaiting(table, relayId) };
const deps = { keys: control, batches: control, queue, allowedAuthorities, now, log };

export const handler = makeAdmit({ ...deps, ...waiting });
