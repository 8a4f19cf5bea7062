// The directory that holds everything the local run remembers: journal, queue, tables, keys.
// Without a chosen one it is temporary and goes with the process; a chosen one survives restarts.
// One process at a time: a second one on the same directory is refused, a dead one's claim is not.

import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
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

function hasCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}

/** @returns a function that gives the directory free. */
function claim(path: string): () => void {
  try {
    return claimFolder(path);
  } catch (error) {
    if (!(error instanceof FolderClaimedError)) throw error;
    throw new DataDirError(`--data ${error.message}`, { cause: error });
  }
}

/**
 * Opens the chosen directory, or a new temporary one.
 *
 * @throws DataDirError when it cannot be made or another live process uses it
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
    throw new DataDirError(`--data ${path} cannot be used as a directory`, { cause: error });
  }
  const giveFree = claim(path);
  return { path, isTemporary: false, release: async () => giveFree() };
}

/** The text of a file in the directory, or undefined when there is none. */
export async function readText(dir: DataDir, name: string): Promise<string | undefined> {
  try {
    return await readFile(join(dir.path, name), 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Replaces a file at once, so that a crash leaves the old text or the new one; owner only. */
export async function writeText(dir: DataDir, name: string, text: string): Promise<void> {
  const draft = join(dir.path, `${name}.${randomBytes(4).toString('hex')}`);
  await writeFile(draft, text, { mode: privateFileMode, flush: true });
  await rename(draft, join(dir.path, name));
}
