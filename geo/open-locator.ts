// Opens whatever location data is at hand: the compact file where one was built, else the plain
// databases.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type CellName, openCellNames } from './compact/cell-names.ts';
import { compactData, openCompactLocator } from './compact/compact-locator.ts';
import { compactFileName } from './compact/layout.ts';
import { openMemorySource, openPagedSource } from './compact/page-source.ts';
import { builtCompactFile, installedPlainData, plainDataIn } from './installed-data.ts';
import { type Locator, makeLocator } from './locator.ts';
import { openPlainLocator } from './plain-locator.ts';
import { locatorWithoutLists } from './without-lists.ts';

/**
 * Opens the location data of a folder; a compact file is read page by page, so that a function's
 * cold start does not wait for all of it.
 * @throws Error when the folder holds no data; CompactFileError when its file is damaged.
 */
export function openLocatorIn(folder: string): Locator {
  const compact = join(folder, compactFileName);
  return existsSync(compact)
    ? openCompactLocator(compact, 'paged')
    : openPlainLocator(plainDataIn(folder));
}

/**
 * Opens the data installed with this program: a built compact file into memory, else the plain
 * databases, ready in a moment.
 * @throws Error when the packages are not installed; CompactFileError when a built file is damaged.
 */
export function openInstalledLocator(from: string = process.cwd()): Locator {
  const compact = builtCompactFile(from);
  return compact === undefined
    ? openPlainLocator(installedPlainData(from))
    : openCompactLocator(compact, 'memory');
}

/**
 * The built file with the operator's lists, and as if there were none; undefined where the data was
 * built without lists, or not at all.
 */
export function openWithAndWithoutLists(
  from: string = process.cwd(),
): { readonly with: Locator; readonly without: Locator } | undefined {
  const compact = builtCompactFile(from);
  const source = compact === undefined ? undefined : openMemorySource(compact);
  if (!source?.header.lists?.length) return undefined;
  const data = compactData(source);
  return { with: makeLocator(data), without: locatorWithoutLists(data) };
}

/** Names of map cells from the built compact file; undefined where none was built. */
export function openInstalledCellNames(from: string = process.cwd()): CellName | undefined {
  const compact = builtCompactFile(from);
  return compact === undefined ? undefined : openCellNames(openPagedSource(compact));
}
