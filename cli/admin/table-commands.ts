// What `npm run admin` does on the control table itself, with the caller's own AWS rights: how the
// first relay gets in, before anybody can sign in; keys that are registered by hand; the audit. No
// function of the stack has these rights.
// Promise: private keys are refused, and nothing but public keys is read or sent.

import { createPublicKey } from 'node:crypto';
import { enrolCommand, type MadeToken } from '../../lambdas/control/relays.ts';
import type { AuditBook, AuditRow } from '../../lambdas/shared/audit.ts';
import type { RelayKeyStore } from '../../lambdas/shared/control-ports.ts';
import { fingerprintOf } from '../../wire/key-fingerprint.ts';
import { type PublicJwk, parsePublicJwk, publicJwkOf, thumbprint } from '../../wire/signature.ts';
import { CommandError, refusedExitCode } from './command-error.ts';
import { type Options, required } from './options.ts';

export type TableIo = {
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
};

/** EX_DATAERR of sysexits.h: unusable input. */
const dataExitCode = 65;
/** Who did it, for the audit: somebody with AWS rights. */
const actor = 'deployer';

const refusals = {
  'too-many': 'the relay has two active keys already; revoke one first',
  taken: 'this key belongs to another relay; make a new one',
  revoked: 'this key was revoked; make a new one',
} as const;

/** `token`: alone on stdout, what to type where the relay runs beside it. */
export async function printToken(options: Options, io: TableIo): Promise<number> {
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

/** `relay add` */
export async function addRelay(options: Options, io: TableIo): Promise<number> {
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

/** `relay list` */
export async function listRelays(options: Options, io: TableIo): Promise<number> {
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

/** `relay revoke` */
export async function revokeRelay(options: Options, io: TableIo): Promise<number> {
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

/** `audit` */
export async function listChanges(options: Options, io: TableIo): Promise<number> {
  const month = required(options, 'month');
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(month)) {
    throw new CommandError('--month takes a year and a month, 2026-11');
  }
  for (const row of await io.readAudit(required(options, 'table'), month)) {
    const { at, action, subject, actor, outcome } = row;
    io.out(`${new Date(at).toISOString()}  ${action}  ${subject}  by ${actor}  ${outcome}\n`);
  }
  return 0;
}

/** Reads PEM or JWK. A private key is refused: it has no business leaving the relay. */
function readPublicKey(path: string, io: TableIo): PublicJwk {
  const text = readFile(path, io);
  if (text.includes('PRIVATE KEY') || /"d"\s*:/.test(text)) {
    throw new CommandError(`${path} holds a private key; give the public half`, dataExitCode);
  }
  try {
    const isJson = text.trimStart().startsWith('{');
    const jwk = isJson ? parsePublicJwk(JSON.parse(text)) : publicJwkOf(createPublicKey(text));
    if (jwk !== undefined) return jwk;
  } catch {
    // Said below: what OpenSSL and JSON.parse say about a wrong file helps nobody.
  }
  throw new CommandError(`${path} holds no Ed25519 or P-256 public key`, dataExitCode);
}

function readFile(path: string, io: TableIo): string {
  try {
    return io.readText(path);
  } catch (error) {
    throw new CommandError(
      `cannot read ${path}: ${(error as { code?: string }).code}`,
      dataExitCode,
    );
  }
}
