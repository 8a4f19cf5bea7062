// The one place where a DynamoDB client is made: cloud, local run and tests use the same.
// Promise: every call ends within a known time. Region and credentials come from the SDK's own
// chain unless given; the local run gives its endpoint.

import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';

/** A DynamoDB that is not AWS's: dynalite, which checks no credentials. */
export type LocalDynamo = {
  readonly endpoint: string;
  /** Default: `local`, a region that no AWS has. */
  readonly region?: string;
  /** Takes the requests in this process instead of a socket. */
  readonly requestHandler?: NonNullable<DynamoDBClientConfig['requestHandler']>;
};

const connectionTimeoutMs = 1_000;
const requestTimeoutMs = 3_000;
/** One call and two repeats with the SDK's backoff: about 10 s in the worst case. */
const attemptsMax = 3;

/** Makes a client; `local` points it away from AWS. */
export function makeDynamoClient(local?: LocalDynamo): DynamoDBClient {
  const config: DynamoDBClientConfig = {
    maxAttempts: attemptsMax,
    requestHandler: {
      connectionTimeout: connectionTimeoutMs,
      requestTimeout: requestTimeoutMs,
      throwOnRequestTimeout: true,
    },
  };
  if (!local) return new DynamoDBClient(config);
  return new DynamoDBClient({
    ...config,
    ...(local.requestHandler ? { requestHandler: local.requestHandler } : {}),
    endpoint: local.endpoint,
    region: local.region ?? 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
}
