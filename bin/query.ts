// `npm run query`: asks the query API. Wires the process to query-command.ts.

import { readFileSync } from 'node:fs';
import { runQuery } from '../cli/query/query-command.ts';

process.exitCode = await runQuery(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  error: (text) => process.stderr.write(text),
  fetch: (url, headers) => fetch(url, { headers }),
  environment: process.env,
  readText: (path) => readFileSync(path, 'utf8'),
  post: (url, headers, body) => fetch(url, { method: 'POST', headers, body }),
});
