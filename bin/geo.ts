// `npm run geo:build`, `geo:lookup`, `geo:lists`. Wires the process to cli/geo/geo-command.ts.

import { runGeo } from '../cli/geo/geo-command.ts';

runGeo(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
