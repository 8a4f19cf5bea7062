// The secret store of the local run: one file per version, readable by its owner only, beside the
// tables. What AWS Secrets Manager does in the cloud.
// Promise: a version is on disk before its name is given out; old versions are removed when enough
// newer ones are there.

import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SecretStore } from '../lambdas/control/ports.ts';

const privateDirMode = 0o700;
const privateFileMode = 0o600;
/** Versions kept of each secret: the current one, and those a lost race left behind. */
const versionsKept = 8;

/** @param now milliseconds since 1970: versions sort by the time they were made */
export function makeSecretFiles(folder: string, now: () => number): SecretStore {
  return {
    put: async (name, value) => {
      await mkdir(folder, { recursive: true, mode: privateDirMode });
      const version = `${String(now()).padStart(15, '0')}-${randomBytes(6).toString('hex')}`;
      const path = join(folder, `${name}.${version}`);
      await writeFile(`${path}.draft`, value, { mode: privateFileMode, flush: true });
      await rename(`${path}.draft`, path);
      const versions = (await readdir(folder)).filter((file) => file.startsWith(`${name}.`));
      const old = versions.sort().slice(0, -versionsKept);
      await Promise.all(old.map((file) => rm(join(folder, file), { force: true })));
      return version;
    },
    get: async (name, version) => {
      try {
        return await readFile(join(folder, `${name}.${version}`), 'utf8');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
  };
}
