// The directory that holds everything the local run remembers: journal, queue, tables, keys.
// Without a chosen one it is temporary and goes with the process; a chosen one survives restarts.
// One process at a time: a second one on the same directory is refused, a dead one's claim is not.

import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { errorText, systemErrorCode } from '../relay/errors.ts';
import { claimFolder, FolderClaimedError } from './folder-claim.ts';

export type DataDir = {
  readonly path: string;
  readonly isTemporary: boolean;
  /** Gives the directory free; a temporary one is removed with all it holds. */
  release(): Promise<void>;
};

/** A directory that cannot be used; the message names the option to change. */
export class DataDirError extends Error {
  override readonly name = 'DataDirError';
}

const privateDirMode = 0o700;
const privateFileMode = 0o600;

const unusableTexts: Readonly<Record<string, string>> = {
  EACCES: 'this account may not write there',
  EPERM: 'this account may not write there',
  EROFS: 'it is on a file system that is mounted read-only',
  ENOSPC: 'no space is left on that disk',
  EEXIST: 'it is a file',
  ENOTDIR: 'it lies in a file',
};

/** @param cause what the system or the claim said */
function unusable(path: string, cause: unknown): DataDirError {
  const why = unusableTexts[systemErrorCode(cause)] ?? errorText(cause);
  return new DataDirError(`--data ${path} cannot be used as a directory: ${why}`, { cause });
}

/**
 * @returns a function that gives the directory free.
 * @throws DataDirError
 */
function claim(path: string): () => void {
  try {
    return claimFolder(path);
  } catch (error) {
    if (error instanceof FolderClaimedError) {
      throw new DataDirError(`--data ${error.message}`, { cause: error });
    }
    throw unusable(path, error);
  }
}

/**
 * Opens the chosen directory, or a new temporary one.
 *
 * @throws DataDirError when it cannot be made or written, or another live process uses it
 */
export async function openDataDir(chosen?: string): Promise<DataDir> {
  if (chosen === undefined) {
    const path = await mkdtemp(join(tmpdir(), 'wherefrom-'));
    const release = (): Promise<void> => rm(path, { recursive: true, force: true });
    return { path, isTemporary: true, release };
  }
  const path = resolve(chosen);
  try {
    await mkdir(path, { recursive: true, mode: privateDirMode });
  } catch (error) {
    throw unusable(path, error);
  }
  const giveFree = claim(path);
  return { path, isTemporary: false, release: async () => giveFree() };
}

/** The text of a file in the directory, or undefined when there is none. */
export async function readText(dir: DataDir, name: string): Promise<string | undefined> {
  try {
    return await readFile(join(dir.path, name), 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Replaces a file at once, so that a crash leaves the old text or the new one; owner only. */
export async function writeText(dir: DataDir, name: string, text: string): Promise<void> {
  const draft = join(dir.path, `${name}.${randomBytes(4).toString('hex')}`);
  await writeFile(draft, text, { mode: privateFileMode, flush: true });
  await rename(draft, join(dir.path, name));
}
