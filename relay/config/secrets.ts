// Reads the gateways' shared secrets from where the configuration says they are: a file each, an
// environment variable, or the common file of `name = secret` lines. They are never in the
// configuration itself, which is often sent by mail. Findings name files and gateways, never their
// content.

import { systemErrorCode } from '../errors.ts';
import { secretOctetsMax } from '../receive/gateway-table.ts';
import type { ConfigFinding } from './findings.ts';
import { didYouMean } from './findings.ts';
import type { GatewayFile } from './schema.ts';

/** What reading secrets needs of the machine. */
export type SecretSources = {
  /** Contents and permission bits. @throws the system error */
  readFile(path: string): { readonly octets: Buffer; readonly mode: number };
  readonly env: Readonly<Record<string, string | undefined>>;
};

/** Below this many characters a secret can be guessed from one captured packet. */
const secretCharactersMin = 16;

type Secret = { readonly octets: Buffer; readonly from: string };
type Report = (severity: ConfigFinding['severity'], message: string) => void;

/** The lines of a gateway-secrets file, by gateway name (`asa`, `asa.next`). */
export type SecretLines = ReadonlyMap<string, Secret>;

/** Reads a gateway-secrets file: `name = secret` a line, `#` begins a comment line. */
export function readSecretLines(
  path: string,
  sources: SecretSources,
  report: (finding: ConfigFinding) => void,
): SecretLines {
  const secrets = new Map<string, Secret>();
  const octets = readChecked(path, sources, (severity, message) => {
    report({ severity, file: path, message });
  });
  const lines = (octets?.toString('utf8') ?? '').split(/\r?\n/);
  for (const [i, line] of lines.entries()) {
    if (/^\s*(#|$)/.test(line)) continue;
    const at = { line: i + 1, column: 1 };
    const [, name = '', secret = ''] = /^\s*([^\s=]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (name === '') {
      report({ severity: 'error', file: path, at, message: 'expects a line "name = secret"' });
    } else if (secrets.has(name)) {
      report({ severity: 'error', file: path, at, message: `${name} stands here twice` });
    } else {
      secrets.set(name, { octets: Buffer.from(secret), from: `${path}:${i + 1}` });
    }
  }
  return secrets;
}

/** Complains about lines whose gateway does not exist. */
export function unusedSecretLines(
  path: string,
  lines: SecretLines,
  gatewayNames: readonly string[],
): ConfigFinding[] {
  const names = [...lines.keys()].map((name) => name.replace(/\.next$/, ''));
  const unused = new Set(names.filter((name) => !gatewayNames.includes(name)));
  return [...unused].map((name) => {
    const hint = didYouMean(name, gatewayNames);
    return { severity: 'warning', file: path, message: `no gateway is called ${name}${hint}` };
  });
}

/** The active secrets of a gateway, the current one first; empty when something was reported. */
export function secretsOf(
  gateway: GatewayFile,
  sources: SecretSources,
  lines: SecretLines,
  isNeeded: boolean,
  report: Report,
): Buffer[] {
  const { name, secretFile, secretEnv, nextSecretFile, nextSecretEnv } = gateway;
  const current = pick({ file: secretFile, variable: secretEnv }, sources, report);
  const next = pick({ file: nextSecretFile, variable: nextSecretEnv }, sources, report);
  const found = [current ?? lines.get(name), next ?? lines.get(`${name}.next`)];
  if (isNeeded && !found[0] && current !== null) {
    report(
      'error',
      'has no secret: set secretFile or secretEnv, or add a line to the secrets file',
    );
  }
  return found.flatMap((secret) => {
    if (!secret || !isAcceptable(secret, gateway.allowWeakSecret === true, report)) return [];
    return [secret.octets];
  });
}

/** undefined: not configured here; null: configured, and what is wrong was reported. */
function pick(
  { file, variable }: { file: string | undefined; variable: string | undefined },
  sources: SecretSources,
  report: Report,
): Secret | null | undefined {
  if (file !== undefined && variable !== undefined) {
    report('error', 'names a secret both by file and by environment variable: keep one');
    return null;
  }
  if (variable !== undefined) {
    const value = sources.env[variable];
    if (value !== undefined) return { octets: Buffer.from(value), from: `$${variable}` };
    report('error', `environment variable ${variable} is not set`);
    return null;
  }
  if (file === undefined) return undefined;
  const octets = readChecked(file, sources, report);
  // Editors and echo end a file with a line end that is no part of the secret.
  const end = octets?.toString('latin1').match(/\r?\n$/)?.[0].length ?? 0;
  return octets ? { octets: octets.subarray(0, octets.length - end), from: file } : null;
}

/** The secret that a file of its own holds; undefined when something was reported. */
export function secretInFile(
  path: string,
  sources: SecretSources,
  report: Report,
): Buffer | undefined {
  const secret = pick({ file: path, variable: undefined }, sources, report);
  return secret && isAcceptable(secret, false, report) ? secret.octets : undefined;
}

function readChecked(path: string, sources: SecretSources, report: Report): Buffer | undefined {
  try {
    const { octets, mode } = sources.readFile(path);
    if ((mode & 0o077) !== 0) {
      report('warning', `${path} can be read by others: chmod 600 ${path}`);
    }
    return octets;
  } catch (error) {
    report('error', `${path} cannot be read (${systemErrorCode(error)})`);
    return undefined;
  }
}

function isAcceptable({ octets, from }: Secret, allowsWeak: boolean, report: Report): boolean {
  const text = octets.toString('utf8');
  if (octets.length === 0) {
    report('error', `the secret in ${from} is empty`);
    return false;
  }
  if (octets.length > secretOctetsMax) {
    report('error', `the secret in ${from} is longer than ${secretOctetsMax} octets`);
    return false;
  }
  if (text.trim() !== text) {
    report('warning', `the secret in ${from} has blanks around it, which count`);
  }
  if (text.length < secretCharactersMin && !allowsWeak) {
    const advice = `use ${secretCharactersMin} random ones or set allowWeakSecret`;
    report('error', `the secret in ${from} has ${text.length} characters: ${advice}`);
    return false;
  }
  return true;
}
