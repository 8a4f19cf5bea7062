// A thread that reads files for a replay: octets to events, ahead of the thread that judges. What
// it sends is text, which is made into events faster than the thread's own copies are. Promise: of
// each file at most some portions ahead of who asks for them are read.

import { isMainThread, type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { octetsOf } from '../../relay/import/octet-lines.ts';
import { type Portion, portionsOf, type Reading } from './portions.ts';

/** `open` begins to read a file; `more` asks for a portion of it; `close`: none is wanted. */
export type ReaderOrder = { readonly id: number } & (
  | { readonly kind: 'open'; readonly file: string }
  | { readonly kind: 'more' | 'close' }
);

/** A portion as JSON; the end of the file; or what reading it throws. */
export type ReaderAnswer = { readonly id: number } & (
  | { readonly kind: 'portion'; readonly text: string }
  | { readonly kind: 'end' }
  | { readonly kind: 'failed'; readonly message: string }
);

/** What the thread is started with, so that the program knows what it is started for. */
export type ReaderData = { readonly reading: Reading };

/** The thread's end of the line. */
export type ReaderPort = Pick<MessagePort, 'postMessage' | 'on'>;

/** Reads what is asked for, for as long as the port is open. */
export function serveReading(
  port: ReaderPort,
  reading: Reading,
  octets: (file: string) => AsyncIterable<Buffer> = octetsOf,
): void {
  const files = new Map<number, AsyncIterator<Portion>>();
  const answer = (one: ReaderAnswer): void => port.postMessage(one);
  const read = async (id: number): Promise<void> => {
    const file = files.get(id);
    if (!file) return;
    try {
      const next = await file.next();
      if (next.done !== true) return answer({ id, kind: 'portion', text: toText(next.value) });
      files.delete(id);
      answer({ id, kind: 'end' });
    } catch (error) {
      files.delete(id);
      answer({ id, kind: 'failed', message: error instanceof Error ? error.message : `${error}` });
    }
  };
  port.on('message', (order: ReaderOrder) => {
    const { id, kind } = order;
    if (kind === 'open') {
      files.set(id, portionsOf(octets(order.file), reading)[Symbol.asyncIterator]());
    } else if (kind === 'more') {
      // An iterator takes its questions in turn.
      void read(id);
    } else {
      void files.get(id)?.return?.();
      files.delete(id);
    }
  });
}

const toText = (portion: Portion): string => JSON.stringify(portion);

// As a thread of a program from source this file is the thread's own; a bundle is its program.
if (!isMainThread && parentPort && (workerData as ReaderData | null)?.reading) {
  serveReading(parentPort, (workerData as ReaderData).reading);
}
