// The store of newer location data: an S3 bucket, read with the function's own role. It requests
// two fixed keys; no request holds anything about an address or a user.

import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Locator } from '../../../geo/locator.ts';
import { openNewestLocator, type ReadObject } from '../../../geo/newest-locator.ts';
import { makeLog } from '../../shared/log.ts';
import { makeClient } from '../client.ts';

/** A cold start waits no longer for newer data. */
const timeoutMs = 8_000;

/** Makes the reader of a bucket. */
export function makeReadObject(client: Pick<S3Client, 'send'>, bucket: string): ReadObject {
  return async (key, signal) => {
    const command = new GetObjectCommand({ Bucket: bucket, Key: key });
    const { Body } = await client.send(command, { abortSignal: signal });
    if (!Body) throw new Error(`GEO_UPDATE: ${key} is empty`);
    // On Node the SDK's body is a readable stream; its type also covers browsers.
    return Body as unknown as AsyncIterable<Uint8Array>;
  };
}

/** Opens the newest data in a function: S3 of its own region and role, files in /tmp. */
export function openUpdatedLocator(bucket: string, deployed: Locator): Promise<Locator> {
  const log = makeLog({ service: 'locate', now: Date.now });
  const read = makeReadObject(makeClient(S3Client, 'objects'), bucket);
  return openNewestLocator({ read, folder: '/tmp', timeoutMs }, deployed, (error) =>
    log.error('newer location data was not used', error),
  );
}
