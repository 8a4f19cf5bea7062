// The command line of the local run: its options and their defaults.
// Every mistake is a sentence that names the option; nothing is guessed and nothing is ignored.

import { parseArgs } from 'node:util';
import { type Group, groups } from '../lambdas/shared/access.ts';

export type SampleName = 'morning' | 'none';

export type LocalOptions = {
  /** The sample to play once per data directory. */
  readonly sample: SampleName;
  /** End after the sample has been processed. */
  readonly once: boolean;
  /** JSON lines on stdout instead of prose. */
  readonly json: boolean;
  /** UDP port of the relay on 127.0.0.1; 0 takes a free one. */
  readonly radiusPort: number;
  /** TCP port of the API on 127.0.0.1; 0 takes a free one. */
  readonly apiPort: number;
  /** The moment at which the sample is played; absent: now. */
  readonly at?: number;
  /** Where state lives; absent: a temporary directory that is removed on exit. */
  readonly dataDir?: string;
  /** History to import instead of playing a sample. */
  readonly history?: HistoryOptions;
  /** Accounts, sites, gateways and detection, as replay reads them. */
  readonly settingsFile?: string;
  /** Make the tables again from the journal before anything else. */
  readonly isRebuild?: boolean;
  /** The highest role of whoever asks the API; absent: admin. */
  readonly role?: Group;
};

/** What is imported, and how it is read. */
export type HistoryOptions = {
  /** Detail files, radacct tables, captures; at least one. */
  readonly files: readonly string[];
  /** `NAS=NAME` each. */
  readonly gateways: readonly string[];
  /** IANA zone of times without one. */
  readonly timeZone: string;
};

export type ParsedOptions =
  | { readonly kind: 'run'; readonly options: LocalOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly message: string };

/** Exit code for a wrong command line (EX_USAGE of sysexits.h). */
export const usageExitCode = 64;

const radiusPortDefault = 1813;
const apiPortDefault = 8080;

export const helpText = `Runs Wherefrom on this machine: a RADIUS relay, the functions, the API.

  npm start                       play a small organisation's morning, then keep running
  npm start -- --sample none      start empty and wait for your own gateways
  npm start -- --data DIR --import /var/log/freeradius/radacct/*/detail-*
                                  judge your own history, and keep it in DIR

  --sample morning|none   what to play once per data directory (default: morning)
  --import FILE...        history instead of a sample: FreeRADIUS detail files, radacct tables as
                          CSV, captures; also packed with gzip. Killed on its way, the same
                          command goes on where it stopped
  --settings FILE         accounts, gateways, sites, detection as JSON (npm run replay -- --help)
  --gateway NAS=NAME      an address or NAS-Identifier of history is this gateway; once for each
  --time-zone ZONE        of times without one in CSV, for example Europe/Berlin (default: UTC)
  --once                  end when the sample or the history has been processed
  --json                  one JSON object per line on stdout instead of prose
  --at TIME               with --once: play as of then, such as 2026-11-23T10:00:00Z; the same
                          moment gives the same output
  --radius-port PORT      UDP port of the relay on 127.0.0.1 (default: ${radiusPortDefault})
  --api-port PORT         TCP port of the query API on 127.0.0.1 (default: ${apiPortDefault})
  --role analyst|responder|admin
                          what whoever opens the console may do (default: admin)
  --data DIR              keep state in DIR (default: a temporary directory, removed on exit)
  --rebuild               with --data: make the tables again from the journal that is kept beside
                          them, up to 4 GiB of it; who was erased stays erased
  --help                  this text
`;

