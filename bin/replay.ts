// `npm run replay -- FILE...`: accounting records of files, judged as the cloud would. Wires the
// process to local/replay/.

import { isMainThread } from 'node:worker_threads';
// In a thread of a bundle it reads.
import '../local/replay/reader-thread.ts';
import { readerThreadsOf } from '../local/replay/readers.ts';
import { runReplay } from '../local/replay/replay-command.ts';

// From source a thread runs the file that reads, a bundle itself.
const program = process.argv[1] ?? '';
const thread = program.endsWith('.ts')
  ? new URL('../local/replay/reader-thread.ts', import.meta.url)
  : program;

async function run(): Promise<void> {
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
    startReader: readerThreadsOf(thread, process.execArgv),
  });
}

if (isMainThread) await run();
