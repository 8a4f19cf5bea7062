// The relay's entry point: hands the process to a verb. `npm run relay -- --help` lists the verbs.

import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import manifest from '../package.json' with { type: 'json' };
import { runCommandLine } from '../relay/cli/command-line.ts';
import { readWithCredentials } from '../relay/cli/service/credentials.ts';
import { makeReadSecret } from '../relay/control/read-secret.ts';
import { serveInThread } from '../relay/radsec/thread.ts';
import { watchOutput } from '../relay/run/process-output.ts';
import { relayVerbs } from '../relay/run/verbs.ts';

// From source, threads need the TypeScript loader that bin/run.mjs brings; a bundle needs nothing.
const program = process.argv[1] ?? '';
const isSource = program.endsWith('.ts');

async function runVerb(): Promise<void> {
  const { write, flushed } = watchOutput(process.stdout);
  const say = (text: string) => process.stderr.write(text);
  process.exitCode = await runCommandLine(process.argv.slice(2), relayVerbs, {
    stdout: write,
    flushed,
    stderr: say,
    env: process.env,
    version: manifest.version,
    threadProgram: isSource
      ? { file: join(dirname(program), 'run.mjs'), argv: ['tsx', program] }
      : { file: program, argv: [] },
    ...(!isSource && { command: 'wherefrom-relay' }),
    isTerminal: process.stdout.isTTY === true,
    readFile: readWithCredentials(
      (path) => ({ octets: readFileSync(path), mode: statSync(path).mode }),
      process.env,
    ),
    readSecret: makeReadSecret(process.stdin, say),
    onSignal: (signal, handle) => void process.on(signal, handle),
  });
}

// No top-level await: the packaged relay is one CommonJS file.
if (isMainThread) void runVerb();
else serveInThread();
