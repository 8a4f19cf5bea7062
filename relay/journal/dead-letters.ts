// Records that became no event: undecodable, refused for good by the cloud, or damaged on disk.
// Promise: a record is in aside/ and synced before the cloud is told that it is a dead letter. Kept
// for `journal requeue`; the oldest file goes when there are too many. A record may stand there
// twice after a crash: its position tells. dead-letter-lines.ts reads it back.

import { join } from 'node:path';
import { type JournalDisk, type JournalFile, syncFile, writeFile } from './disk.ts';
import type { JournalRecord } from './record.ts';

/** One line of a dead-letter file. `payload` is base64; absent when nothing could be read. */
export type DeadLetterLine = {
  readonly position: number;
  readonly reason: string;
  readonly type?: JournalRecord['type'];
  readonly transport?: NonNullable<JournalRecord['transport']>;
  readonly receivedTime?: number;
  readonly sourceAddress?: string;
  readonly sourcePort?: number;
  readonly gatewayId?: string;
  readonly isRepeated?: boolean;
  readonly clockOffsetSeconds?: number;
  readonly sessionUserName?: string;
  readonly payload?: string;
  /** The record was put back into the journal and goes on under this position. */
  readonly requeuedAs?: number;
};

export const deadLetterDirectory = 'aside';
const fileBytesMax = 16 * 1024 * 1024;
const filesMax = 16;

/** Appends to aside/ under the journal directory. One call at a time; calls queue up. */
export class DeadLetterFile {
  readonly #disk: JournalDisk;
  readonly #directory: string;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(disk: JournalDisk, journalDirectory: string) {
    this.#disk = disk;
    this.#directory = join(journalDirectory, deadLetterDirectory);
  }

  /** Durable when resolved. @throws the system error. */
  keep(lines: readonly DeadLetterLine[]): Promise<void> {
    return this.exclusively(() => this.#append(lines));
  }

  /** Does `work` on the files here while nothing is appended. */
  exclusively<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#queue.then(work);
    this.#queue = done.catch(() => undefined);
    return done;
  }

  async #append(lines: readonly DeadLetterLine[]): Promise<void> {
    const first = lines[0];
    if (!first) return;
    await this.#disk.makeDirectory(this.#directory);
    const names = [...(await this.#disk.list(this.#directory))].sort();
    const text = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const newest = names.at(-1);
    if (newest && (await this.#appendTo(newest, text))) return;
    const name = `${String(first.position).padStart(16, '0')}.ndjson`;
    const file = await this.#disk.create(join(this.#directory, name));
    try {
      await writeFile(file, text, 0);
      await syncFile(file);
    } finally {
      await file.close();
    }
    await this.#disk.syncDirectory(this.#directory);
    for (const old of names.slice(0, Math.max(0, names.length + 1 - filesMax))) {
      await this.#disk.remove(join(this.#directory, old));
    }
  }

  /** False when the file is full and the next one has to begin. */
  async #appendTo(name: string, text: Buffer): Promise<boolean> {
    const file = await this.#disk.open(join(this.#directory, name), 'write');
    try {
      const bytes = await file.size();
      if (bytes + text.length > fileBytesMax) return false;
      // A line that a crash cut short must not swallow the next one.
      const lineEnd = Buffer.from((await endsLine(file, bytes)) ? '' : '\n');
      await writeFile(file, Buffer.concat([lineEnd, text]), bytes);
      await syncFile(file);
      return true;
    } finally {
      await file.close();
    }
  }
}

async function endsLine(file: JournalFile, bytes: number): Promise<boolean> {
  const last = Buffer.alloc(1);
  return bytes === 0 || ((await file.read(last, bytes - 1)) === 1 && last[0] === 0x0a);
}

/** What is kept of a record. */
export function deadLetterLine(record: JournalRecord, reason: string): DeadLetterLine {
  return {
    position: record.position,
    reason,
    type: record.type,
    ...(record.transport && { transport: record.transport }),
    receivedTime: record.receivedTime,
    sourceAddress: record.source.address,
    sourcePort: record.source.port,
    gatewayId: record.gatewayId,
    ...(record.isRepeated && { isRepeated: true }),
    ...(record.clockOffsetSeconds !== undefined && {
      clockOffsetSeconds: record.clockOffsetSeconds,
    }),
    ...(record.sessionUserName !== undefined && { sessionUserName: record.sessionUserName }),
    payload: record.payload.toString('base64'),
  };
}
