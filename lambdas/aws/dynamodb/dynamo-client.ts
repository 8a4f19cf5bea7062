// How a DynamoDB client is made: cloud, local run and tests use the same. The local run gives its
// endpoint. What calls may take is client.ts.

import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { makeClient } from '../client.ts';

/** A DynamoDB that is not AWS's: dynalite, which checks no credentials. */
export type LocalDynamo = {
  readonly endpoint: string;
  /** Default: `local`, a region that no AWS has. */
  readonly region?: string;
  /** Takes the requests in this process instead of a socket. */
  readonly requestHandler?: NonNullable<DynamoDBClientConfig['requestHandler']>;
};

/** Makes a client; `local` points it away from AWS. */
export function makeDynamoClient(local?: LocalDynamo): DynamoDBClient {
  if (!local) return makeClient(DynamoDBClient, 'tables');
  return makeClient(DynamoDBClient, 'tables', {
    ...(local.requestHandler ? { requestHandler: local.requestHandler } : {}),
    endpoint: local.endpoint,
    region: local.region ?? 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
}
