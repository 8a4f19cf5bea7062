// The relay's command line: one verb, the options every verb takes, help with an example.
// Promise: a mistake is a sentence that names it; secrets are never taken from the command line,
// because everybody on the host can read it. What verbs do is in their own files.

import { parseArgs } from 'node:util';
import { didYouMean } from './config-findings.ts';

/** What a verb may ask of the process it runs in. */
export type VerbIo = {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** True when stdout is a terminal. */
  readonly isTerminal: boolean;
  readonly readFile: (path: string) => { readonly octets: Buffer; readonly mode: number };
  readonly onSignal: (signal: 'SIGHUP' | 'SIGINT' | 'SIGTERM', handle: () => void) => void;
};

export type VerbOptions = {
  readonly config: string;
  readonly json: boolean;
  readonly effective: boolean;
};

export type Verb = {
  /** What it does, in a few words. */
  readonly summary: string;
  /** Lines under the summary in its own help; ends with an example. */
  readonly help: string;
  /** Resolves to the exit code. */
  run(options: VerbOptions, io: VerbIo): Promise<number>;
};

/** Exit codes of sysexits.h: wrong command line, wrong configuration. */
export const usageExitCode = 64;
export const configExitCode = 78;

const defaultConfig = '/etc/wherefrom/relay.json';

const optionTypes = {
  config: { type: 'string', default: defaultConfig },
  json: { type: 'boolean', default: false },
  effective: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

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
  const [name, ...rest] = parsed.positionals;
  const verb = verbs.get(name ?? '');
  if (parsed.values.help) {
    io.stdout(verb ? helpOf(name ?? '', verb) : overview(verbs));
    return 0;
  }
  if (name === undefined) return wrong(`expects one of: ${[...verbs.keys()].join(', ')}`);
  if (!verb) return wrong(`there is no "${name}"${didYouMean(name, [...verbs.keys()])}`);
  if (rest.length > 0) return wrong(`"${rest.join(' ')}" is one word too many behind ${name}`);
  return verb.run(parsed.values, io);
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
