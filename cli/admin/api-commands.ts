// What an admin who signed in can do without AWS rights: the API's own routes, asked with their
// token. Settings are read and put as a file; the file says which version it was made on, so that
// nobody's change is lost.

import { apiUrlOf, type TokenIo } from '../access-token.ts';
import { isNotAllowed, isObject, openApi, parsedJson, problemLines } from '../api-client.ts';
import { CommandError, refusedExitCode } from './command-error.ts';
import { type Options, required } from './options.ts';

export type ApiIo = TokenIo & {
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
};

type Answer = { readonly body: Readonly<Record<string, unknown>>; readonly etag: string };
type Change = { readonly method: string; readonly path: string; readonly body?: unknown };

/** As sysexits.h has them. */
const dataExitCode = 65;
const unavailableExitCode = 69;
const notAllowedExitCode = 77;
const conflict = 412;

/** The version that a settings file was made on; the API knows it as an entity tag. */
const versionKey = 'ifVersion';

async function ask(
  { method, path, body }: Change,
  given: string | undefined,
  io: ApiIo,
  etag?: string,
): Promise<Answer> {
  const api = apiUrlOf(given, io);
  if (!URL.canParse(api)) throw new CommandError(`--url "${api}" is not a URL`);
  const url = new URL(`v1/${path}`, api.replace(/\/*$/, '/'));
  const send = await openApi({}, url.origin, io);
  const response = await send(url, {
    method,
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(etag !== undefined && { 'if-match': etag }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!response) throw new CommandError(`nothing answers at ${url.origin}`, unavailableExitCode);
  const text = await response.text();
  const answer = parsedJson(text);
  if (response.ok) {
    return { body: isObject(answer) ? answer : {}, etag: response.headers.get('etag') ?? '' };
  }
  const said = problemLines(answer)?.trimEnd() ?? `${url.origin} answers ${response.status}`;
  const hint = response.status === conflict ? `\n${conflictHint}` : '';
  const code = isNotAllowed(response.status) ? notAllowedExitCode : refusedExitCode;
  throw new CommandError(said + hint, code);
}

/** Every command of an admin who signed in, by its words. */
export const apiCommands: ReadonlyMap<string, (options: Options, io: ApiIo) => Promise<number>> =
  new Map([
    ['token', makeToken],
    ['relay list', listRelays],
    ['relay revoke', revokeRelay],
    ['settings show', showSettings],
    ['settings put', putSettings],
  ]);

const conflictHint =
  'Read them with "settings show", change that text, and put it again: it says on which version ' +
  'it was made.';

/** `token`: a one-time token for a relay, alone on stdout; what to type where it runs beside it. */
async function makeToken(options: Options, io: ApiIo): Promise<number> {
  const name = required(options, 'name');
  const { url } = options;
  const { body } = await ask({ method: 'POST', path: 'relays', body: { name } }, url, io);
  const { token, validUntil, command, cloudKey } = body;
  const key = isObject(cloudKey) ? `${cloudKey['sha256']}, ${cloudKey['words']}` : '';
  io.out(`${token}\n`);
  io.error(
    `This token lets ${name} in until ${validUntil}, once.\n` +
      `Where the relay runs: ${command}\n` +
      `It asks for the token. The cloud's key: ${key}\n`,
  );
  return 0;
}

/** `relay list` */
async function listRelays({ url }: Options, io: ApiIo): Promise<number> {
  const { body } = await ask({ method: 'GET', path: 'relays' }, url, io);
  for (const relay of (body['items'] as Record<string, unknown>[] | undefined) ?? []) {
    const keys = (relay['keys'] as Record<string, unknown>[] | undefined) ?? [];
    const health = relay['isHealthy'] === true ? 'healthy' : 'see GET /v1/relays';
    const state = relay['state'] === 'enrolled' ? `enrolled, ${health}` : relay['state'];
    const last = relay['lastContact'] ? `, last heard ${relay['lastContact']}` : '';
    io.out(`${relay['relayId']}  ${state}${last}\n`);
    for (const key of keys) {
      io.out(`${relay['relayId']}  ${key['keyId']}  since ${key['registeredAt']}\n`);
    }
  }
  return 0;
}

/** `relay revoke`: shuts a relay out, whatever keys it has. */
async function revokeRelay(options: Options, io: ApiIo): Promise<number> {
  const name = required(options, 'name');
  const path = `relays/${encodeURIComponent(name)}`;
  const { body } = await ask({ method: 'DELETE', path }, options.url, io);
  io.out(`relay ${name} is shut out by ${body['effectiveBy']}. ${body['advice']}\n`);
  return 0;
}

/** `settings show`: a file to change and put; secrets show as fingerprints, which keep them. */
async function showSettings({ url }: Options, io: ApiIo): Promise<number> {
  const { body, etag } = await ask({ method: 'GET', path: 'settings' }, url, io);
  const version = Number(etag.replaceAll('"', ''));
  io.out(`${JSON.stringify({ [versionKey]: version, ...body }, undefined, 2)}\n`);
  return 0;
}

/** `settings put`: all of the file or nothing of it; every mistake is named by its place. */
async function putSettings(options: Options, io: ApiIo): Promise<number> {
  const path = required(options, 'file');
  const file = parsedJson(readFile(path, io));
  if (!isObject(file)) throw new CommandError(`${path} holds no JSON object`, dataExitCode);
  const { [versionKey]: version = 0, ...settings } = file;
  if (!Number.isInteger(version)) {
    throw new CommandError(`${path}: "${versionKey}" is no whole number`, dataExitCode);
  }
  const change = { method: 'PUT', path: 'settings', body: settings };
  const { body, etag } = await ask(change, options.url, io, `"${version}"`);
  const gateways = (body['gateways'] as unknown[] | undefined) ?? [];
  const count = `${gateways.length} ${gateways.length === 1 ? 'gateway' : 'gateways'}`;
  io.out(
    `The settings are at version ${etag.replaceAll('"', '')} now, with ${count}; ` +
      'relays have them within a minute.\n',
  );
  return 0;
}

function readFile(path: string, io: ApiIo): string {
  try {
    return io.readText(path);
  } catch (error) {
    throw new CommandError(`cannot read ${path}: ${(error as { code?: string }).code}`);
  }
}
