// Runs the product's commands as a person types them, and keeps what they print.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export const repository = join(import.meta.dirname, '..', '..', '..');

export type Printed = {
  readonly exitCode: number | null;
  readonly out: string;
  readonly error: string;
};

export type Running = {
  readonly child: ChildProcess;
  readonly output: { out: string; error: string };
  readonly ended: Promise<Printed>;
};

/** Children that have not ended: a run that fails leaves none behind. */
const running = new Set<ChildProcess>();

/** Ends what still runs. */
export function endAll(): void {
  for (const child of running) child.kill('SIGTERM');
}

type Environment = Readonly<Record<string, string>>;

/**
 * Starts a command line.
 * @param line words with one blank between them, as outputs of the stack have them
 * @param input what is typed into it
 */
export function start(line: string, environment: Environment, input = ''): Running {
  const [program = '', ...args] = line.split(' ');
  const child = spawn(program, args, {
    cwd: repository,
    env: environment,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  running.add(child);
  child.once('close', () => running.delete(child));
  const output = { out: '', error: '' };
  child.stdout.on('data', (chunk) => {
    output.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output.error += chunk;
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const ended = once(child, 'close').then(([exitCode]) => ({ exitCode, ...output }));
  return { child, output, ended };
}

/**
 * Runs a command line to its end.
 * @returns what it printed to stdout and stderr, without npm's own lines
 * @throws Error with everything printed when it ends with another exit code than 0
 */
export async function run(line: string, environment: Environment, input = ''): Promise<string> {
  const { exitCode, out, error } = await start(line, environment, input).ended;
  const text = `${out}${error}`.replace(/^\s*> .*\n/gm, '').trim();
  if (exitCode !== 0) throw new Error(`"${line}" ended with ${exitCode}:\n${text.slice(-4_000)}`);
  return text;
}
