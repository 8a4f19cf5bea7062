// wherefrom.json beside package.json: the context of a deployment in a file, so that the same flags
// need not be typed at every deployment. `-c` on the command line takes precedence.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const stackFileName = 'wherefrom.json';

/** A file that cannot be used; the message is for the person who wrote it. */
export class StackFileError extends Error {
  override readonly name = 'StackFileError';
}

/**
 * Reads the file; empty when there is none.
 * @throws StackFileError when it cannot be read, or holds anything but one JSON object
 */
export function readStackFile(repository: string): Readonly<Record<string, unknown>> {
  let text: string;
  try {
    text = readFileSync(join(repository, stackFileName), 'utf8');
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'ENOENT') return {};
    throw new StackFileError(`${stackFileName}: cannot be read (${code})`);
  }
  const value = jsonOf(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new StackFileError(`${stackFileName}: expected one JSON object, {"ephemeral": true}`);
  }
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, plain(entry)]));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new StackFileError(`${stackFileName}: ${(error as Error).message}`);
  }
}

/** A list stands for what `-c` writes with commas; an empty one for nothing said. */
const plain = (entry: unknown): unknown =>
  Array.isArray(entry) ? entry.join(',') || undefined : entry;
