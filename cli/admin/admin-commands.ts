// The commands of `npm run admin`: enrol relays, list them, revoke them. They work on the control
// table directly with the caller's own AWS rights; no function of the stack has these rights.
// Promise: private keys are refused, and nothing but public keys is read or sent.

import { createPublicKey } from 'node:crypto';
import { parseArgs } from 'node:util';
import type { AuditBook, AuditRow } from '../../lambdas/control/ports.ts';
import { enrolCommand, type MadeToken } from '../../lambdas/control/relays.ts';
import type { RelayKeyStore } from '../../lambdas/shared/control-ports.ts';
import { fingerprintOf } from '../../wire/key-fingerprint.ts';
import { type PublicJwk, parsePublicJwk, publicJwkOf, thumbprint } from '../../wire/signature.ts';
import { addUser, mistakeOf, removeUser, type UserPoolClient } from './admin-users.ts';

export type AdminIo = {
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
  readonly readText: (path: string) => string;
  /** Opens the control table of that name. */
  readonly openKeys: (table: string) => RelayKeyStore;
  /** The audit of that table: what is changed from here stands there, too. */
  readonly openAudit: (table: string) => AuditBook;
  /** Makes a one-time token; `cloudKey` is the secret that holds the cloud's signing key. */
  readonly makeToken: (
    table: string,
    cloudKey: string,
    relayId: string,
  ) => Promise<MadeToken | 'exists'>;
  /** Changes by hand in a month, `2026-11`. */
  readonly readAudit: (table: string, month: string) => Promise<readonly AuditRow[]>;
  /** The client of user pools. */
  readonly openPools: () => UserPoolClient;
};

/** Exit codes of sysexits.h: wrong command line, unusable input, no service; 1: refused. */
const usageExitCode = 64;
const dataExitCode = 65;
const awsExitCode = 69;
const refusedExitCode = 1;

const actor = 'deployer';

const relayName = /^[a-z0-9][a-z0-9-]{0,62}$/;

const optionTypes = {
  name: { type: 'string' },
  'public-key': { type: 'string' },
  key: { type: 'string' },
  table: { type: 'string' },
  'cloud-key': { type: 'string' },
  url: { type: 'string' },
  month: { type: 'string' },
  pool: { type: 'string' },
  email: { type: 'string' },
  group: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

type Options = ReturnType<typeof parse>['values'];
type Command = (options: Options, io: AdminIo) => Promise<number>;

const help = `Who may deliver batches, and who may ask. Uses your own AWS credentials and region.

  npm run admin -- token --name NAME --table TABLE --cloud-key ARN --url URL
  npm run admin -- relay add --name NAME --public-key FILE --table TABLE
  npm run admin -- relay list --table TABLE
  npm run admin -- relay revoke --name NAME --key KEYID --table TABLE

  npm run admin -- audit --month MONTH --table TABLE

  npm run admin -- user add --email EMAIL --group GROUP --pool POOL
  npm run admin -- user remove --email EMAIL --pool POOL

  --name NAME         the relay's id: a-z, 0-9 and -, at most 63 characters
  --public-key FILE   its public key, PEM or JWK: Ed25519 or P-256
  --key KEYID         the thumbprint that add and list print
  --table TABLE       the control table; "npm run deploy" prints its name
  --cloud-key ARN     the secret with the cloud's signing key, and
  --url URL           the API: "npm run deploy" prints the whole command
  --month MONTH       whose changes of settings and relays to list: 2026-11
  --email EMAIL       the person, who gets a mail with a first password
  --group GROUP       analyst or admin
  --pool POOL         the user pool; "npm run deploy" prints its id

A token lets one relay in within 15 minutes, which then gets its settings, too. Without one, make a
key where the relay runs; the private half stays there, and its settings as well:
  openssl genpkey -algorithm ed25519 -out relay-1.key.pem
  openssl pkey -in relay-1.key.pem -pubout -out relay-1.public.pem
A revoked key opens nothing from 60 seconds later on, and never again.
`;

const refusals = {
  'too-many': 'the relay has two active keys already; revoke one first',
  taken: 'this key belongs to another relay; make a new one',
  revoked: 'this key was revoked; make a new one',
} as const;

/** A mistake of the caller, to be printed as it is. */
class UsageError extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode = usageExitCode) {
    super(message);
    this.exitCode = exitCode;
  }
}

