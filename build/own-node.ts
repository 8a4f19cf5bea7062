// The Node that a package brings along, because Debian 12 and Ubuntu 24.04 ship one too old:
// the binary of nodejs.org as the npm package `node` distributes it, one package per processor.
// Promise: it is the one pinned here, octet for octet, or none.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const version = '24.22.3';
/** SHA-512 of the packages' tarballs, as the registry states it. */
const integrities: Readonly<Partial<Record<string, string>>> = {
  x64: 'KHsob+Fv9YerATvYujMbiyJqnRCvLtrcr/eTNqRqiOSGp97EOiRP1yP47+knGgQ/xnc3XY8xzkW587dlZzNqRA==',
  arm64: 'IZx0J52/1NDwAsY2iyWR9nlPIYuYviTWetjj8+ElvYQh2+XRhLfCfkbFEF/2O5vGI2hcUbyPNHV+nz342FbJXw==',
};

/** What Debian calls the processors of `integrities`. */
export const debianNames: Readonly<Partial<Record<string, string>>> = {
  x64: 'amd64',
  arm64: 'arm64',
};

export type OwnNode = {
  readonly version: string;
  /** Paths of the program and of its licence. */
  readonly program: string;
  readonly licence: string;
};

/**
 * Fetches Node for a processor into `cache`, once.
 * @returns undefined where none is published or the registry cannot be reached
 * @throws Error when what came is not what is pinned
 */
export function fetchOwnNode(cache: string, processor: string): OwnNode | undefined {
  const integrity = integrities[processor];
  if (integrity === undefined) return undefined;
  const name = `node-linux-${processor}`;
  const folder = join(cache, `${name}-${version}`);
  const tarball = join(folder, `${name}-${version}.tgz`);
  const found = { version, program: join(folder, 'package/bin/node') };
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
  return { ...found, licence: join(folder, 'package/LICENSE') };
}
