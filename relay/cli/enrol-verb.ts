// `enrol`: enrols this relay with a one-time token, and leaves a configuration that `run` accepts.
// Promise: the token comes from a file, stdin or the environment, never from the command line; an
// existing configuration file is not changed. The protocol is in enrol.ts.

import { existsSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fingerprintOf } from '../../wire/key-fingerprint.ts';
import { sealKeyOf } from '../../wire/signature.ts';
import { wayTo } from '../config/cloud.ts';
import { type Enrolment, readEnrolment } from '../config/enrolment.ts';
import type { ConfigFinding } from '../config/findings.ts';
import { parseConfigJson } from '../config/json.ts';
import { isFipsWanted } from '../config/radsec.ts';
import { defaultAdminSocket } from '../config/relay-config.ts';
import { checkShape, type SoundParts } from '../config/schema.ts';
import { type CloudReach, makeControlClient } from '../control/control-client.ts';
import { enrolRelay } from '../control/enrol.ts';
import { algorithmFor, softwareHere } from '../control/software.ts';
import { errorText, systemErrorCode } from '../errors.ts';
import { type AskedToReload, askToReload } from './ask-to-reload.ts';
import { findingLines } from './check-verb.ts';
import {
  commandOf,
  configExitCode,
  type Verb,
  type VerbIo,
  type VerbOptions,
} from './command-line.ts';

const tokenVariable = 'WHEREFROM_ENROL_TOKEN';
const isCloudUrl = /^https:\/\/|^http:\/\/(127\.0\.0\.1|localhost|\[::1\])([:/]|$)/;

export const enrolVerb: Verb = {
  summary: 'let this relay in with a one-time token',
  help: `  --url URL       the cloud (default: as configured, or as enrolled before)
  --token-file F  holds the token (default: $${tokenVariable}, else standard input)
  --ca-file FILE  PEM with certificate authorities to trust besides the usual ones

Only public keys leave this machine. Compare the fingerprint with the one the cloud shows. It may
be interrupted and repeated. A running relay takes the new keys over at once.
Example: npm run relay -- enrol --url https://ingest.example/v1 --token-file token
`,
  options: ['url', 'token-file', 'ca-file'],
  async run(options, io) {
    const place = placeOf(options, io);
    if ('message' in place) return fail(place.message, options, io, configExitCode);
    try {
      return await enrolAt(place, options, io);
    } catch (error) {
      const code = systemErrorCode(error);
      const what = code ? `${errorText(error)}: is ${place.dataDir} writable by this user?` : '';
      return fail(what || errorText(error), options, io);
    }
  },
};

type Place = {
  readonly dataDir: string;
  readonly adminSocket: string;
  readonly reach: CloudReach;
  /** True: P-256 keys. */
  readonly isFips: boolean;
  /** True: there is no configuration file yet, so one is written. */
  readonly isNew: boolean;
};

async function enrolAt(place: Place, options: VerbOptions, io: VerbIo): Promise<number> {
  const token = await readToken(options, io);
  if ('message' in token) return fail(token.message, options, io);
  const client = makeControlClient(place.reach, { now: Date.now });
  const { url } = place.reach;
  const result = await enrolRelay({
    client,
    url,
    token: token.text,
    dataDir: place.dataDir,
    algorithm: algorithmFor(place.isFips),
    software: softwareHere(io.version, place.isFips),
    readFile: io.readFile,
    now: Date.now,
  }).finally(() => client.close());
  if (!result.ok) return fail(result.message, options, io);
  if (place.isNew) await writeConfig(place, options);
  // A relay that cannot be asked notices by itself within minutes, or at its next start.
  const taken = await askToReload(place.adminSocket).catch(() => 'not-running' as const);
  tell(result.enrolment, { ...place, isRepeat: result.isRepeat, taken }, options, io);
  return 0;
}

