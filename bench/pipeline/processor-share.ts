// Runs a Node program on a share of one processor, as Lambda does with less than 1,769 MB (Lambda
// developer guide, "Configure Lambda function memory"): what it used is read from /proc, and it is
// stopped while it is ahead of its share. Timers and answers go on meanwhile, as they would there.
// Only on Linux; elsewhere the program runs unhindered and the result says so.

import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** Megabytes of memory that come with a whole processor. */
const megabytesPerProcessor = 1_769;
const lookEveryMs = 4;
/** It may be ahead of its share by so much before it is stopped. */
const burstMs = 10;

/** The share of a processor that a function of this much memory has; at most one. */
export const shareOf = (memoryMegabytes: number): number =>
  Math.min(1, memoryMegabytes / megabytesPerProcessor);

export type SharedRun = {
  readonly stdout: string;
  /** False: the processor time of a process cannot be read here. */
  readonly isShared: boolean;
};

/** Runs it to its end. Rejects when it fails; what it says on stderr goes through. */
export function runOnShare(args: readonly string[], share: number): Promise<SharedRun> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const { pid = 0 } = child;
    const chunks: Buffer[] = [];
    const began = performance.now();
    let isStopped = false;
    let isShared = true;
    const look = setInterval(() => {
      const usedMs = processorMs(pid);
      if (usedMs === undefined) {
        isShared = false;
        return;
      }
      const dueMs = (performance.now() - began) * share;
      const isAhead = usedMs > dueMs + (isStopped ? 0 : burstMs);
      if (isAhead === isStopped) return;
      isStopped = isAhead;
      child.kill(isAhead ? 'SIGSTOP' : 'SIGCONT');
    }, lookEveryMs);
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.once('error', reject);
    child.once('close', (code) => {
      clearInterval(look);
      if (code === 0) resolve({ stdout: Buffer.concat(chunks).toString(), isShared });
      else reject(new Error(`${args.join(' ')} ended with ${code}`));
    });
  });
}

/** Processor time of all threads so far; undefined where it cannot be read, or it has ended. */
function processorMs(pid: number): number | undefined {
  try {
    const folder = `/proc/${pid}/task`;
    const times = readdirSync(folder).map((thread) => {
      const [nanoseconds] = readFileSync(`${folder}/${thread}/schedstat`, 'utf8').split(' ');
      return Number(nanoseconds) / 1e6;
    });
    return times.reduce((sum, ms) => sum + ms, 0);
  } catch {
    return undefined;
  }
}
