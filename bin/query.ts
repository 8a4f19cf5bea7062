// `npm run query`: asks the query API. Wires the process to query-command.ts.

import { makeDynamoClient } from '../lambdas/aws/dynamo-client.ts';
import { runQuery } from './query-command.ts';

process.exitCode = await runQuery(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  error: (text) => process.stderr.write(text),
  fetch: (url, headers) => fetch(url, { headers }),
  // Any client of the SDK finds credentials the way the AWS command line does.
  credentials: () => makeDynamoClient().config.credentials(),
  now: Date.now,
});
