// The Node that a package brings along, because Debian 12 and Ubuntu 24.04 ship one too old:
// the binary of nodejs.org as the npm package `node` distributes it, one package per processor.
// Promise: it is the one pinned here, octet for octet, or none.

import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** SHA-512 of the packages' tarballs, as the registry states it; it has fewer for Windows. */
const packages: Readonly<Partial<Record<string, { version: string; integrity: string }>>> = {
  'linux-x64': {
    version: '24.22.3',
    integrity:
      'KHsob+Fv9YerATvYujMbiyJqnRCvLtrcr/eTNqRqiOSGp97EOiRP1yP47+knGgQ/xnc3XY8xzkW587dlZzNqRA==',
  },
  'linux-arm64': {
    version: '24.22.3',
    integrity:
      'IZx0J52/1NDwAsY2iyWR9nlPIYuYviTWetjj8+ElvYQh2+XRhLfCfkbFEF/2O5vGI2hcUbyPNHV+nz342FbJXw==',
  },
  'win-x64': {
    version: '24.21.0',
    integrity:
      '0ddSuAi9KnmYzfjJwKfFUO5YfljMVfa9smiGRQXmp5QGhm8KXk7xbqkFNeaPXVaL6sfZ5oGfCD7q8wWY/TnypA==',
  },
};

/** What packages call processors, by Node's name for them. */
export const processorNames: Readonly<
  Partial<Record<string, { readonly debian: string; readonly rpm: string }>>
> = {
  x64: { debian: 'amd64', rpm: 'x86_64' },
  arm64: { debian: 'arm64', rpm: 'aarch64' },
};

/** Whether a program is on the path. */
export const hasProgram = (program: string): boolean =>
  spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;

export type OwnNode = {
  readonly version: string;
  /** Paths of the program and, where the package has it, of its licence. */
  readonly program: string;
  readonly licence?: string;
};

/**
 * Fetches Node for a system (`linux-x64`) into `cache`, once.
 * @returns undefined where none is published or the registry cannot be reached
 * @throws Error when what came is not what is pinned
 */
export function fetchOwnNode(cache: string, system: string): OwnNode | undefined {
  const pinned = packages[system];
  if (pinned === undefined) return undefined;
  const { version, integrity } = pinned;
  const name = `node-${system}`;
  const folder = join(cache, `${name}-${version}`);
  const tarball = join(folder, `${name}-${version}.tgz`);
  const found = {
    version,
    program: join(folder, 'package/bin', system.startsWith('win') ? 'node.exe' : 'node'),
  };
  if (!existsSync(found.program)) {
    mkdirSync(folder, { recursive: true });
    try {
      const args = ['pack', `${name}@${version}`, '--pack-destination', folder, '--silent'];
      execFileSync('npm', args, { stdio: 'ignore' });
    } catch {
      return undefined;
    }
    const digest = createHash('sha512').update(readFileSync(tarball)).digest('base64');
    if (digest !== integrity) {
      rmSync(folder, { recursive: true });
      throw new Error(`${name} ${version} is not what is pinned in build/own-node.ts`);
    }
    execFileSync('tar', ['-xzf', tarball, '-C', folder]);
    rmSync(tarball);
  }
  const licence = join(folder, 'package/LICENSE');
  return { ...found, ...(existsSync(licence) && { licence }) };
}
