// wherefrom.json beside package.json: the context of a deployment in a file, so that the same flags
// need not be typed at every deployment. `-c` on the command line takes precedence.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const stackFileName = 'wherefrom.json';

/**
 * Reads the file; empty when there is none.
 * @throws Error when it holds anything but one JSON object
 */
export function readStackFile(repository: string): Readonly<Record<string, unknown>> {
  let text: string;
  try {
    text = readFileSync(join(repository, stackFileName), 'utf8');
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return {};
    throw error;
  }
  const value = jsonOf(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error(`${stackFileName}: expected one JSON object, {"ephemeral": true}`);
  }
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, plain(entry)]));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${stackFileName}: ${(error as Error).message}`);
  }
}

/** A list stands for what `-c` writes with commas. */
const plain = (entry: unknown): unknown => (Array.isArray(entry) ? entry.join(',') : entry);
