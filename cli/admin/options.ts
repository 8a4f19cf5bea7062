// The options of `npm run admin`, and how they are read.

import { parseArgs } from 'node:util';
import { CommandError } from './command-error.ts';

const relayName = /^[a-z0-9][a-z0-9-]{0,62}$/;

const optionTypes = {
  name: { type: 'string' },
  'public-key': { type: 'string' },
  key: { type: 'string' },
  table: { type: 'string' },
  'cloud-key': { type: 'string' },
  url: { type: 'string' },
  'client-id': { type: 'string' },
  file: { type: 'string' },
  month: { type: 'string' },
  pool: { type: 'string' },
  email: { type: 'string' },
  group: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

export type Options = ReturnType<typeof parseOptions>['values'];

/** @throws CommandError when there is no such option */
export function parseOptions(args: readonly string[]) {
  try {
    return parseArgs({ args: joinKey(args), options: optionTypes, allowPositionals: true });
  } catch (error) {
    throw new CommandError((error as Error).message);
  }
}

/** One thumbprint in 64 begins with a hyphen, which parseArgs takes only behind an equals sign. */
function joinKey(args: readonly string[]): string[] {
  const at = args.indexOf('--key');
  const value = args[at + 1];
  if (at < 0 || value === undefined) return [...args];
  return [...args.slice(0, at), `--key=${value}`, ...args.slice(at + 2)];
}

/** @throws CommandError when the option is missing, or a name has another form than names have */
export function required(options: Options, name: Exclude<keyof Options, 'help'>): string {
  const value = options[name];
  if (value === undefined || value === '') throw new CommandError(`--${name} is missing`);
  if (name === 'name' && !relayName.test(value)) {
    throw new CommandError('--name takes a-z, 0-9 and -, at most 63 characters');
  }
  return value;
}
