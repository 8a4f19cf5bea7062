// The operator's lists of addresses: files in `lists/TYPE/` beside node_modules, read whenever the
// location data is built. A list of a more telling type wins where two name the same block.

import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import type { NetworkType } from '../domain/location.ts';
import { type Overlay, readOverlay } from './build/overlay.ts';
import { packagesFolder } from './installed-data.ts';

/** Types of lists, the most telling last; others are read before them. */
const byTelling: readonly NetworkType[] = ['hosting', 'vpn', 'proxy', 'tor'];

/** Where lists are kept. */
export const listsFolder = (from: string = process.cwd()): string =>
  join(packagesFolder(from), '..', 'lists');

/** A kept file: its type is the folder's name. */
type KeptFile = { readonly type: string; readonly name: string; readonly path: string };

function keptFiles(folder: string): readonly KeptFile[] {
  if (!existsSync(folder)) return [];
  const folders = readdirSync(folder, { withFileTypes: true }).filter((one) => one.isDirectory());
  const rank = (type: string): number => byTelling.indexOf(type as NetworkType);
  return folders
    .map(({ name }) => name)
    .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .flatMap((type) =>
      readdirSync(join(folder, type))
        .filter((name) => !name.startsWith('.'))
        .sort()
        .map((name) => ({ type, name, path: join(folder, type, name) })),
    );
}

/** @throws Error a sentence when a list cannot be read */
export function readListFile(type: string, path: string, name = basename(path)): Overlay {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found?.isFile()) throw new Error(`${JSON.stringify(path)} is no file`);
  const { size, mtimeMs } = found;
  if (size > 64 * 1024 * 1024) throw new Error(`${name}: is over 64 MB`);
  const file = { name, modified: mtimeMs, now: Date.now() };
  return readOverlay(type, readFileSync(path, 'utf8'), file);
}

/** All kept lists. @throws Error a sentence when one cannot be read */
export const readLists = (folder = listsFolder()): readonly Overlay[] =>
  keptFiles(folder).map(({ type, path }) => readListFile(type, path));

/**
 * Checks a file and keeps a copy, with the time it was written.
 * @returns what it holds
 * @throws Error a sentence when it is no list
 */
export function addList(
  { type, path, name }: { readonly type: string; readonly path: string; readonly name?: string },
  folder = listsFolder(),
): Overlay {
  const read = readListFile(type, path, name);
  const target = join(folder, type, read.name);
  // Names with a point are passed over: a full disk leaves the list that there was.
  const unfinished = join(folder, type, `.${read.name}`);
  const { atime, mtime } = statSync(path);
  mkdirSync(join(folder, type), { recursive: true });
  try {
    copyFileSync(path, unfinished);
    utimesSync(unfinished, atime, mtime);
    renameSync(unfinished, target);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
  return read;
}

/** Forgets a list, named `TYPE/NAME`. @throws Error when there is none */
export function removeList(named: string, folder = listsFolder()): void {
  const kept = keptFiles(folder).find(({ type, name }) => `${type}/${name}` === named);
  if (!kept) throw new Error(`there is no list ${named}; npm run geo:lists shows them`);
  rmSync(kept.path);
}
