// What `npm run admin` can do: let relays and people in, list them, shut them out, change settings.
// Either as an admin who signed in (api-commands.ts), or with the caller's own AWS rights, which
// the first relay and the first person need (table-commands.ts, user-commands.ts).

import { SignInError } from '../login/sign-in-error.ts';
import { type ApiIo, apiCommands } from './api-commands.ts';
import { CommandError, usageExitCode } from './command-error.ts';
import { type Options, parseOptions } from './options.ts';
import * as table from './table-commands.ts';
import { excludeUser, inviteUser, type PoolIo } from './user-commands.ts';

export type AdminIo = table.TableIo & PoolIo & ApiIo;
type Command = (options: Options, io: AdminIo) => Promise<number>;

/** EX_UNAVAILABLE of sysexits.h: no service. */
const awsExitCode = 69;

const help = `Who may deliver batches, who may ask, and the settings of all relays.

As an admin who signed in with "npm run login":
  npm run admin -- settings show > settings.json
  npm run admin -- settings put --file settings.json
  npm run admin -- token --name NAME
  npm run admin -- relay list
  npm run admin -- relay revoke --name NAME
  --url URL           the API, where you signed in to several (or WHEREFROM_URL)

With your own AWS credentials and region, which the first relay and the first person need:
  npm run admin -- token --name NAME --table TABLE --cloud-key ARN --url URL
  npm run admin -- relay add --name NAME --public-key FILE --table TABLE
  npm run admin -- relay list --table TABLE
  npm run admin -- relay revoke --name NAME --key KEYID --table TABLE
  npm run admin -- audit --month MONTH --table TABLE
  npm run admin -- user add --email EMAIL --group GROUP --pool POOL
  npm run admin -- user remove --email EMAIL --pool POOL

  --name NAME         the relay's id: a-z, 0-9 and -, at most 63 characters
  --file FILE         settings as "settings show" prints them
  --public-key FILE   its public key, PEM or JWK: Ed25519 or P-256
  --key KEYID         the thumbprint that add and list print
  --table TABLE       the control table; "npm run deploy" prints its name
  --cloud-key ARN     the secret with the cloud's signing key, and
  --url URL           the API: "npm run deploy" prints the whole command
  --month MONTH       whose changes of settings and relays to list: 2026-11
  --email EMAIL       the person, who gets a mail with a first password
  --group GROUP       analyst, responder or admin
  --pool POOL         the user pool; "npm run deploy" prints its id

A token lets one relay in within 15 minutes, which then gets its settings, too. Without one, make a
key where the relay runs; the private half stays there, and its settings as well:
  openssl genpkey -algorithm ed25519 -out relay-1.key.pem
  openssl pkey -in relay-1.key.pem -pubout -out relay-1.public.pem
A revoked key opens nothing from 60 seconds later on, and never again.

Exit codes: 0 done, 1 refused, 64 wrong usage, 65 unusable input, 69 nothing answers, 77 not signed
in or not allowed.
`;

/** On AWS itself. */
const ownCommands: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['token', table.printToken],
  ['relay add', table.addRelay],
  ['relay list', table.listRelays],
  ['relay revoke', table.revokeRelay],
  ['audit', table.listChanges],
  ['user add', inviteUser],
  ['user remove', excludeUser],
]);

/** Options that say: on AWS itself. */
const ownOptions = ['table', 'cloud-key', 'key'] as const;

/** Runs one command line; resolves to the exit code. */
export async function runAdmin(args: readonly string[], io: AdminIo): Promise<number> {
  try {
    const { values, positionals } = parseOptions(args);
    if (values.help === true) {
      io.out(help);
      return 0;
    }
    return await commandOf(positionals.join(' '), values)(values, io);
  } catch (error) {
    if (error instanceof CommandError || error instanceof SignInError) {
      const hint = error.exitCode === usageExitCode ? 'Run with --help for what there is.\n' : '';
      io.error(`wherefrom admin: ${error.message}\n${hint}`);
      return error.exitCode;
    }
    if (!isFromAws(error)) throw error;
    io.error(`wherefrom admin: AWS says: ${error.name}: ${error.message}\n`);
    return awsExitCode;
  }
}

function commandOf(name: string, options: Options): Command {
  const own = ownCommands.get(name);
  const signedIn = apiCommands.get(name);
  const isOwn = ownOptions.some((option) => options[option] !== undefined);
  const command = isOwn ? (own ?? signedIn) : (signedIn ?? own);
  if (command) return command;
  const known = [...new Set([...apiCommands.keys(), ...ownCommands.keys()])].sort().join(', ');
  throw new CommandError(`there is no "${name}"; there is: ${known}`);
}

/** No credentials, no region, no such table, no right: nothing a stack trace would explain. */
function isFromAws(error: unknown): error is Error {
  if (typeof error !== 'object' || error === null) return false;
  const isCredentials = 'name' in error && error.name === 'CredentialsProviderError';
  const isRegion = 'message' in error && error.message === 'Region is missing';
  return '$metadata' in error || isCredentials || isRegion;
}
