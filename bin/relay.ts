// The relay's door: hands the process to a verb. `npm run relay -- --help` tells what there is.

import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import manifest from '../package.json' with { type: 'json' };
import { runCommandLine } from '../relay/command-line.ts';
import { makeReadSecret } from '../relay/control/read-secret.ts';
import { serveInThread } from '../relay/radsec/thread.ts';
import { readWithCredentials } from '../relay/service/credentials.ts';
import { relayVerbs } from '../relay/verbs.ts';

// Whoever reads our output may have seen enough, as `head` does; the relay itself goes on.
let isReaderGone = false;
process.stdout.on('error', () => {
  isReaderGone = true;
});

async function flushed(): Promise<boolean> {
  if (process.stdout.writableNeedDrain && !isReaderGone) {
    const changes = [once(process.stdout, 'drain'), once(process.stdout, 'close')];
    await Promise.race(changes).catch(() => undefined);
  }
  return !isReaderGone;
}

// From source, threads need the TypeScript loader that bin/run.mjs brings; a bundle needs nothing.
const program = process.argv[1] ?? '';
const threadProgram = program.endsWith('.ts')
  ? { file: join(dirname(program), 'run.mjs'), argv: ['tsx', program] }
  : { file: program, argv: [] };

const runVerb = (): Promise<number> =>
  runCommandLine(process.argv.slice(2), relayVerbs, {
    stdout: (text) => process.stdout.write(text),
    flushed,
    stderr: (text) => process.stderr.write(text),
    env: process.env,
    version: manifest.version,
    threadProgram,
    ...(!program.endsWith('.ts') && { command: 'wherefrom-relay' }),
    isTerminal: process.stdout.isTTY === true,
    readFile: readWithCredentials(
      (path) => ({ octets: readFileSync(path), mode: statSync(path).mode }),
      process.env,
    ),
    readSecret: makeReadSecret(process.stdin, (text) => process.stderr.write(text)),
    onSignal: (signal, handle) => {
      process.on(signal, handle);
    },
  });

// No top-level await: the packaged relay is one CommonJS file.
if (isMainThread) {
  void runVerb().then((code) => {
    process.exitCode = code;
  });
} else {
  serveInThread();
}
