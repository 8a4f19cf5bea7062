// One process at a time may own a folder: a claim file names the owner, and a dead owner's claim is
// taken over. Where /proc tells when a process began, a reused process id does not count as alive.
// It does not see owners in other containers or on other machines that share the folder.

import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const claimName = 'in-use-by';
const attemptsMax = 5;

/** Another live process owns the folder. */
export class FolderClaimedError extends Error {
  readonly code = 'FOLDER_CLAIMED';
  /** Process id of the owner. */
  readonly owner: number;

  constructor(folder: string, owner: number) {
    super(`${folder} is in use by process ${owner}`);
    this.name = 'FolderClaimedError';
    this.owner = owner;
  }
}

/** Folders this process owns: its own process id in a claim file means nothing else. */
const owned = new Set<string>();

/**
 * Claims an existing folder.
 * @returns a function that gives it free.
 * @throws FolderClaimedError when a live process, or this one, has it.
 */
export function claimFolder(folder: string): () => void {
  const path = join(folder, claimName);
  if (owned.has(path)) throw new FolderClaimedError(folder, process.pid);
  for (let attempt = 1; ; attempt += 1) {
    if (writeClaim(path)) break;
    const claim = readClaim(path);
    if (claim !== undefined && isAlive(claim)) {
      throw new FolderClaimedError(folder, Number.parseInt(claim, 10));
    }
    if (attempt === attemptsMax) throw new Error(`${path} cannot be claimed; remove it`);
    if (claim !== undefined) removeClaim(path, claim);
  }
  owned.add(path);
  return () => {
    owned.delete(path);
    rmSync(path, { force: true });
  };
}

/** @returns false when there is a claim already. */
function writeClaim(path: string): boolean {
  try {
    writeFileSync(path, `${process.pid} ${beginningOf(process.pid)}`, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

function readClaim(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Removes a dead owner's claim and no other: it is moved aside first, and put back when meanwhile
 * somebody else has replaced it.
 */
function removeClaim(path: string, dead: string): void {
  const moved = `${path}.${randomBytes(4).toString('hex')}`;
  try {
    renameSync(path, moved);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  if (readClaim(moved) === dead) rmSync(moved, { force: true });
  else renameSync(moved, path);
}

function isAlive(claim: string): boolean {
  const [pid = '', began = ''] = claim.split(' ');
  const owner = Number(pid);
  // An unreadable claim was cut short by the death of its writer.
  if (!Number.isInteger(owner) || owner <= 0 || owner === process.pid) return false;
  try {
    process.kill(owner, 0);
  } catch (error) {
    if (codeOf(error) !== 'EPERM') return false;
  }
  return began === beginningOf(owner);
}

/** Boot and start time of a process where /proc tells them (Linux), else a constant. */
function beginningOf(pid: number): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Field 22; the name in field 2 may hold spaces and brackets.
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return `${boot}:${ticks}`;
  } catch {
    return '-';
  }
}

function codeOf(error: unknown): unknown {
  return (error as NodeJS.ErrnoException).code;
}
