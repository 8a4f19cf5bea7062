// `npm start`: the whole pipeline on this machine. Wires the process to local/run.ts, nothing else.

import { runLocal } from '../local/run.ts';

const stopping = new AbortController();
// A second Ctrl-C ends the process the ordinary way, should the first one hang.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => stopping.abort());
}

process.exitCode = await runLocal(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  error: (text) => process.stderr.write(text),
  isInteractive: process.stdout.isTTY === true,
  stopped: stopping.signal,
});
