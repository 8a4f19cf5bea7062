// The relay's command line: one verb, the options every verb takes, help with an example.
// Promise: a mistake is a sentence that names it; secrets are never taken from the command line,
// because every user of the host can read it. What verbs do is in their own files.

import { parseArgs } from 'node:util';
import { didYouMean } from '../config/findings.ts';
import type { ThreadProgram } from '../radsec/thread-link.ts';
import type { After } from '../timers.ts';

/** What a verb may ask of the process it runs in. */
export type VerbIo = {
  readonly stdout: (text: string) => void;
  /** Resolves when stdout can take more; to false when it has been closed. */
  readonly flushed: () => Promise<boolean>;
  readonly stderr: (text: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** How this program is called; absent: as from a clone. */
  readonly command?: string;
  /** Version of this program. */
  readonly version: string;
  /** How this program is started once more as a thread; absent: as it was started. */
  readonly threadProgram?: ThreadProgram;
  /** True when stdout is a terminal. */
  readonly isTerminal: boolean;
  readonly readFile: (path: string) => { readonly octets: Buffer; readonly mode: number };
  /** Reads standard input to its end; from a terminal one line, without showing it. */
  readonly readSecret?: (prompt: string) => Promise<string>;
  readonly onSignal: (signal: 'SIGHUP' | 'SIGINT' | 'SIGTERM', handle: () => void) => void;
  /** Runs what orders to end sessions wait to do; absent: by the clock of this machine. */
  readonly after?: After;
};

export type VerbOptions = {
  readonly config: string;
  readonly json: boolean;
  readonly effective: boolean;
  /** Seconds. */
  readonly wait?: number;
  readonly gateway?: string;
  readonly count?: number;
  readonly from?: number;
  readonly out?: string;
  readonly reason?: string;
  readonly showPersonal?: boolean;
  readonly windows?: boolean;
  readonly firewall?: string;
  readonly root?: string;
  readonly url?: string;
  readonly tokenFile?: string;
  readonly caFile?: string;
  /** Every `--gateway` in order; `gateway` is the last one. */
  readonly gateways?: readonly string[];
  /** Every `--port` in order. */
  readonly ports?: readonly string[];
  readonly isUnverified?: boolean;
  readonly isDryRun?: boolean;
  readonly isDisconnect?: boolean;
  readonly user?: string;
  readonly timeZone?: string;
  /** What stands behind the verb, for verbs that take words. */
  readonly words?: readonly string[];
};

export type Verb = {
  /** What it does, in a few words. */
  readonly summary: string;
  /** Lines under the summary in its own help; ends with an example. */
  readonly help: string;
  /** Options it takes beside --config, --json and --help. */
  readonly options?: readonly OwnOption[];
  /** Words of which exactly one stands behind the verb. */
  readonly words?: readonly string[];
  /** Shorter forms of the words: understood, not listed. */
  readonly shortWords?: ReadonlyMap<string, string>;
  /** Words of earlier versions, each with the one to use now: still understood, not listed. */
  readonly formerWords?: Readonly<Record<string, string>>;
  /** What the words are, where they are too many to list: `VENDOR`. */
  readonly wordName?: string;
  /** Takes one or more file names behind the verb. */
  readonly takesFiles?: boolean;
  /** Resolves to the exit code. */
  run(options: VerbOptions, io: VerbIo): Promise<number>;
};

/** Exit codes of sysexits.h: wrong command line, odd data, wrong configuration. */
export const usageExitCode = 64;
export const dataExitCode = 65;
export const configExitCode = 78;

/** How this program is called: texts name it so, and never a way that is not there. */
export const commandOf = ({ command }: Pick<VerbIo, 'command'>): string => command ?? sourceCommand;

/** How the relay is called from a clone. */
const sourceCommand = 'npm run relay --';

const defaultConfig = '/etc/wherefrom/relay.json';

const optionTypes = {
  config: { type: 'string', default: defaultConfig },
  json: { type: 'boolean', default: false },
  effective: { type: 'boolean' },
  wait: { type: 'string' },
  gateway: { type: 'string', multiple: true },
  port: { type: 'string', multiple: true },
  count: { type: 'string' },
  from: { type: 'string' },
  out: { type: 'string' },
  reason: { type: 'string' },
  'show-personal': { type: 'boolean' },
  windows: { type: 'boolean' },
  firewall: { type: 'string' },
  root: { type: 'string' },
  url: { type: 'string' },
  'token-file': { type: 'string' },
  'ca-file': { type: 'string' },
  unverified: { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  disconnect: { type: 'boolean' },
  user: { type: 'string' },
  'time-zone': { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** Options that belong to some verbs only. */
export type OwnOption = Exclude<keyof typeof optionTypes, 'config' | 'json' | 'help'>;

/** Options that take a whole number, and the smallest one. */
const numberOptions = { wait: 0, count: 1, from: 1 } as const;

/** Runs one command line; resolves to the exit code. */
export async function runCommandLine(
  args: readonly string[],
  verbs: ReadonlyMap<string, Verb>,
  io: VerbIo,
): Promise<number> {
  const wrong = (message: string): number => {
    io.stderr(`wherefrom relay: ${message}\nRun with --help for what there is.\n`);
    return usageExitCode;
  };
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    return wrong(error instanceof Error ? error.message : 'wrong command line');
  }
  const [name, ...given] = parsed.positionals;
  const verb = verbs.get(name ?? '');
  const rest = given.map((word) => currentWord(verb, word, io));
  if (parsed.values.help) {
    const help = verb ? helpOf(name ?? '', verb) : overview(verbs);
    io.stdout(help.replaceAll(sourceCommand, commandOf(io)));
    return 0;
  }
  if (name === undefined) return wrong(`expects one of: ${[...verbs.keys()].join(', ')}`);
  if (!verb) return wrong(`there is no "${name}"${didYouMean(name, [...verbs.keys()])}`);
  const fault = wordsFault(name, verb, rest) ?? optionsFault(name, verb, parsed.values);
  if (fault !== undefined) return wrong(fault);
  return verb.run(optionsOf(parsed.values, rest), io);
}

/** The word to use now for one of an earlier version, said in one line. */
function currentWord(verb: Verb | undefined, word: string, io: VerbIo): string {
  const former = new Map(Object.entries(verb?.formerWords ?? {}));
  const now = former.get(word);
  if (now !== undefined) io.stderr(`"${word}" is called "${now}" now\n`);
  return now ?? verb?.shortWords?.get(word) ?? word;
}

type Values = ReturnType<typeof parse>['values'];

function wordsFault(name: string, verb: Verb, words: readonly string[]): string | undefined {
  if (verb.takesFiles) return words.length > 0 ? undefined : `${name} expects a file`;
  const known = verb.words ?? [];
  const [word = '', ...more] = words;
  if (known.length === 0 && words.length > 0) {
    return `"${words.join(' ')}" is one word too many behind ${name}`;
  }
  if (known.length === 0) return undefined;
  if (words.length === 0) return `${name} expects one of: ${known.join(', ')}`;
  if (!known.includes(word)) return `${name} has no "${word}"${didYouMean(word, known)}`;
  return more.length > 0 ? `"${more.join(' ')}" is one word too many behind ${word}` : undefined;
}

function optionsFault(name: string, verb: Verb, values: Values): string | undefined {
  const shared = ['config', 'json', 'help'];
  for (const [option, value] of Object.entries(values)) {
    if (shared.includes(option) || value === undefined) continue;
    if (verb.options?.includes(option as OwnOption)) continue;
    return `${name} does not take --${option}`;
  }
  for (const [option, min] of Object.entries(numberOptions)) {
    const value = values[option as keyof typeof numberOptions];
    if (value === undefined || (/^\d{1,15}$/.test(value) && Number(value) >= min)) continue;
    return `--${option} expects a whole number from ${min}`;
  }
  return undefined;
}

function optionsOf(values: Values, words: readonly string[]): VerbOptions {
  const { config, json, effective = false, out, reason, url } = values;
  const gateway = values.gateway?.at(-1);
  const isDryRun = values['dry-run'];
  const timeZone = values['time-zone'];
  const showPersonal = values['show-personal'];
  const tokenFile = values['token-file'];
  const caFile = values['ca-file'];
  return {
    config,
    json,
    effective,
    words,
    ...(values.wait !== undefined && { wait: Number(values.wait) }),
    ...(values.count !== undefined && { count: Number(values.count) }),
    ...(values.from !== undefined && { from: Number(values.from) }),
    ...(gateway !== undefined && { gateway, gateways: values.gateway ?? [] }),
    ...(values.port !== undefined && { ports: values.port }),
    ...(out !== undefined && { out }),
    ...(reason !== undefined && { reason }),
    ...(showPersonal !== undefined && { showPersonal }),
    ...(values.windows !== undefined && { windows: values.windows }),
    ...(values.firewall !== undefined && { firewall: values.firewall }),
    ...(values.root !== undefined && { root: values.root }),
    ...(url !== undefined && { url }),
    ...(tokenFile !== undefined && { tokenFile }),
    ...(caFile !== undefined && { caFile }),
    ...(values.unverified !== undefined && { isUnverified: values.unverified }),
    ...(isDryRun !== undefined && { isDryRun }),
    ...(values.disconnect !== undefined && { isDisconnect: values.disconnect }),
    ...(values.user !== undefined && { user: values.user }),
    ...(timeZone !== undefined && { timeZone }),
  };
}

function parse(args: readonly string[]) {
  return parseArgs({ args: [...args], options: optionTypes, allowPositionals: true });
}

const optionHelp = `  --config FILE   the configuration (default: ${defaultConfig})
  --json          machine-readable output
  --help          this text
`;

function overview(verbs: ReadonlyMap<string, Verb>): string {
  const lines = [...verbs].map(([name, { summary }]) => `  ${name.padEnd(14)}  ${summary}`);
  return `The Wherefrom relay: RADIUS accounting in, signed batches out.

  npm run relay -- VERB [options]

${lines.join('\n')}

${optionHelp}`;
}

function helpOf(name: string, { summary, help }: Verb): string {
  return `npm run relay -- ${name}: ${summary}\n\n${optionHelp}${help}`;
}
