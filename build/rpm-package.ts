// The relay as an RPM package: what install-tree.ts makes, built by rpmbuild.
// Promise: as the Debian package: installing starts nothing, removing keeps what was recorded.

import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serviceName } from '../relay/cli/service/systemd-unit.ts';
import {
  afterInstallLines,
  beforeRemoveLines,
  type Manifest,
  makeInstallTree,
  packageSummary,
  packageText,
} from './install-tree.ts';
import { hasProgram, type OwnNode, processorNames } from './own-node.ts';

/**
 * @param node brought along; undefined: the package requires one, for any processor
 * @returns the path of the package; undefined where there is no rpmbuild.
 */
export function packRpm(
  bundle: string,
  outFolder: string,
  { version, author }: Manifest,
  node?: OwnNode,
): string | undefined {
  if (!hasProgram('rpmbuild')) return undefined;
  const work = join(outFolder, 'rpm');
  const tree = join(work, 'tree');
  makeInstallTree(tree, bundle, node, 'usr/lib/systemd/system');
  const architecture = (node && processorNames[process.arch]?.rpm) ?? 'noarch';
  const spec = join(work, `${serviceName}.spec`);
  mkdirSync(work, { recursive: true });
  writeFileSync(spec, specFile({ version, author }, architecture, tree));
  const defines = {
    _topdir: work,
    // Node is not ours to strip, and its digest is what is pinned.
    __os_install_post: '%{nil}',
    debug_package: '%{nil}',
    _build_id_links: 'none',
    // zstd is not read by every rpm; gzip is.
    _binary_payload: 'w3.gzdio',
    _dbpath: join(work, 'db'),
  };
  const args = Object.entries(defines).flatMap(([key, value]) => ['--define', `${key} ${value}`]);
  execFileSync('rpmbuild', ['-bb', '--quiet', '--target', architecture, ...args, spec], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const name = `${serviceName}-${version}-1.${architecture}.rpm`;
  const target = join(outFolder, name);
  renameSync(join(work, 'RPMS', architecture, name), target);
  rmSync(work, { recursive: true, force: true });
  return target;
}

const scriptlet = (isLast: string, lines: readonly string[]): string =>
  `if [ ${isLast} ] && [ -d /run/systemd/system ]; then
${lines.map((line) => `  ${line}\n`).join('')}fi`;

function specFile({ version, author }: Manifest, architecture: string, tree: string): string {
  const needs = architecture === 'noarch' ? ['nodejs >= 20.19'] : ['glibc >= 2.28', 'libstdc++'];
  return `Name: ${serviceName}
Version: ${version}
Release: 1
Summary: ${packageSummary}
License: Apache-2.0 AND MIT
Packager: ${author}
AutoReqProv: no
${needs.map((need) => `Requires: ${need}\n`).join('')}
%description
${packageText.join('\n')}

%install
cp -a ${tree}/. %{buildroot}

%post
${scriptlet('"$1" -ge 1', afterInstallLines)}

%preun
${scriptlet('"$1" -eq 0', beforeRemoveLines)}

%files
%defattr(-,root,root,-)
/usr/bin/${serviceName}
/usr/lib/wherefrom
/usr/lib/systemd/system/${serviceName}.service
/usr/lib/sysctl.d/60-wherefrom.conf
%doc /usr/share/doc/${serviceName}
%dir /etc/wherefrom
`;
}
