// `npm run login`: signs a user in to a deployed API. Wires the process to cli/login/.

import { homedir } from 'node:os';
import { runLogin } from '../cli/login/login-command.ts';

const stopping = new AbortController();
// A second Ctrl-C ends the process the ordinary way, should the first one hang.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => stopping.abort());
}

process.exitCode = await runLogin(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  error: (text) => process.stderr.write(text),
  environment: process.env,
  platform: process.platform,
  home: homedir(),
  fetch,
  now: Date.now,
  stopped: stopping.signal,
});
