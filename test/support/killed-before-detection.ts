// The local run, with a table that kills the process at the worst moment: the profile that names a
// new detection is written, the detection itself is not. For test/system/kill-detection.test.ts.

import { runLocal } from '../../local/run.ts';
import { interceptSend } from './intercept-send.ts';

interceptSend((command) => {
  if (JSON.stringify(command.input).includes('"DETECTIONS#') && isWrite(command)) {
    process.kill(process.pid, 'SIGKILL');
  }
});

function isWrite(command: object): boolean {
  return /^(?:Put|Update)Item/.test(command.constructor.name);
}

process.exitCode = await runLocal(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  error: (text) => process.stderr.write(text),
  isInteractive: false,
  stopped: new AbortController().signal,
});
