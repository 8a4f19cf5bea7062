// The relay as a Debian package: the bundle and its Node under /usr/lib, a launcher, the unit, the
// bound of the receive buffer, an example configuration. dpkg-deb builds it.
// Promise: installing starts nothing, because there is no configuration yet; removing keeps what
// the relay has recorded.

import { execFileSync } from 'node:child_process';
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
import { debianNames, type OwnNode } from './own-node.ts';

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

/** Below another root (an image that is being built) there is no systemd to talk to. */
const afterInstall = `#!/bin/sh
set -e
if [ "$1" = configure ] && [ -z "$DPKG_ROOT" ] && [ -d /run/systemd/system ]; then
  systemctl daemon-reload || true
  sysctl --quiet --load /usr/lib/sysctl.d/60-wherefrom.conf || true
  systemctl try-restart ${serviceName}.service || true
fi
`;
const beforeRemove = `#!/bin/sh
set -e
if [ "$1" = remove ] && [ -z "$DPKG_ROOT" ] && [ -d /run/systemd/system ]; then
  systemctl disable --now ${serviceName}.service || true
fi
`;

/** What `package.json` says of the program. */
type Manifest = {
  readonly version: string;
  /** Name and mailbox of the maintainers, as Debian wants them too. */
  readonly author: string;
};

/**
 * @param node brought along; undefined: the package depends on one, for any processor
 * @returns the path of the package; undefined where there is no dpkg-deb.
 */
export function packDebian(
  bundle: string,
  outFolder: string,
  { version, author }: Manifest,
  node?: OwnNode,
): string | undefined {
  if (!hasDpkg()) return undefined;
  const tree = join(outFolder, 'debian');
  rmSync(tree, { recursive: true, force: true });
  const library = join(tree, 'usr/lib/wherefrom');
  mkdirSync(dirname(library), { recursive: true });
  cpSync(bundle, library, { recursive: true });
  mkdirSync(join(tree, 'usr/bin'));
  if (node) {
    copyFileSync(node.program, join(library, 'node'));
    chmodSync(join(library, 'node'), 0o755);
    copyFileSync(node.licence, join(library, 'NODE-LICENSE'));
  }
  const architecture = (node && debianNames[process.arch]) ?? 'all';
  renameSync(join(library, 'wherefrom-relay'), join(tree, 'usr/bin/wherefrom-relay'));
  const unit = systemdUnit({
    program: ['/usr/bin/wherefrom-relay'],
    config,
    credentials: ['/etc/wherefrom/gateway-secrets'],
  });
  const documents = `usr/share/doc/${serviceName}`;
  const files: Readonly<Record<string, string>> = {
    'DEBIAN/control': controlFile(version, author, architecture),
    'DEBIAN/postinst': afterInstall,
    'DEBIAN/prerm': beforeRemove,
    [`lib/systemd/system/${serviceName}.service`]: unit,
    'usr/lib/sysctl.d/60-wherefrom.conf': sysctlDropIn(receiveBufferBytesWanted),
    [`${documents}/relay.json.example`]: exampleConfig,
    [`${documents}/gateway-secrets.example`]: exampleSecrets,
  };
  for (const [name, text] of Object.entries(files)) {
    const path = join(tree, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    if (/post|pre/.test(name) && name.startsWith('DEBIAN/')) chmodSync(path, 0o755);
  }
  mkdirSync(join(tree, 'etc/wherefrom'), { recursive: true });
  const target = join(outFolder, `${serviceName}_${version}_${architecture}.deb`);
  // xz takes as long as the rest together, and everybody can read gzip.
  const args = ['--root-owner-group', '-Zgzip', '--build', tree, target];
  execFileSync('dpkg-deb', args, { stdio: ['ignore', 'ignore', 'inherit'] });
  rmSync(tree, { recursive: true, force: true });
  return target;
}

function hasDpkg(): boolean {
  try {
    execFileSync('dpkg-deb', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Node's own binaries need the C library of Debian 10 or newer, and libstdc++. */
function controlFile(version: string, maintainer: string, architecture: string): string {
  const hasNode = architecture !== 'all';
  return `Package: ${serviceName}
Version: ${version}
Section: net
Priority: optional
Architecture: ${architecture}
Depends: ${hasNode ? 'libc6 (>= 2.28), libstdc++6' : 'nodejs (>= 20.19)'}
Suggests: freeradius-utils
Maintainer: ${maintainer}
Description: receives RADIUS accounting of VPN gateways and ships it, signed
 Each packet is synced to disk before it is answered. What the packets say is
 shipped to the Wherefrom stack in your own AWS account in signed batches.
`;
}
