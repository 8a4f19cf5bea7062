// The relay as a Debian package: what install-tree.ts makes, built by dpkg-deb.
// Promise: installing starts nothing, because there is no configuration yet; removing keeps what
// the relay has recorded.

import { execFileSync } from 'node:child_process';
import { chmodSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { serviceName } from '../relay/cli/service/systemd-unit.ts';
import {
  afterInstallLines,
  beforeRemoveLines,
  type Manifest,
  makeInstallTree,
  packageSummary,
  packageText,
  writeTree,
} from './install-tree.ts';
import { hasProgram, type OwnNode, processorNames } from './own-node.ts';

/** Below another root (an image that is being built) there is no systemd to talk to. */
const script = (when: string, lines: readonly string[]): string => `#!/bin/sh
set -e
if [ "$1" = ${when} ] && [ -z "$DPKG_ROOT" ] && [ -d /run/systemd/system ]; then
${lines.map((line) => `  ${line}\n`).join('')}fi
`;

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
  if (!hasProgram('dpkg-deb')) return undefined;
  const tree = join(outFolder, 'debian');
  makeInstallTree(tree, bundle, node, 'lib/systemd/system');
  const architecture = (node && processorNames[process.arch]?.debian) ?? 'all';
  const scripts = {
    'DEBIAN/postinst': script('configure', afterInstallLines),
    'DEBIAN/prerm': script('remove', beforeRemoveLines),
  };
  const control = controlFile(version, author, architecture);
  writeTree(tree, { 'DEBIAN/control': control, ...scripts });
  for (const name of Object.keys(scripts)) chmodSync(join(tree, name), 0o755);
  const target = join(outFolder, `${serviceName}_${version}_${architecture}.deb`);
  // xz takes as long as the rest together, and everybody can read gzip; its last three levels take
  // three times as long for half a percent.
  const args = ['--root-owner-group', '-Zgzip', '-z6', '--build', tree, target];
  execFileSync('dpkg-deb', args, { stdio: ['ignore', 'ignore', 'inherit'] });
  rmSync(tree, { recursive: true, force: true });
  return target;
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
Description: ${packageSummary}
${packageText.map((line) => ` ${line}\n`).join('')}`;
}
