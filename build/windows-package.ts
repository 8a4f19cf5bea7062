// The relay as a Windows Installer package: the bundle, a Node for Windows and a launcher under
// Program Files, built by wixl. The service itself is what `service print --windows` prints.
// Promise: installing starts nothing; what the relay has recorded lies elsewhere and stays. The
// package was inspected, never installed: there is no Windows here.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serviceName } from '../relay/cli/service/systemd-unit.ts';
import { type Manifest, packageSummary } from './install-tree.ts';
import { hasProgram, type OwnNode } from './own-node.ts';

/** The same in every version: by it an installer finds the one before. */
const upgradeCode = 'B6A1F1E2-6B1D-4C0B-9C1E-5D0B6E2E7A41';

const launcher = `@echo off\r
"%~dp0node.exe" "%~dp0relay.cjs" %*\r
`;

/**
 * @param fetchNode Node for Windows, 90 MB: asked for only where there is wixl
 * @returns the path of the package; undefined where there is no wixl or no Node for Windows.
 */
export function packWindows(
  bundle: string,
  outFolder: string,
  { version, author }: Manifest,
  fetchNode: () => OwnNode | undefined,
): string | undefined {
  const node = hasProgram('wixl') ? fetchNode() : undefined;
  if (!node) return undefined;
  const work = join(outFolder, 'msi');
  const tree = join(work, 'tree');
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  cpSync(bundle, tree, { recursive: true });
  rmSync(join(tree, serviceName));
  cpSync(node.program, join(tree, 'node.exe'));
  if (node.licence !== undefined) cpSync(node.licence, join(tree, 'NODE-LICENSE'));
  writeFileSync(join(tree, `${serviceName}.cmd`), launcher);
  const source = join(work, 'relay.wxs');
  writeFileSync(source, wxs(tree, version, author.replace(/ *<.*>$/, '')));
  const target = join(outFolder, `${serviceName}-${version}-x64.msi`);
  execFileSync('wixl', ['--arch', 'x64', '--output', target, source], {
    // It takes the files of a source by their places below where it runs, and no others.
    cwd: tree,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  rmSync(work, { recursive: true, force: true });
  return target;
}

const xml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
/** Ids of Windows Installer take letters, digits, dots and underscores. */
const idOf = (path: string): string =>
  `f${createHash('sha256').update(path).digest('hex').slice(0, 24)}`;
/** Stable by path, so that the next version replaces the same component. */
function guidOf(path: string): string {
  const hex = createHash('sha256').update(`${upgradeCode} ${path}`).digest('hex').toUpperCase();
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)];
  return [...parts, hex.slice(20, 32)].join('-');
}

function wxs(tree: string, version: string, maker: string): string {
  const components: string[] = [];
  const folder = (path: string): string =>
    readdirSync(join(tree, path), { withFileTypes: true })
      .map((entry) => {
        const inner = join(path, entry.name);
        const id = idOf(inner);
        if (entry.isDirectory()) {
          const held = folder(inner);
          return `<Directory Id="d${id}" Name="${xml(entry.name)}">${held}</Directory>`;
        }
        components.push(id);
        return `<Component Id="c${id}" Guid="${guidOf(inner)}" Win64="yes">
<File Id="${id}" Name="${xml(entry.name)}" Source="${xml(inner)}" KeyPath="yes"/>
</Component>`;
      })
      .join('\n');
  const files = folder('');
  return `<?xml version="1.0" encoding="utf-8"?>
<Wix xmlns="http://schemas.microsoft.com/wix/2006/wi">
<Product Id="*" Name="Wherefrom relay" Language="1033" Version="${version}"
  Manufacturer="${xml(maker)}" UpgradeCode="${upgradeCode}">
<Package InstallerVersion="500" Compressed="yes" InstallScope="perMachine"
  Description="${xml(packageSummary)}"/>
<MajorUpgrade DowngradeErrorMessage="A newer version is installed already."/>
<Media Id="1" Cabinet="relay.cab" EmbedCab="yes"/>
<Directory Id="TARGETDIR" Name="SourceDir">
<Directory Id="ProgramFiles64Folder"><Directory Id="INSTALLDIR" Name="wherefrom">
${files}
</Directory></Directory>
</Directory>
<Feature Id="Relay" Level="1">
${components.map((id) => `<ComponentRef Id="c${id}"/>`).join('\n')}
</Feature>
</Product>
</Wix>
`;
}
