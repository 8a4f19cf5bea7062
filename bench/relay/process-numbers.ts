// What Linux counts of a process: CPU time of all its threads, and memory. Read from /proc.

import { readFileSync } from 'node:fs';

/** USER_HZ, which is 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** User and system time of all threads so far, seconds; in steps of 0.01. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // The command's name, in brackets, may hold spaces: count behind it. utime is field 14.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** `VmHWM`: the most memory it had so far, MiB. */
export function memoryPeakMiB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  const kib = /^VmHWM:\s+(\d+) kB/m.exec(status)?.[1];
  return Number(kib) / 1024;
}
