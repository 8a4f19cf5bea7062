// The directory that holds everything the local run remembers: journal, queue, tables, keys.
// Without a chosen one it is temporary and goes with the process; a chosen one survives restarts.
// One process at a time: a second one on the same directory is refused, a dead one's claim is not.

import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
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

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'this account may not read and write in it',
  EDQUOT: "this account's share of the disk is used up",
  EEXIST: 'it is a file',
  EIO: 'the disk does not answer as it should',
  ENAMETOOLONG: 'its name is too long',
  ENOSPC: 'no space is left on the disk',
  ENOTDIR: 'a part of its path is a file',
  EPERM: 'this account may not change it',
  EROFS: 'it lies on a disk that is read-only',
};

/** The sentence for what the system said of the directory; other errors stay themselves. */
export function dataDirError(path: string, error: unknown): unknown {
  const code = systemErrorCode(error);
  const reason = reasons[code];
  // A system error of an open file names no path.
  const of = error instanceof Error && 'path' in error ? String(error.path) : path;
  return reason === undefined || !resolve(of).startsWith(resolve(path))
    ? error
    : unusable(path, `${reason} (${code})`, error);
}

const unusable = (path: string, why: string, cause: unknown): DataDirError =>
  new DataDirError(`--data ${path} cannot be used: ${why}`, { cause });

/** The same where only the system can have thrown: a sentence whatever its code. */
function openError(path: string, error: unknown): DataDirError {
  const known = dataDirError(path, error);
  return known instanceof DataDirError ? known : unusable(path, errorText(error), error);
}

/**
 * @returns a function that gives the directory free.
 * @throws DataDirError
 */
function claim(path: string): () => void {
  try {
    return claimFolder(path);
  } catch (error) {
    if (!(error instanceof FolderClaimedError)) throw openError(path, error);
    throw new DataDirError(`--data ${error.message}`, { cause: error });
  }
}

/** What this program puts into its directory: the sign that a directory is one. */
const own =
  /^(?:cloud|in-use-by.*|relay|relay-keys\.pem.*|sample-morning\.json.*|shared-secret.*)$/;

/** A home, or another program's directory, is not filled with files of ours. */
async function refuseForeign(path: string): Promise<void> {
  const names = await readdir(path).catch((error: unknown) => {
    throw openError(path, error);
  });
  if (names.length === 0 || names.some((name) => own.test(name))) return;
  throw new DataDirError(
    `--data ${path} holds other files and none of Wherefrom: name a new or an empty directory`,
  );
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
    throw openError(path, error);
  }
  await refuseForeign(path);
  const giveFree = claim(path);
  return { path, isTemporary: false, release: async () => giveFree() };
}

/** The text of a file in the directory, or undefined when there is none. */
export async function readText(dir: DataDir, name: string): Promise<string | undefined> {
  try {
    return await readFile(join(dir.path, name), 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw dataDirError(join(dir.path, name), error);
  }
}

/** Replaces a file at once, so that a crash leaves the old text or the new one; owner only. */
export async function writeText(dir: DataDir, name: string, text: string): Promise<void> {
  const draft = join(dir.path, `${name}.${randomBytes(4).toString('hex')}`);
  try {
    await writeFile(draft, text, { mode: privateFileMode, flush: true });
    await rename(draft, join(dir.path, name));
  } catch (error) {
    throw dataDirError(dir.path, error);
  }
}
