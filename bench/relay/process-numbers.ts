// What Linux counts of a process: CPU time of all its threads, and memory. Read from /proc.

import { readFileSync } from 'node:fs';

/** USER_HZ, which is 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** User and system time of all threads so far, seconds; in steps of 0.01. */
export const cpuSeconds = (pid: number): number => secondsIn(`/proc/${pid}/stat`);

/** The same of the thread that the process began with. */
export const mainThreadSeconds = (pid: number): number =>
  secondsIn(`/proc/${pid}/task/${pid}/stat`);

function secondsIn(path: string): number {
  const stat = readFileSync(path, 'latin1');
  // The command's name, in brackets, may hold spaces: count behind it. utime is field 14.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** `VmHWM`: the most memory it had so far, MiB. */
export const memoryPeakMiB = (pid: number): number => memoryMiB(pid, 'VmHWM');

/** `RssFile`: files that are mapped, MiB: the system takes that memory back when it wants it. */
export const mappedFilesMiB = (pid: number): number => memoryMiB(pid, 'RssFile');

function memoryMiB(pid: number, name: string): number {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  const kib = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1];
  return Number(kib) / 1024;
}
