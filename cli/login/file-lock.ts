// One process at a time: commands that run side by side must not spend the same refresh token
// twice, which a provider that rotates them takes for theft (RFC 9700 section 4.14.2). A lock file
// names its owner; that of a dead process is taken over.
// It does not see owners on other machines that share the folder; there a lock ends after a minute.

import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { SignInError } from './sign-in-error.ts';

const pollMs = 50;
const waitMsMax = 30_000;
/** Far longer than anything is done under a lock. */
const foreignLockMsMax = 60_000;

/**
 * Runs `work` while this process holds the lock.
 * @param path lock file in an existing folder; gone afterwards
 * @throws SignInError `unavailable` when somebody else holds it for 30 seconds
 */
export async function withFileLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const until = Date.now() + waitMsMax;
  while (!takeLock(path)) {
    if (Date.now() >= until) {
      const advice = `another command holds ${path}; remove it if none runs`;
      throw new SignInError('unavailable', advice);
    }
    await wait(pollMs);
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

function takeLock(path: string): boolean {
  try {
    writeFileSync(path, `${process.pid} ${hostname()}`, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
  const held = readLock(path);
  if (held !== undefined && !isHeld(held)) removeLock(path, held.text);
  return false;
}

type Lock = { readonly text: string; readonly ageMs: number };

function readLock(path: string): Lock | undefined {
  try {
    const ageMs = Date.now() - statSync(path).mtimeMs;
    return { text: readFileSync(path, 'utf8'), ageMs };
  } catch {
    return undefined;
  }
}

function isHeld({ text, ageMs }: Lock): boolean {
  const [pid, host] = text.split(' ');
  const owner = Number(pid);
  // A lock just made has no text yet; one without text for long was cut short.
  if (host !== hostname() || !(owner > 0)) return ageMs < foreignLockMsMax;
  try {
    process.kill(owner, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** Removes a dead owner's lock and no other: renamed first, put back if it was another's. */
function removeLock(path: string, dead: string): void {
  const deadLetters = `${path}.${randomBytes(4).toString('hex')}`;
  try {
    renameSync(path, deadLetters);
  } catch {
    return;
  }
  if (readLock(deadLetters)?.text === dead) rmSync(deadLetters, { force: true });
  else renameSync(deadLetters, path);
}

const codeOf = (error: unknown): unknown => (error as NodeJS.ErrnoException).code;
