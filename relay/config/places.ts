// Where a configuration puts the relay's files and sockets: all that inspecting a running relay or
// its journal needs.
// Promise: works with a configuration that `check` refuses for other reasons, and for accounts that
// may not read the secrets, because then inspection is needed most. It reads one file.

import { dirname, resolve } from 'node:path';
import * as v from 'valibot';
import { systemErrorCode } from '../errors.ts';
import type { ConfigFinding } from './findings.ts';
import { parseConfigJson } from './json.ts';
import { defaultAdminSocket } from './relay-config.ts';
import type { SecretSources } from './secrets.ts';

export type ConfigPlaces = { readonly dataDir: string; readonly adminSocket: string };

const schema = v.object({
  dataDir: v.pipe(v.string(), v.nonEmpty()),
  adminSocket: v.exactOptional(v.pipe(v.string(), v.nonEmpty())),
});

/** Reads the places, or says why there are none. */
export function readPlaces(
  file: string,
  { readFile }: Pick<SecretSources, 'readFile'>,
): ConfigPlaces | ConfigFinding {
  const wrong = (message: string): ConfigFinding => ({ severity: 'error', file, message });
  let text: string;
  try {
    text = readFile(file).octets.toString('utf8');
  } catch (error) {
    return wrong(`cannot be read (${systemErrorCode(error)})`);
  }
  const parsed = parseConfigJson(text);
  if (!parsed.ok) return { ...wrong(parsed.message), at: parsed.at };
  const places = v.safeParse(schema, parsed.value);
  if (!places.success) return { ...wrong('expects a directory'), path: 'dataDir' };
  const from = (name: string): string => resolve(dirname(file), name);
  const dataDir = from(places.output.dataDir);
  const { adminSocket } = places.output;
  return {
    dataDir,
    adminSocket: adminSocket === undefined ? defaultAdminSocket(dataDir) : from(adminSocket),
  };
}
