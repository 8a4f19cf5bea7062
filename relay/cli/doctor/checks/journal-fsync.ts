// `journal-fsync`: how long the disk takes to confirm that a write survives a power cut.

import { closeSync, existsSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { systemErrorCode } from '../../../errors.ts';
import { type Check, fail, pass, skip, warn } from '../check.ts';

const writes = 20;
const octets = 4_096;
const warnMs = 100;
const failMs = 2_000;

export const journalFsync: Check = {
  code: 'journal-fsync',
  question: 'Does the disk sync quickly?',
  meaning:
    'An answer waits for the sync. Gateways repeat after 2 s and give up after 8 s; many send ' +
    'one packet after the other.',
  fix:
    'Put `dataDir` on a local disk (no network share), with a write cache that survives a power ' +
    'cut if you can.',
  whenToIgnore:
    'below 100 ms with fewer than a hundred packets a second: one sync serves many packets.',
  run({ places }) {
    if (!places || !existsSync(places.dataDir)) return [skip('there is no data directory yet')];
    try {
      const times = measure(places.dataDir);
      const median = times[Math.floor(times.length / 2)] ?? 0;
      const worst = times.at(-1) ?? 0;
      const slowest = `slowest ${worst.toFixed(1)} ms of ${writes}`;
      const evidence = `median ${median.toFixed(1)} ms, ${slowest}`;
      if (median > failMs)
        return [fail(evidence, 'gateways give up: move dataDir to a local disk')];
      if (median > warnMs) return [warn(evidence, 'move dataDir to a quicker, local disk')];
      return [pass(evidence)];
    } catch (error) {
      return [skip(`nothing can be written there (${systemErrorCode(error)})`)];
    }
  },
};

/** Rising times of writes with a sync each, ms. */
function measure(folder: string): number[] {
  const path = join(folder, `.doctor-sync-${process.pid}`);
  const descriptor = openSync(path, 'wx', 0o600);
  try {
    const block = Buffer.alloc(octets, 'x');
    return Array.from({ length: writes }, () => {
      const beganMs = performance.now();
      writeSync(descriptor, block);
      fdatasyncSync(descriptor);
      return performance.now() - beganMs;
    }).sort((a, b) => a - b);
  } finally {
    closeSync(descriptor);
    rmSync(path, { force: true });
  }
}