const optionTypes = {
  sample: { type: 'string' },
  once: { type: 'boolean' },
  json: { type: 'boolean' },
  at: { type: 'string' },
  'radius-port': { type: 'string' },
  'api-port': { type: 'string' },
  role: { type: 'string' },
  data: { type: 'string' },
  import: { type: 'string' },
  settings: { type: 'string' },
  gateway: { type: 'string' },
  'time-zone': { type: 'string' },
  rebuild: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

type OptionName = keyof typeof optionTypes;
type Values = { readonly [Name in OptionName]?: string | boolean | undefined } & {
  /** Values of options that may stand several times. */
  readonly files: readonly string[];
  readonly gateways: readonly string[];
};

class WrongOption extends Error {
  override readonly name = 'WrongOption';
}

function readPort(values: Values, name: 'radius-port' | 'api-port', fallback: number): number {
  const text = values[name];
  if (text === undefined) return fallback;
  const port = Number(text);
  if (typeof text !== 'string' || !/^\d{1,5}$/.test(text) || port > 65_535) {
    throw new WrongOption(`--${name} takes a port number from 0 to 65535, not ${String(text)}`);
  }
  return port;
}

function readSample(values: Values): SampleName {
  const { sample } = values;
  // What is in the directory is made again, nothing else.
  if (sample === undefined && values.rebuild === true) return 'none';
  if (values.import !== undefined) {
    if (sample === undefined || sample === 'none') return 'none';
    throw new WrongOption('--sample and --import do not go together: history is not mixed with it');
  }
  if (sample === undefined || sample === 'morning') return 'morning';
  if (sample === 'none') return 'none';
  throw new WrongOption(`--sample is morning or none, not ${String(sample)}`);
}

function readDataDir(values: Values): { dataDir?: string } {
  if (values.data === undefined) return {};
  if (typeof values.data !== 'string' || values.data === '') {
    throw new WrongOption('--data takes the path of a directory');
  }
  return { dataDir: values.data };
}

function readRebuild({ rebuild, data }: Values): { isRebuild?: boolean } {
  if (rebuild !== true) return {};
  if (data === undefined) throw new WrongOption('--rebuild is for a directory: it needs --data');
  return { isRebuild: true };
}

function readRole({ role }: Values): { role?: Group } {
  if (role === undefined) return {};
  const known = groups.find((group) => group === role);
  if (!known) throw new WrongOption(`--role is ${groups.join(', ')}, not ${String(role)}`);
  return { role: known };
}

/** The path of `--settings`. */
function readSettingsFile({ settings }: Values): { settingsFile?: string } {
  if (settings === undefined) return {};
  if (typeof settings !== 'string' || settings === '') {
    throw new WrongOption('--settings takes the path of a JSON file');
  }
  return { settingsFile: settings };
}

function readHistory(values: Values): { history?: HistoryOptions } {
  const { files, gateways, 'time-zone': zone = 'UTC' } = values;
  if (values.import === undefined) {
    const alone = gateways.length > 0 ? '--gateway' : '--time-zone';
    if (gateways.length > 0 || values['time-zone'] !== undefined) {
      throw new WrongOption(`${alone} is for history: it needs --import`);
    }
    return {};
  }
  if (files.includes('')) throw new WrongOption('--import takes the paths of files');
  return { history: { files, gateways, timeZone: String(zone) } };
}

/** A moment of which tables and clocks are sure: from 2020 to now. */
const atMin = Date.UTC(2020, 0, 1);

function readAt({ at, once, data }: Values): { at?: number } {
  if (at === undefined) return {};
  const time = typeof at === 'string' && /^\d{4}-\d\d-\d\dT/.test(at) ? Date.parse(at) : Number.NaN;
  if (!(time >= atMin && time <= Date.now())) {
    throw new WrongOption(`--at takes a time of the past such as 2026-11-23T10:00:00Z`);
  }
  if (once !== true || data !== undefined) {
    throw new WrongOption('--at is for a run that ends and keeps nothing: with --once, no --data');
  }
  return { at: time };
}

type Token = ReturnType<typeof parseArgs>['tokens'];

/** Reads the tokens itself, so that each mistake gets a sentence of ours. */
function readValues(tokens: NonNullable<Token>): Values {
  const values: { [Name in OptionName]?: string | boolean } = {};
  const files: string[] = [];
  const gateways: string[] = [];
  let isListingFiles = false;
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') {
      // What a shell makes of `--import detail-*`.
      if (!isListingFiles) throw new WrongOption(`${token.value} is no option`);
      files.push(token.value);
      continue;
    }
    if (!Object.hasOwn(optionTypes, token.name)) {
      throw new WrongOption(`there is no option ${token.rawName}`);
    }
    const name = token.name as OptionName;
    const takesValue = optionTypes[name].type === 'string';
    // `--data --once` has forgotten the directory; `--data=--once` means it.
    const isForgotten = token.value?.startsWith('--') === true && token.inlineValue !== true;
    if (takesValue && (token.value === undefined || isForgotten)) {
      throw new WrongOption(`--${name} needs a value`);
    }
    if (!takesValue && token.value !== undefined) throw new WrongOption(`--${name} takes no value`);
    if (name === 'import') files.push(token.value ?? '');
    if (name === 'gateway') gateways.push(token.value ?? '');
    isListingFiles = name === 'import';
    values[name] = token.value ?? true;
  }
  return { ...values, files, gateways };
}

/** Reads the arguments after the program's name. */
export function parseOptions(args: readonly string[]): ParsedOptions {
  const { tokens } = parseArgs({
    args: [...args],
    options: optionTypes,
    strict: false,
    tokens: true,
    allowPositionals: true,
  });
  try {
    const values = readValues(tokens);
    if (values.help) return { kind: 'help' };
    return {
      kind: 'run',
      options: {
        sample: readSample(values),
        once: values.once === true,
        json: values.json === true,
        radiusPort: readPort(values, 'radius-port', radiusPortDefault),
        apiPort: readPort(values, 'api-port', apiPortDefault),
        ...readAt(values),
        ...readDataDir(values),
        ...readRebuild(values),
        ...readRole(values),
        ...readHistory(values),
        ...readSettingsFile(values),
      },
    };
  } catch (error) {
    if (!(error instanceof WrongOption)) throw error;
    return { kind: 'wrong', message: `${error.message}; see --help` };
  }
}
