// What one fdatasync costs on the disk of this run: the floor under every durable answer.

import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { quantile } from './statistics.ts';

const appends = 400;
const octets = Buffer.alloc(512, 'x');

/** Milliseconds of fdatasync after appending 512 octets in `folder`, one value per append. */
export function syncTimesMs(folder: string): Float64Array {
  const parent = mkdtempSync(join(folder, 'sync-probe-'));
  const fd = openSync(join(parent, 'file'), 'w');
  const times = new Float64Array(appends);
  for (let index = 0; index < appends; index += 1) {
    writeSync(fd, octets);
    const start = performance.now();
    fdatasyncSync(fd);
    times[index] = performance.now() - start;
  }
  closeSync(fd);
  rmSync(parent, { recursive: true });
  return times;
}

/** Median of fdatasync in `folder`, microseconds. */
export function syncMedianUs(folder: string): number {
  return quantile(syncTimesMs(folder), 0.5) * 1000;
}
