// `npm start`: the whole pipeline on this machine. Wires the process to local/run.ts, nothing else.

import { homedir } from 'node:os';
import { dirname } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { noteLocalRun } from '../cli/local-run.ts';
import { loaderOf } from '../local/relay-thread/start.ts';
import '../local/relay-thread/thread.ts';
import { runLocal } from '../local/run.ts';

// From source a thread runs a file of its own, a bundle itself, which holds that file.
const program = process.argv[1] ?? '';
const relayThread = {
  file: program.endsWith('.ts')
    ? new URL('../local/relay-thread/thread.ts', import.meta.url)
    : program,
  execArgv: loaderOf(process.execArgv),
};

/** Nobody waits for the page but the one who opens it: bundler and files load then. */
async function buildConsole() {
  const { bundleConsole } = await import('../build/console-bundle.ts');
  return bundleConsole(dirname(import.meta.dirname));
}

async function run(): Promise<number> {
  const stopping = new AbortController();
  // A second Ctrl-C ends the process the ordinary way, should the first one hang. A terminal that
  // is closed takes what is said with it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => stopping.abort());
  }
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const terminal = {
    out: (text: string) => process.stdout.write(text),
    error: (text: string) => process.stderr.write(text),
    isInteractive: process.stdout.isTTY === true,
    stopped: stopping.signal,
    noteRun: (url: string) =>
      noteLocalRun({ environment: process.env, platform: process.platform, home: homedir() }, url),
  };
  return runLocal(process.argv.slice(2), terminal, { buildConsole, relayThread });
}

if (isMainThread) process.exitCode = await run();
