// Datagrams the kernel dropped because a receive buffer was full: the only loss the relay cannot
// count itself. Linux reports it in /proc/self/net/udp and udp6; elsewhere it is unknown.

import { readFileSync } from 'node:fs';

/** Sum over the sockets bound to `ports` since they were bound; undefined where it is unknown. */
export function kernelDrops(
  ports: readonly number[],
  readText: (path: string) => string = (path) => readFileSync(path, 'utf8'),
): number | undefined {
  let drops: number | undefined;
  for (const path of ['/proc/self/net/udp', '/proc/self/net/udp6']) {
    try {
      const lines = readText(path).trim().split('\n').slice(1);
      drops = lines.reduce((sum, line) => sum + dropsOf(line, ports), drops ?? 0);
    } catch {
      // Not Linux, or a container without /proc: no number is better than a wrong one.
    }
  }
  return drops;
}

/** One line: `sl local_address remote_address ... drops`, the port in hexadecimal. */
function dropsOf(line: string, ports: readonly number[]): number {
  const fields = line.trim().split(/\s+/);
  const port = Number.parseInt(fields[1]?.split(':').at(-1) ?? '', 16);
  return ports.includes(port) ? Number(fields.at(-1)) : 0;
}