const commands: ReadonlyMap<string, Command> = new Map([
  ['token', printToken],
  ['relay add', addRelay],
  ['relay list', listRelays],
  ['relay revoke', revokeRelay],
  ['audit', listChanges],
  ['user add', inviteUser],
  ['user remove', excludeUser],
]);

/** Runs one command line; resolves to the exit code. */
export async function runAdmin(args: readonly string[], io: AdminIo): Promise<number> {
  try {
    const { values, positionals } = parse(args);
    const name = positionals.join(' ');
    if (values.help === true) {
      io.out(help);
      return 0;
    }
    const command = commands.get(name);
    if (command === undefined) {
      const known = [...commands.keys()].join(', ');
      throw new UsageError(`there is no "${name}"; there is: ${known}`);
    }
    return await command(values, io);
  } catch (error) {
    if (error instanceof UsageError) {
      io.error(`wherefrom admin: ${error.message}\nRun with --help for what there is.\n`);
      return error.exitCode;
    }
    if (!isFromAws(error)) throw error;
    io.error(`wherefrom admin: AWS says: ${error.name}: ${error.message}\n`);
    return awsExitCode;
  }
}

/** No credentials, no region, no such table, no right: nothing a stack trace would explain. */
function isFromAws(error: unknown): error is Error {
  if (typeof error !== 'object' || error === null) return false;
  const isCredentials = 'name' in error && error.name === 'CredentialsProviderError';
  const isRegion = 'message' in error && error.message === 'Region is missing';
  return '$metadata' in error || isCredentials || isRegion;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: joinKey(args), options: optionTypes, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** One thumbprint in 64 begins with a hyphen, which parseArgs takes only behind an equals sign. */
function joinKey(args: readonly string[]): string[] {
  const at = args.indexOf('--key');
  const value = args[at + 1];
  if (at < 0 || value === undefined) return [...args];
  return [...args.slice(0, at), `--key=${value}`, ...args.slice(at + 2)];
}

function required(options: Options, name: Exclude<keyof Options, 'help'>): string {
  const value = options[name];
  if (value === undefined || value === '') throw new UsageError(`--${name} is missing`);
  if (name === 'name' && !relayName.test(value)) {
    throw new UsageError('--name takes a-z, 0-9 and -, at most 63 characters');
  }
  return value;
}

async function printToken(options: Options, io: AdminIo): Promise<number> {
  const name = required(options, 'name');
  const url = required(options, 'url');
  const table = required(options, 'table');
  const made = await io.makeToken(table, required(options, 'cloud-key'), name);
  if (made === 'exists') {
    io.error(`wherefrom admin: ${name} is enrolled; take another name, or revoke it first\n`);
    return refusedExitCode;
  }
  const { sha256, words } = fingerprintOf(made.cloudKeyId);
  io.out(`${made.token}\n`);
  // Beside the token, so that the token alone can go into a file or a pipe.
  io.error(
    `This token lets ${name} in until ${new Date(made.validUntil).toISOString()}, once.\n` +
      `Where the relay runs: ${enrolCommand(url)}\n` +
      `It asks for the token. The cloud's key: ${sha256}, ${words}\n`,
  );
  return 0;
}

async function listChanges(options: Options, io: AdminIo): Promise<number> {
  const month = required(options, 'month');
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(month)) {
    throw new UsageError('--month takes a year and a month, 2026-11');
  }
  for (const row of await io.readAudit(required(options, 'table'), month)) {
    const { at, action, subject, actor, outcome } = row;
    io.out(`${new Date(at).toISOString()}  ${action}  ${subject}  by ${actor}  ${outcome}\n`);
  }
  return 0;
}

