// Small files of one user: no other account may read them, each is replaced as a whole so that a
// reader never sees half of one, and one process at a time changes one. An error of the file system
// becomes a sentence with the path.

import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { withFileLock } from './file-lock.ts';
import { SignInError } from './sign-in-error.ts';

/** Names are any text; files are `<name, percent-encoded>.json`. */
export type PrivateFolder = {
  pathOf(name: string): string;
  /**
   * @returns the text; undefined when there is no such file
   * @throws SignInError `storage` when others may read it, too
   */
  read(name: string): string | undefined;
  write(name: string, text: string): void;
  remove(name: string): void;
  /** Sorted. */
  names(): readonly string[];
  /** Runs `work` while no other process does with this name. */
  exclusively<T>(name: string, work: () => Promise<T>): Promise<T>;
};

const suffix = '.json';
const folderMode = 0o700;
const fileMode = 0o600;
/** Rights of group and others. */
const othersRights = 0o077;

/**
 * @param folder made by the first write, with the folders above it
 * @param platform as `process.platform`; Windows has no modes, its profile folders are private
 */
export function openPrivateFolder(folder: string, platform: string): PrivateFolder {
  const hasModes = platform !== 'win32';
  const pathOf = (name: string): string => join(folder, `${encodeURIComponent(name)}${suffix}`);
  const make = (): void => {
    mkdirSync(folder, { recursive: true, mode: folderMode });
    // One that was there may be wider.
    if (hasModes) chmodSync(folder, folderMode);
  };
  return {
    pathOf,
    read: (name) => sentence(pathOf(name), () => readPrivate(pathOf(name), hasModes)),
    write: (name, text) =>
      sentence(pathOf(name), () => {
        make();
        replace(pathOf(name), text);
      }),
    remove: (name) => sentence(pathOf(name), () => rmSync(pathOf(name), { force: true })),
    names: () => sentence(folder, () => namesIn(folder)),
    exclusively: async (name, work) => {
      sentence(folder, make);
      return withFileLock(`${pathOf(name)}.lock`, work);
    },
  };
}

function readPrivate(path: string, hasModes: boolean): string | undefined {
  const text = orAbsent(() => readFileSync(path, 'utf8'));
  if (text === undefined || !hasModes) return text;
  const mode = statSync(path).mode & 0o777;
  if ((mode & othersRights) === 0) return text;
  const found = `${path} is open to others (mode ${mode.toString(8)})`;
  throw new SignInError('storage', `${found}: remove it and sign in again`);
}

/** Writes beside it and renames: what is there is whole, before and after. */
function replace(path: string, text: string): void {
  const next = `${path}.${randomBytes(4).toString('hex')}`;
  try {
    writeFileSync(next, text, { mode: fileMode, flag: 'wx', flush: true });
    renameSync(next, path);
  } catch (error) {
    rmSync(next, { force: true });
    throw error;
  }
}

function namesIn(folder: string): readonly string[] {
  const files = orAbsent(() => readdirSync(folder)) ?? [];
  return files
    .filter((file) => file.endsWith(suffix))
    .flatMap((file) => nameOf(file) ?? [])
    .sort();
}

/** Undefined for a file that is none of ours. */
function nameOf(file: string): string | undefined {
  try {
    return decodeURIComponent(file.slice(0, -suffix.length));
  } catch {
    return undefined;
  }
}

/** Undefined when there is no such file or folder. */
function orAbsent<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function sentence<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof SignInError || codeOf(error) === undefined) throw error;
    throw new SignInError('storage', `cannot use ${path}: ${codeOf(error)}`);
  }
}

const codeOf = (error: unknown): unknown => (error as NodeJS.ErrnoException).code;
