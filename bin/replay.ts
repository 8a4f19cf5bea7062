// `npm run replay -- FILE...`: accounting records of files, judged as the cloud would. Wires the
// process to local/replay/.

import { runReplay } from '../local/replay/replay-command.ts';

// Whoever reads our output may have seen enough, as `head` does.
process.stdout.on('error', () => process.exit(1));

process.exitCode = await runReplay(process.argv.slice(2), {
  out: (text) =>
    new Promise((resolve) => {
      if (process.stdout.write(text)) resolve();
      else process.stdout.once('drain', resolve);
    }),
  error: (text) => process.stderr.write(text),
  isTerminal: process.stderr.isTTY === true,
  now: Date.now,
  peakMemoryMiB: () => process.resourceUsage().maxRSS / 1024,
  stdin: () => process.stdin,
});
