// One process per journal. Two of them would write segments over each other's acknowledged records.
// The lock is a listening socket: the kernel drops it with the process, however that ends, so there
// is no stale lock to remove by hand.

import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { systemErrorCode } from '../errors.ts';
import { JournalError } from './errors.ts';

/** sun_path holds 108 octets on Linux, 104 elsewhere. */
const socketPathBytesMax = 100;

/** Gives the lock back. */
export type Unlock = () => Promise<void>;

/**
 * Locks a journal directory for this process.
 * @throws JournalError JOURNAL_LOCKED while another process, or another journal here, has it.
 */
export async function lockDirectory(directory: string): Promise<Unlock> {
  const path = join(resolve(directory), 'lock');
  const elsewhere = elsewhereFor(path);
  if (Buffer.byteLength(path) > socketPathBytesMax) return lockPath(elsewhere, directory);
  try {
    return await lockPath(path, directory);
  } catch (error) {
    // Some shared folders of containers hold no sockets.
    const hasNoSockets = ['EOPNOTSUPP', 'ENOTSUP', 'EPERM', 'EINVAL'].includes(
      systemErrorCode(error),
    );
    if (hasNoSockets) return lockPath(elsewhere, directory);
    throw error;
  }
}

/** Whether some process has a journal directory locked. */
export async function isDirectoryLocked(directory: string): Promise<boolean> {
  const path = join(resolve(directory), 'lock');
  return (await isAnswered(path)) || isAnswered(elsewhereFor(path));
}

/** The place of a lock whose own folder holds no sockets, or has too long a name. */
function elsewhereFor(path: string): string {
  return join(tmpdir(), `wherefrom-${hashOf(path)}.lock`);
}

async function lockPath(path: string, directory: string): Promise<Unlock> {
  for (const isLastTry of [false, true]) {
    try {
      return await listenOn(path);
    } catch (error) {
      if (systemErrorCode(error) !== 'EADDRINUSE') throw error;
    }
    if (isLastTry || (await isAnswered(path))) break;
    // Left behind by a process that was killed: nobody listens.
    await rm(path, { force: true });
  }
  throw new JournalError(
    'JOURNAL_LOCKED',
    `another relay uses ${directory}: stop it, or give this one its own data directory`,
  );
}

function listenOn(path: string): Promise<Unlock> {
  const server: Server = createServer((socket) => socket.destroy());
  server.unref();
  return new Promise((done, fail) => {
    server.once('error', fail);
    server.listen(path, () => {
      done(() => new Promise<void>((closed) => server.close(() => closed())));
    });
  });
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((answer) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      answer(true);
    });
    socket.once('error', () => answer(false));
  });
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 24);
}
