// Puts dead letters back into the journal, so that they are shipped again: after an
// upgrade that can decode them, or when the cloud no longer refuses them.
// Promise: a record is on disk in the journal before its line in aside/ becomes a mark, and a file
// there is replaced as a whole. A crash in between leaves it in both places: put back once more, it
// is the same event again, which the cloud merges. Nothing is ever in neither place.

import { basename, dirname } from 'node:path';
import { type Covered, isCovered } from './covered.ts';
import { deadLetterFiles, deadLetterMarks, readDeadLetterFile } from './dead-letter-lines.ts';
import type { DeadLetterFile, DeadLetterLine } from './dead-letters.ts';
import { type JournalDisk, replaceFile } from './disk.ts';
import { JournalError } from './errors.ts';
import type { NewJournalRecord } from './record.ts';

export type RequeueResult = {
  /** Records that are in the journal again. */
  readonly requeued: number;
  /** Dead-lettered a moment ago: the cloud has not heard of it, they are still on their way. */
  readonly underWay: number;
  /** Nothing is left of them but their position. */
  readonly lost: number;
};

export type RequeueOptions = {
  readonly disk: JournalDisk;
  /** The journal's folder. */
  readonly directory: string;
  readonly deadLetters: DeadLetterFile;
  readonly covered: Covered;
  readonly append: (
    record: NewJournalRecord,
    done: (error: Error | undefined, position: number) => void,
  ) => void;
  /** Told in the turn in which a record is durable again. */
  readonly onRequeued?: (gatewayId: string) => void;
  /** Only those dead-lettered for this reason. */
  readonly reason?: string;
};

/** Appended together, so that they share syncs without filling the commit buffer. */
const chunkRecords = 128;

/**
 * Puts dead letters back.
 * @throws the journal's error when it takes no more records: what it took is marked then
 */
export function redriveDeadLetters(options: RequeueOptions): Promise<RequeueResult> {
  return options.deadLetters.exclusively(async () => {
    const { disk, directory, covered } = options;
    const marks = await deadLetterMarks(disk, directory);
    const requeued = new Map<number, number>();
    const underWay = new Set<number>();
    const lost = new Set<number>();
    for (const path of await deadLetterFiles(disk, directory)) {
      const { lines, unreadable } = await readDeadLetterFile(disk, path);
      const wanted = new Map<number, NewJournalRecord>();
      for (const line of lines) {
        const { position, reason } = line;
        if (marks.get(position)?.isRequeued || requeued.has(position)) continue;
        if (options.reason !== undefined && reason !== options.reason) continue;
        const record = recordIn(line);
        if (!record) lost.add(position);
        else if (isCovered(covered, position)) wanted.set(position, record);
        else underWay.add(position);
      }
      try {
        await appendAll(options, wanted, requeued, lost);
      } finally {
        const left = lines.map((line) => markOf(line, requeued.get(line.position)));
        const text = [...left.map((line) => JSON.stringify(line)), ...unreadable];
        const contents = Buffer.from(text.map((line) => `${line}\n`).join(''));
        // Also where only an earlier file had the record: it must not be put back once more.
        const isChanged = lines.some(({ position }) => requeued.has(position));
        if (isChanged) await replaceFile(disk, dirname(path), basename(path), contents);
      }
    }
    // Dead-lettered twice around a crash, a record may be readable in one of its lines only.
    const gone = [...lost].filter((position) => !requeued.has(position) && !underWay.has(position));
    return { requeued: requeued.size, underWay: underWay.size, lost: gone.length };
  });
}

/** The record a line holds; undefined when it holds no payload. */
function recordIn(line: DeadLetterLine): NewJournalRecord | undefined {
  const { type, transport, receivedTime, sourceAddress, sourcePort, gatewayId, payload } = line;
  const { clockOffsetSeconds, sessionUserName } = line;
  if (type === undefined || receivedTime === undefined || sourceAddress === undefined) {
    return undefined;
  }
  if (sourcePort === undefined || gatewayId === undefined || payload === undefined) {
    return undefined;
  }
  return {
    type,
    ...(transport && { transport }),
    receivedTime,
    source: { address: sourceAddress, port: sourcePort },
    gatewayId,
    isRepeated: line.isRepeated === true,
    ...(clockOffsetSeconds !== undefined && { clockOffsetSeconds }),
    ...(sessionUserName !== undefined && { sessionUserName }),
    payload: Buffer.from(payload, 'base64'),
  };
}

function markOf(line: DeadLetterLine, requeuedAs: number | undefined): DeadLetterLine {
  if (requeuedAs === undefined || line.requeuedAs !== undefined) return line;
  const { position, reason, gatewayId } = line;
  return { position, reason, ...(gatewayId !== undefined && { gatewayId }), requeuedAs };
}

async function appendAll(
  options: RequeueOptions,
  wanted: ReadonlyMap<number, NewJournalRecord>,
  requeued: Map<number, number>,
  lost: Set<number>,
): Promise<void> {
  const records = [...wanted];
  for (let from = 0; from < records.length; from += chunkRecords) {
    const chunk = records.slice(from, from + chunkRecords);
    const settled = await Promise.allSettled(
      chunk.map(async ([position, record]) => {
        requeued.set(position, await append(options, record));
      }),
    );
    for (const [i, result] of settled.entries()) {
      if (result.status === 'fulfilled') continue;
      const isInvalid =
        result.reason instanceof JournalError && result.reason.code === 'JOURNAL_RECORD_INVALID';
      if (!isInvalid) throw result.reason;
      lost.add(chunk[i]?.[0] ?? 0);
    }
  }
}

function append(options: RequeueOptions, record: NewJournalRecord): Promise<number> {
  return new Promise((resolve, reject) => {
    options.append(record, (error, position) => {
      if (error) {
        reject(error);
        return;
      }
      options.onRequeued?.(record.gatewayId);
      resolve(position);
    });
  });
}
