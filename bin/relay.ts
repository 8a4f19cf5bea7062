// The relay's door: hands the process to a verb. `npm run relay -- --help` tells what there is.

import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import manifest from '../package.json' with { type: 'json' };
import { captureVerb } from '../relay/capture/capture-verb.ts';
import { checkVerb } from '../relay/check-verb.ts';
import { runCommandLine, type Verb } from '../relay/command-line.ts';
import { journalVerb } from '../relay/journal-tools/journal-verb.ts';
import { runVerb } from '../relay/run-verb.ts';
import { statusVerb } from '../relay/status/status-verb.ts';

const verbs: ReadonlyMap<string, Verb> = new Map([
  ['run', runVerb],
  ['check', checkVerb],
  ['status', statusVerb],
  ['capture', captureVerb],
  ['journal', journalVerb],
]);

// Whoever reads our output may have seen enough, as `head` does; the relay itself goes on.
let isReaderGone = false;
process.stdout.on('error', () => {
  isReaderGone = true;
});

async function flushed(): Promise<boolean> {
  if (process.stdout.writableNeedDrain && !isReaderGone) {
    await Promise.race([once(process.stdout, 'drain'), once(process.stdout, 'close')]);
  }
  return !isReaderGone;
}

process.exitCode = await runCommandLine(process.argv.slice(2), verbs, {
  stdout: (text) => process.stdout.write(text),
  flushed,
  stderr: (text) => process.stderr.write(text),
  env: process.env,
  version: manifest.version,
  isTerminal: process.stdout.isTTY === true,
  readFile: (path) => ({ octets: readFileSync(path), mode: statSync(path).mode }),
  onSignal: (signal, handle) => {
    process.on(signal, handle);
  },
});
