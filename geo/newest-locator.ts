// Location data newer than the deployment, from a store of objects: `geo/latest.json` names a
// compact file by its SHA-256, `geo/<sha256>.bin` is never overwritten. Whatever goes wrong, the
// deployed data answers; a file is used only when its hash and its own checks hold.

import { createHash } from 'node:crypto';
import { createWriteStream, existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { openCompactLocator } from './compact/compact-locator.ts';
import type { Locator } from './locator.ts';

/** Reads an object by its key; rejects when there is none or when aborted. */
export type ReadObject = (key: string, signal: AbortSignal) => Promise<AsyncIterable<Uint8Array>>;

type Deps = {
  readonly read: ReadObject;
  /** Where the file is kept: /tmp in a function. */
  readonly folder: string;
  /** How long a start may wait for all of it. */
  readonly timeoutMs: number;
};

const latestKey = 'geo/latest.json';
const latestBytesMax = 1_000;
/** A function's /tmp holds 512 MB. */
const fileBytesMax = 256 * 1024 * 1024;

/**
 * Opens the newest data: the file that the store names, or `deployed` when that is newer or the
 * store fails.
 * @param failed is told why the store's file was not used; its text holds no address
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

async function fetchLatest({ read, folder, timeoutMs }: Deps): Promise<string> {
  const signal = AbortSignal.timeout(timeoutMs);
  const sha256 = await readLatest(await read(latestKey, signal));
  const path = join(folder, `${sha256}.bin`);
  // A file with its final name was verified by an earlier start of this environment.
  if (!existsSync(path)) await save(await read(`geo/${sha256}.bin`, signal), path, sha256, signal);
  return path;
}

/** The hash in `{"sha256":"..."}`. */
async function readLatest(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > latestBytesMax) throw new Error(`GEO_UPDATE: ${latestKey} is too long`);
    chunks.push(chunk);
  }
  const latest: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  const isObject = typeof latest === 'object' && latest !== null && 'sha256' in latest;
  const sha256 = isObject ? latest.sha256 : undefined;
  if (typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256)) return sha256;
  throw new Error(`GEO_UPDATE: ${latestKey} names no file by its SHA-256`);
}

/** Writes beside the place, and renames when the hash is right. */
async function save(
  body: AsyncIterable<Uint8Array>,
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
