// Opens whatever location data a folder holds.

import { plainDataIn } from './installed-data.ts';
import type { Locator } from './locator.ts';
import { openPlainLocator } from './plain-locator.ts';

/**
 * Opens the location data of a folder.
 * @throws Error when the folder holds none, or holds a damaged file.
 */
export function openLocatorIn(folder: string): Locator {
  return openPlainLocator(plainDataIn(folder));
}
