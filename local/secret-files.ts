// The secret store of the local run: one file per version, readable by its owner only, beside the
// tables. What AWS Secrets Manager does in the cloud.
// Promise: a version is on disk before its name is given out; the version in use is never removed,
// others only when they are an hour old and enough newer ones are there.

import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SecretName, SecretStore } from '../lambdas/control/ports.ts';

const privateDirMode = 0o700;
const privateFileMode = 0o600;
/** Versions kept of each secret beside the one in use: those that failed changes left behind. */
const versionsKept = 8;
/** Whoever has written a version may still be about to name it. */
const keptMs = 3_600_000;
const timeDigits = 15;

/** @param now milliseconds since 1970: versions sort by the time they were made */
export function makeSecretFiles(folder: string, now: () => number): SecretStore {
  return {
    put: async (name, value) => {
      await mkdir(folder, { recursive: true, mode: privateDirMode });
      const time = String(now()).padStart(timeDigits, '0');
      const version = `${time}-${randomBytes(6).toString('hex')}`;
      await write(join(folder, `${name}.${version}`), value);
      await removeOld(folder, name, now());
      return version;
    },
    get: (name, version) => read(join(folder, `${name}.${version}`)),
    use: async (name, version) => {
      const mark = join(folder, markOf(name));
      if ((await read(mark)) === version) return;
      if ((await read(join(folder, `${name}.${version}`))) === undefined) {
        throw new Error('SECRET_GONE: there is no such version to use');
      }
      await write(mark, version);
    },
  };
}

/** The file that says which version is in use. */
const markOf = (name: SecretName): string => `${name}-in-use`;

async function removeOld(folder: string, name: SecretName, now: number): Promise<void> {
  const kept = await read(join(folder, markOf(name)));
  const files = (await readdir(folder)).filter((file) => file.startsWith(`${name}.`)).sort();
  const isOld = (file: string): boolean =>
    Number(file.slice(name.length + 1).slice(0, timeDigits)) <= now - keptMs;
  const old = files.slice(0, -versionsKept).filter(isOld);
  const gone = old.filter((file) => file !== `${name}.${kept}`);
  await Promise.all(gone.map((file) => rm(join(folder, file), { force: true })));
}

/** Writes a file as a whole: a crash leaves the old one or the new one. */
async function write(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomBytes(4).toString('hex')}.draft`;
  await writeFile(draft, text, { mode: privateFileMode, flush: true });
  await rename(draft, path);
}

async function read(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
