// What the relay's packages for Linux install, below one folder: the bundle and its Node under
// /usr/lib, a launcher, the unit, the bound of the receive buffer, an example configuration.
// Promise: nothing of it starts anything, because there is no configuration yet.

import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { serviceName, sysctlDropIn, systemdUnit } from '../relay/cli/service/systemd-unit.ts';
import { receiveBufferBytesWanted } from '../relay/receive/udp-server.ts';
import type { OwnNode } from './own-node.ts';

/** What `package.json` says of the program. */
export type Manifest = {
  readonly version: string;
  /** Name and mailbox of the maintainers, as packages want them too. */
  readonly author: string;
};

export const packageSummary = 'receives RADIUS accounting of VPN gateways and ships it, signed';
export const packageText = [
  'Each packet is synced to disk before it is answered. What the packets say is',
  'shipped to the Wherefrom stack in your own AWS account in signed batches.',
] as const;

/** Where programs of systemd are told of a new unit; below another root there is none. */
export const afterInstallLines = [
  'systemctl daemon-reload || true',
  'sysctl --quiet --load /usr/lib/sysctl.d/60-wherefrom.conf || true',
  `systemctl try-restart ${serviceName}.service || true`,
] as const;
export const beforeRemoveLines = [
  `systemctl disable --now ${serviceName}.service || true`,
] as const;

const config = '/etc/wherefrom/relay.json';

const exampleConfig = `// Copy to relay.json. \`wherefrom-relay check\` tells all mistakes.
{
  "gateways": [{ "name": "vpn-gw-1", "address": "10.0.0.1" }],
  "dataDir": "/var/lib/wherefrom",
  "adminSocket": "/run/wherefrom/relay.sock"
}
`;
const exampleSecrets = `# Copy to gateway-secrets (mode 0600): one line per gateway.
vpn-gw-1 = at-least-sixteen-random-characters
`;

/**
 * Makes the tree anew.
 * @param unitFolder where the distribution keeps units, without the leading slash
 */
export function makeInstallTree(
  tree: string,
  bundle: string,
  node: OwnNode | undefined,
  unitFolder: string,
): void {
  rmSync(tree, { recursive: true, force: true });
  const library = join(tree, 'usr/lib/wherefrom');
  mkdirSync(dirname(library), { recursive: true });
  cpSync(bundle, library, { recursive: true });
  mkdirSync(join(tree, 'usr/bin'));
  if (node) {
    copyFileSync(node.program, join(library, 'node'));
    chmodSync(join(library, 'node'), 0o755);
    if (node.licence !== undefined) copyFileSync(node.licence, join(library, 'NODE-LICENSE'));
  }
  renameSync(join(library, 'wherefrom-relay'), join(tree, 'usr/bin/wherefrom-relay'));
  const unit = systemdUnit({
    program: ['/usr/bin/wherefrom-relay'],
    config,
    credentials: ['/etc/wherefrom/gateway-secrets'],
  });
  const documents = `usr/share/doc/${serviceName}`;
  writeTree(tree, {
    [`${unitFolder}/${serviceName}.service`]: unit,
    'usr/lib/sysctl.d/60-wherefrom.conf': sysctlDropIn(receiveBufferBytesWanted),
    [`${documents}/relay.json.example`]: exampleConfig,
    [`${documents}/gateway-secrets.example`]: exampleSecrets,
  });
  mkdirSync(join(tree, 'etc/wherefrom'), { recursive: true });
}

/** Writes files below a folder, by their paths there. */
export function writeTree(tree: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const path = join(tree, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}
