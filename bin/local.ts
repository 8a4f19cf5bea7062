// `npm start`: the whole pipeline on this machine. Wires the process to local/run.ts, nothing else.

import { homedir } from 'node:os';
import { dirname } from 'node:path';
import { noteLocalRun } from '../cli/local-run.ts';
import { runLocal } from '../local/run.ts';

const stopping = new AbortController();
// A second Ctrl-C ends the process the ordinary way, should the first one hang. A terminal that is
// closed takes what is said with it.
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

/** Nobody waits for the page but the one who opens it: bundler and files load then. */
async function buildConsole() {
  const { bundleConsole } = await import('../build/console-bundle.ts');
  return bundleConsole(dirname(import.meta.dirname));
}

process.exitCode = await runLocal(process.argv.slice(2), terminal, buildConsole);
