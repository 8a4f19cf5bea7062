// `npm run query`: queries the API. Wires the process to query-command.ts.

import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { runQuery } from '../cli/query/query-command.ts';

process.exitCode = await runQuery(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  error: (text) => process.stderr.write(text),
  readText: (path) => readFileSync(path, 'utf8'),
  fetch,
  now: Date.now,
  environment: process.env,
  platform: process.platform,
  home: homedir(),
});