/** Where things are, by the configuration file or, without one, by custom. */
function placeOf(options: VerbOptions, io: VerbIo): Place | { readonly message: string } {
  const file = options.config;
  const isNew = !existsSync(file);
  const parts = isNew ? undefined : partsOf(file, io);
  if (parts && 'message' in parts) return parts;
  const { cloud } = parts ?? {};
  if (cloud?.relayId !== undefined || cloud?.keyFile !== undefined) {
    return { message: `${file} names cloud.relayId and cloud.keyFile: remove both, then enrol` };
  }
  const locate = (name: string): string => resolve(dirname(file), name);
  const dataDir = parts ? parts.dataDir && locate(parts.dataDir) : newDataDir(options);
  if (!dataDir) return { message: `${file} has no dataDir` };
  const known = readEnrolment(dataDir, io.readFile);
  const url = options.url ?? cloud?.url ?? (typeof known === 'string' ? undefined : known.url);
  if (url === undefined) return { message: 'which cloud? Say --url https://...' };
  if (!URL.canParse(url) || !isCloudUrl.test(url)) {
    return { message: '--url expects an https:// URL (http:// only to this machine)' };
  }
  const findings: ConfigFinding[] = [];
  const way = wayTo(
    {
      caFile: options.caFile === undefined ? cloud?.caFile : resolve(options.caFile),
      proxy: cloud?.proxy,
    },
    {
      sources: io,
      locate,
      report: (path, message) => findings.push({ severity: 'error', file, path, message }),
    },
  );
  if (findings.length > 0) return { message: findingLines(findings).trimEnd() };
  const adminSocket = parts?.adminSocket ? locate(parts.adminSocket) : defaultAdminSocket(dataDir);
  const isFips = isFipsWanted(parts?.fips);
  return { dataDir, adminSocket, isNew, isFips, reach: { url, ...way } };
}

/** What can be read of the file; it may be unusable for other reasons: the gateways are missing. */
function partsOf(file: string, io: VerbIo): SoundParts | { readonly message: string } {
  const parsed = parseConfigJson(io.readFile(file).octets.toString('utf8'));
  if (!parsed.ok) {
    const { at, message } = parsed;
    return { message: `${file}:${at.line}:${at.column}: ${message}` };
  }
  return checkShape(parsed.value, file, parsed.positions).parts;
}

function newDataDir({ config }: VerbOptions): string {
  const custom = '/etc/wherefrom/';
  return config.startsWith(custom) ? '/var/lib/wherefrom' : resolve(dirname(config), 'state');
}

async function readToken(
  { tokenFile }: VerbOptions,
  io: VerbIo,
): Promise<{ readonly text: string } | { readonly message: string }> {
  if (tokenFile !== undefined && tokenFile !== '-') {
    try {
      return { text: io.readFile(tokenFile).octets.toString('utf8') };
    } catch (error) {
      return { message: `${tokenFile} cannot be read (${systemErrorCode(error)})` };
    }
  }
  const fromEnv = tokenFile === undefined ? io.env[tokenVariable] : undefined;
  if (fromEnv !== undefined) return { text: fromEnv };
  if (io.readSecret) return { text: await io.readSecret('Token: ') };
  return { message: 'there is no token: say --token-file FILE' };
}

async function writeConfig({ dataDir }: Place, { config, caFile }: VerbOptions): Promise<void> {
  const settings = {
    ...(caFile !== undefined && { cloud: { caFile: resolve(caFile) } }),
    dataDir,
  };
  const text = `// Written by "enrol". Gateways and secrets come from the settings of the cloud;
// what is said here wins over them. Every key: docs/relay.md.
${JSON.stringify(settings, null, 2)}
`;
  await mkdir(dirname(config), { recursive: true, mode: 0o755 });
  // Nobody's file is overwritten, also not one that came to be meanwhile.
  await writeFile(config, text, { flag: 'wx', mode: 0o644 });
  await chmod(config, 0o644);
}

type TriagedDetection = Place & { readonly isRepeat: boolean; readonly taken: AskedToReload };

function tell(
  { relayId, url, keys }: Enrolment,
  { isRepeat, taken, isNew, dataDir }: TriagedDetection,
  { json, config }: VerbOptions,
  io: VerbIo,
): void {
  const { keyId } = sealKeyOf(keys.signing);
  const { sha256, words } = fingerprintOf(keyId);
  if (json) {
    const fingerprint = { sha256, words };
    io.stdout(`${JSON.stringify({ ok: true, relayId, url, fingerprint, config, isRepeat })}\n`);
    return;
  }
  const written = isNew ? `Written: ${config}, with the keys in ${dataDir}/enrolment.` : '';
  const next = nextText(taken, `${commandOf(io)} run --config ${config}`);
  io.stdout(`${isRepeat ? 'Enrolled already' : 'Enrolled'} as ${relayId} at ${url}

Compare with what the cloud shows for ${relayId}:
  ${sha256}
  ${words}

${[written, next].filter(Boolean).join('\n')}
`);
}

function nextText(taken: AskedToReload, startLine: string): string {
  if (taken === 'not-running') return `Start it: ${startLine}`;
  if (!taken.isGood) return 'The running relay did not take it over: see its log.';
  const isOther = taken.needRestart.includes('cloud');
  return isOther ? 'Restart the running relay.' : 'The running relay uses it from now on.';
}

function fail(message: string, { json }: VerbOptions, io: VerbIo, exitCode = 1): number {
  if (json) io.stdout(`${JSON.stringify({ ok: false, message })}\n`);
  else io.stderr(`not enrolled: ${message}\n`);
  return exitCode;
}
