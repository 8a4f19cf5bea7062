// The relay's door: hands the process to a verb. `npm run relay -- --help` tells what there is.

import { readFileSync, statSync } from 'node:fs';
import { checkVerb } from '../relay/check-verb.ts';
import { runCommandLine, type Verb } from '../relay/command-line.ts';
import { runVerb } from '../relay/run-verb.ts';

const verbs: ReadonlyMap<string, Verb> = new Map([
  ['run', runVerb],
  ['check', checkVerb],
]);

process.exitCode = await runCommandLine(process.argv.slice(2), verbs, {
  stdout: (text) => process.stdout.write(text),
  stderr: (text) => process.stderr.write(text),
  env: process.env,
  isTerminal: process.stdout.isTTY === true,
  readFile: (path) => ({ octets: readFileSync(path), mode: statSync(path).mode }),
  onSignal: (signal, handle) => {
    process.on(signal, handle);
  },
});
