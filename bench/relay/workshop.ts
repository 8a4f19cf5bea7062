// What a benchmark needs around it: a folder on disk, compiled programs, child processes on
// processors of their own, free ports. Promise: `close` ends every process it started and removes
// what it wrote.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const root = join(import.meta.dirname, '..', '..');

/** `server`: what is measured; `load`: the generator; `receiver`: the far end of shipping. */
export type Seat = 'server' | 'load' | 'receiver';

export type Program =
  | 'relay'
  | 'relay-before'
  | 'local'
  | 'load-process'
  | 'receiver-process'
  | 'naive-process'
  | 'tls-attack-process';

const sources: Readonly<Record<Program, string>> = {
  relay: 'bin/relay.ts',
  'relay-before': 'bin/relay.ts',
  local: 'bin/local.ts',
  'load-process': 'bench/relay/load-process.ts',
  'receiver-process': 'bench/relay/receiver-process.ts',
  'naive-process': 'bench/relay/naive-process.ts',
  'tls-attack-process': 'bench/relay/tls-attack-process.ts',
};

export class Workshop {
  /** On the disk that is measured. */
  readonly folder: string;
  readonly #compiled: string;
  readonly #isPinned: boolean;
  readonly #children = new Set<ChildProcess>();
  #folders = 0;
  #hasRelayBefore: boolean = false;

  /** `isPinned`: processes have processors of their own, where the system can do that. */
  constructor({ isPinned }: { readonly isPinned: boolean }) {
    // Inside the repository, so that the compiled programs find its packages.
    const cache = join(root, '.cache');
    mkdirSync(cache, { recursive: true });
    this.folder = mkdtempSync(join(cache, 'bench-relay-'));
    this.#compiled = join(this.folder, 'compiled');
    this.#isPinned = isPinned && spawnSync('taskset', ['--version']).status === 0;
    process.once('exit', () => this.#end());
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => process.exit(1));
  }

  /** A new, empty folder. */
  newFolder(): string {
    this.#folders += 1;
    const folder = join(this.folder, String(this.#folders));
    mkdirSync(folder);
    return folder;
  }

  /** Which processor a seat has, as text for the report. */
  get seats(): string {
    if (!this.#isPinned) return 'processes are not bound to processors';
    const of = (seat: Seat): string => `${seat} on processor ${processorOf(seat)}`;
    return `${of('server')}, ${of('load')}, ${of('receiver')}`;
  }

  /** Compiles the programs as they would be shipped: one file each, packages beside them. */
  compile(programs: readonly Program[]): void {
    for (const program of programs) this.#compile(program, root);
  }

  /**
   * Compiles the relay of an earlier commit, for what a change costs or saves in one run.
   * @throws Error when git does not know the commit.
   */
  compileRelayBefore(commit: string): void {
    const tree = this.newFolder();
    const archive = join(tree, 'tree.tar');
    for (const [command, args] of [
      ['git', ['-C', root, 'archive', '-o', archive, commit]],
      ['tar', ['-C', tree, '-xf', archive]],
    ] as const) {
      const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
      if (status !== 0) throw new Error(`${command}: ${stderr.trim()}`);
    }
    this.#compile('relay-before', tree);
    rmSync(tree, { recursive: true });
    this.#hasRelayBefore = true;
  }

  get hasRelayBefore(): boolean {
    return this.#hasRelayBefore;
  }

  #compile(program: Program, tree: string): void {
    // As the package of that commit is made: naming inner functions takes time.
    const recipe = readFileSync(join(tree, 'build/relay-bundle.ts'), 'utf8');
    buildSync({
      keepNames: /^ +keepNames: true/m.test(recipe),
      entryPoints: [join(tree, sources[program])],
      outfile: this.#path(program),
      bundle: true,
      packages: 'external',
      platform: 'node',
      format: 'esm',
      target: 'node20',
      logLevel: 'error',
    });
  }

  /** Starts a compiled program of ours with an IPC channel. */
  startProgram(program: Program, seat: Seat, args: readonly string[]): ChildProcess {
    return this.start(process.execPath, [...nodeFlags(), this.#path(program), ...args], seat);
  }

  /** Starts any command; stdout is piped. */
  start(command: string, args: readonly string[], seat: Seat): ChildProcess {
    const isOurs = command === process.execPath;
    const bound = ['-c', String(processorOf(seat)), command, ...args];
    const child = spawn(this.#isPinned ? 'taskset' : command, this.#isPinned ? bound : [...args], {
      stdio: isOurs ? ['ignore', 'pipe', 'pipe', 'ipc'] : ['ignore', 'pipe', 'pipe'],
    });
    this.#children.add(child);
    child.once('exit', () => this.#children.delete(child));
    return child;
  }

  close(): void {
    this.#end();
  }

  #path(program: Program): string {
    return join(this.#compiled, `${program}.mjs`);
  }

  #end(): void {
    for (const child of this.#children) child.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** `--cpu-prof` and the like reach the measured processes through BENCH_NODE_FLAGS. */
function nodeFlags(): readonly string[] {
  return (process.env['BENCH_NODE_FLAGS'] ?? '').split(' ').filter((flag) => flag !== '');
}

function processorOf(seat: Seat): number {
  const last = availableParallelism() - 1;
  if (seat === 'server') return last;
  return seat === 'receiver' && last > 1 ? 1 : 0;
}

/** Resolves with the first stdout line that matches; rejects when the process ends before. */
export async function lineOf(child: ChildProcess, pattern: RegExp): Promise<string> {
  let text = '';
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      text = (text + chunk.toString()).slice(-100_000);
      const line = text.split('\n').find((one) => pattern.test(one));
      if (line !== undefined) resolve(line);
    });
    child.once('exit', (code) => reject(new Error(`ended with ${code}: ${text}${errors}`)));
  });
}

/** Sends one message and waits for the reply. */
export async function ask<Reply>(child: ChildProcess, question: object): Promise<Reply> {
  const reply = new Promise<Reply>((resolve, reject) => {
    const ended = (code: number | null): void => reject(new Error(`process ended with ${code}`));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message as Reply);
    });
  });
  child.send(question);
  return reply;
}

/** Ends a process and waits until it is gone. */
export async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}
