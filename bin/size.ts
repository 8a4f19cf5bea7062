// `npm run size`: what a deployment needs and costs. Wires the process to size-command.ts.

import { runSize } from '../cli/size/size-command.ts';

process.exitCode = runSize(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  error: (text) => process.stderr.write(text),
});
