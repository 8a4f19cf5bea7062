// Location data newer than the deployment: a compact file in S3, taken at a cold start.
// `geo/latest.json` names it by its SHA-256, `geo/<sha256>.bin` is never overwritten. Whatever goes
// wrong, the deployed data answers; a file is used only when its hash and its own checks hold.

import { createHash } from 'node:crypto';
import { createWriteStream, existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import * as v from 'valibot';
import { openCompactLocator } from '../../geo/compact/compact-locator.ts';
import type { Locator } from '../../geo/locator.ts';
import { makeLog } from '../log.ts';

type Deps = {
  readonly client: Pick<S3Client, 'send'>;
  readonly bucket: string;
  /** Where the file is kept: /tmp in a function. */
  readonly folder: string;
  /** Milliseconds that a cold start may wait for all of it. */
  readonly timeoutMs: number;
};

const latestKey = 'geo/latest.json';
const latestCharactersMax = 1_000;
/** A cold start waits no longer for newer data. */
const timeoutMs = 8_000;
/** The function's /tmp holds 512 MB. */
const fileBytesMax = 256 * 1024 * 1024;

const latestSchema = v.object({ sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)) });

/** Opens the newest data in a function: S3 of its own region and role, files in /tmp. */
export function openUpdatedLocator(bucket: string, deployed: Locator): Promise<Locator> {
  const log = makeLog({ service: 'locate', now: Date.now });
  const client = new S3Client({ maxAttempts: 2 });
  return openNewestLocator({ client, bucket, folder: '/tmp', timeoutMs }, deployed, (error) =>
    log.error('newer location data was not used', error),
  );
}

/**
 * Opens the newest data: the file S3 names, or `deployed` when that is newer or S3 fails.
 * @param failed is told why the file of S3 was not used; its text holds no address
 */
export async function openNewestLocator(
  deps: Deps,
  deployed: Locator,
  failed: (error: unknown) => void,
): Promise<Locator> {
  try {
    const locator = openCompactLocator(await fetchLatest(deps), 'paged');
    // ISO dates compare as text. A deployment with newer data is not undone by an older file.
    return locator.dataDate >= deployed.dataDate ? locator : deployed;
  } catch (error) {
    failed(error);
    return deployed;
  }
}

async function fetchLatest(deps: Deps): Promise<string> {
  const signal = AbortSignal.timeout(deps.timeoutMs);
  const latest = await get(deps, latestKey, signal);
  const text = (await latest.transformToString()).slice(0, latestCharactersMax);
  const parsed = v.safeParse(latestSchema, JSON.parse(text));
  if (!parsed.success) throw new Error(`GEO_UPDATE: ${latestKey} names no file by its SHA-256`);
  const { sha256 } = parsed.output;
  const path = join(deps.folder, `${sha256}.bin`);
  // A file with its final name was verified by an earlier start of this environment.
  if (existsSync(path)) return path;
  const body = await get(deps, `geo/${sha256}.bin`, signal);
  await save(body as unknown as Readable, path, sha256, signal);
  return path;
}

async function get(deps: Deps, key: string, signal: AbortSignal) {
  const object = await deps.client.send(new GetObjectCommand({ Bucket: deps.bucket, Key: key }), {
    abortSignal: signal,
  });
  if (!object.Body) throw new Error(`GEO_UPDATE: ${key} is empty`);
  return object.Body;
}

/** Writes beside the place, and renames when the hash is right. */
async function save(
  body: Readable,
  path: string,
  sha256: string,
  signal: AbortSignal,
): Promise<void> {
  const hash = createHash('sha256');
  let bytes = 0;
  const check = new Transform({
    transform(chunk: Buffer, _, done) {
      bytes += chunk.length;
      hash.update(chunk);
      if (bytes > fileBytesMax) done(new Error('GEO_UPDATE: the file is over 256 MB'));
      else done(null, chunk);
    },
  });
  const unfinished = `${path}.part`;
  await pipeline(body, check, createWriteStream(unfinished), { signal });
  if (hash.digest('hex') !== sha256) throw new Error('GEO_UPDATE: the file has another SHA-256');
  renameSync(unfinished, path);
}
