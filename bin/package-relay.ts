// `npm run package:relay`: dist/ with the relay as a tarball and, where dpkg-deb is, as a .deb.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { packDebian } from '../build/debian-package.ts';
import { fetchOwnNode } from '../build/own-node.ts';
import { bundleRelay } from '../build/relay-bundle.ts';
import manifest from '../package.json' with { type: 'json' };

const repository = dirname(import.meta.dirname);
const outFolder = resolve(process.argv[2] ?? join(repository, 'dist'));
const name = `wherefrom-relay-${manifest.version}`;
const bundle = join(outFolder, name);

await bundleRelay(repository, bundle);
const tarball = join(outFolder, `${name}.tar.gz`);
const owner = ['--owner=0', '--group=0', '--numeric-owner'];
execFileSync('tar', ['-czf', tarball, ...owner, '-C', outFolder, name]);
const node = fetchOwnNode(join(repository, '.cache'), process.arch);
const deb = packDebian(bundle, outFolder, manifest, node);
const made = [tarball, ...(deb ? [deb] : [])];
const sums = made.map(
  (path) => `${createHash('sha256').update(readFileSync(path)).digest('hex')}  ${basename(path)}`,
);
writeFileSync(join(outFolder, 'SHA256SUMS'), `${sums.join('\n')}\n`);
process.stdout.write(`${sums.join('\n')}\n`);
if (deb && !node) process.stderr.write('Node was not to be had: the .deb depends on nodejs\n');
if (!deb) process.stderr.write('no dpkg-deb on this machine: no .deb; the tarball runs anywhere\n');
