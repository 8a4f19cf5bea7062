// `npm run soak:service`: the packaged relay under a real systemd, from installing to removing.
// Needs Linux, root, dpkg and systemd 250 or newer. Nothing of this machine is changed: see
// bench/relay/service-in-namespace.sh. Exit code 0 when every step ended well.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packDebian } from '../build/debian-package.ts';
import { fetchOwnNode } from '../build/own-node.ts';
import { bundleRelay } from '../build/relay-bundle.ts';
import manifest from '../package.json' with { type: 'json' };

const walkMs = 120_000;
const repository = join(import.meta.dirname, '..');

/** Namespaces: mounts, processes, network, names, messages, control groups; all end with it. */
const apart = ['-m', '-p', '-f', '-n', '-u', '-i', '-C', '--propagation', 'private'];
const ending = ['--kill-child=KILL'];

async function walk(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'service-'));
  try {
    await bundleRelay(repository, join(folder, 'bundle'));
    const node = fetchOwnNode(join(repository, '.cache'), `linux-${process.arch}`);
    const deb = packDebian(join(folder, 'bundle'), folder, manifest, node);
    if (process.geteuid?.() !== 0 || !deb) {
      process.stderr.write('not run: it needs Linux, root, dpkg and systemd\n');
      return 1;
    }
    const scratch = mkdtempSync(join(folder, 'scratch-'));
    const scripts = join(repository, 'bench/relay');
    const inside = [join(scripts, 'service-in-namespace.sh'), scratch, deb];
    const { stdout, stderr } = spawnSync(
      'unshare',
      [...apart, ...ending, 'sh', ...inside, join(scripts, 'service-walk.sh')],
      {
        encoding: 'utf8',
        timeout: walkMs,
        killSignal: 'SIGKILL',
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    process.stdout.write(stdout);
    const isWhole = stdout.includes('end of the walk') && !stdout.includes('FAILED');
    if (!isWhole) process.stderr.write(stderr);
    return isWhole ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = await walk();
