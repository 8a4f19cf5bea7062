// `npm run package:relay`: dist/ with the relay as a tarball, and as .deb, .rpm and .msi where
// dpkg-deb, rpmbuild and wixl are.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { packDebian } from '../build/debian-package.ts';
import { fetchOwnNode } from '../build/own-node.ts';
import { bundleRelay } from '../build/relay-bundle.ts';
import { packRpm } from '../build/rpm-package.ts';
import { packWindows } from '../build/windows-package.ts';
import manifest from '../package.json' with { type: 'json' };

const repository = dirname(import.meta.dirname);
const outFolder = resolve(process.argv[2] ?? join(repository, 'dist'));
const name = `wherefrom-relay-${manifest.version}`;
const bundle = join(outFolder, name);

await bundleRelay(repository, bundle);
const tarball = join(outFolder, `${name}.tar.gz`);
const owner = ['--owner=0', '--group=0', '--numeric-owner'];
execFileSync('tar', ['-czf', tarball, ...owner, '-C', outFolder, name]);
const cache = join(repository, '.cache');
const node = fetchOwnNode(cache, `linux-${process.arch}`);
/** Its package has no licence in it; Node's is the same for all systems. */
const windowsNode = () => {
  const found = fetchOwnNode(cache, 'win-x64');
  return found && { ...node, ...found };
};
const packages = {
  'dpkg-deb': packDebian(bundle, outFolder, manifest, node),
  rpmbuild: packRpm(bundle, outFolder, manifest, node),
  wixl: packWindows(bundle, outFolder, manifest, windowsNode),
};
const made = [tarball, ...Object.values(packages).filter((path) => path !== undefined)];
const sums = made.map(
  (path) => `${createHash('sha256').update(readFileSync(path)).digest('hex')}  ${basename(path)}`,
);
writeFileSync(join(outFolder, 'SHA256SUMS'), `${sums.join('\n')}\n`);
process.stdout.write(`${sums.join('\n')}\n`);
if (!node) process.stderr.write('Node was not to be had: packages depend on nodejs\n');
for (const [program, path] of Object.entries(packages)) {
  if (!path) process.stderr.write(`no package by ${program} on this machine\n`);
}
