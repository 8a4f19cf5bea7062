// Which process holds a UDP port, as far as Linux shows it: /proc/net/udp names the socket, and one
// of /proc/<pid>/fd points to it. Only root can see the processes of other users.

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

export type PortHolder = { readonly processId: number; readonly name: string };

/** The holder of any socket on that port; undefined where it cannot be read. */
export function udpPortHolder(port: number): PortHolder | undefined {
  const inodes = new Set(
    ['/proc/net/udp', '/proc/net/udp6'].flatMap((path) =>
      linesOf(path).flatMap((line) => {
        // sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode ...
        const fields = line.trim().split(/\s+/);
        const bound = Number.parseInt(fields[1]?.split(':').at(-1) ?? '', 16);
        return bound === port && fields[9] ? [`socket:[${fields[9]}]`] : [];
      }),
    ),
  );
  if (inodes.size === 0) return undefined;
  for (const entry of listed('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const holds = listed(`/proc/${entry}/fd`).some((descriptor) =>
      inodes.has(linkOf(`/proc/${entry}/fd/${descriptor}`)),
    );
    if (holds) return { processId: Number(entry), name: nameOf(entry) };
  }
  return undefined;
}

function nameOf(processId: string): string {
  // A process chooses its own name: what could steer a terminal is left out.
  return (linesOf(`/proc/${processId}/comm`)[0] ?? 'a program').replace(/\p{Cc}/gu, '?');
}

function linesOf(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').trim().split('\n');
  } catch {
    return [];
  }
}

function listed(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