async function addRelay(options: Options, io: AdminIo): Promise<number> {
  const name = required(options, 'name');
  const path = required(options, 'public-key');
  const table = required(options, 'table');
  const jwk = readPublicKey(path, io);
  const audit = io.openAudit(table);
  const end = await audit.begin({ actor, action: 'relay-key-added', subject: name });
  const outcome = await io.openKeys(table).registerKey(name, jwk);
  await end(outcome === 'registered' ? 'done' : 'refused');
  if (outcome !== 'registered') {
    io.error(`wherefrom admin: ${refusals[outcome]}\n`);
    return refusedExitCode;
  }
  io.out(`relay ${name} may deliver, with key ${thumbprint(jwk)}\n`);
  return 0;
}

async function listRelays(options: Options, io: AdminIo): Promise<number> {
  const keys = io.openKeys(required(options, 'table'));
  for (const relayId of await keys.relayIds()) {
    const active = await keys.relayKeys(relayId);
    if (active.length === 0) io.out(`${relayId}  no active key\n`);
    for (const { keyId, registeredAt } of active) {
      io.out(`${relayId}  ${keyId}  since ${new Date(registeredAt).toISOString()}\n`);
    }
  }
  return 0;
}

async function revokeRelay(options: Options, io: AdminIo): Promise<number> {
  const name = required(options, 'name');
  const keyId = required(options, 'key');
  const table = required(options, 'table');
  const subject = `${name}: key ${keyId}`;
  const end = await io.openAudit(table).begin({ actor, action: 'relay-revoked', subject });
  const outcome = await io.openKeys(table).revokeKey(name, keyId);
  await end(outcome === 'revoked' ? 'done' : 'refused');
  if (outcome === 'unknown') {
    io.error(`wherefrom admin: relay ${name} has no key ${keyId}\n`);
    return refusedExitCode;
  }
  io.out(`key ${keyId} opens nothing from 60 seconds on\n`);
  return 0;
}

async function inviteUser(options: Options, io: AdminIo): Promise<number> {
  const email = required(options, 'email');
  const group = required(options, 'group');
  const pool = required(options, 'pool');
  const mistake = mistakeOf(email, group);
  if (mistake) throw new UsageError(mistake);
  const known = await addUser(io.openPools(), pool, { email, group });
  const next = known === 'invited' ? 'gets a mail with a first password' : 'was known already';
  io.out(`${email} is ${group} now and ${next}\n`);
  return 0;
}

async function excludeUser(options: Options, io: AdminIo): Promise<number> {
  const email = required(options, 'email');
  const pool = required(options, 'pool');
  const mistake = mistakeOf(email, undefined);
  if (mistake) throw new UsageError(mistake);
  if ((await removeUser(io.openPools(), pool, email)) === 'unknown') {
    io.error(`wherefrom admin: the pool has no ${email}\n`);
    return refusedExitCode;
  }
  io.out(`${email} is out; a token they hold opens the API for an hour at most\n`);
  return 0;
}

/** Reads PEM or JWK. A private key is refused: it has no business leaving the relay. */
function readPublicKey(path: string, io: AdminIo): PublicJwk {
  const text = readFile(path, io);
  if (text.includes('PRIVATE KEY') || /"d"\s*:/.test(text)) {
    throw new UsageError(`${path} holds a private key; give the public half`, dataExitCode);
  }
  try {
    const isJson = text.trimStart().startsWith('{');
    const jwk = isJson ? parsePublicJwk(JSON.parse(text)) : publicJwkOf(createPublicKey(text));
    if (jwk !== undefined) return jwk;
  } catch {
    // Said below: what OpenSSL and JSON.parse say about a wrong file helps nobody.
  }
  throw new UsageError(`${path} holds no Ed25519 or P-256 public key`, dataExitCode);
}

function readFile(path: string, io: AdminIo): string {
  try {
    return io.readText(path);
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${(error as { code?: string }).code}`, dataExitCode);
  }
}
