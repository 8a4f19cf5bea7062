// Starts and supervises the RadSec thread: messages to it are collected per turn, a thread that
// died is started again. Promise: the main thread releases what it holds of a dead thread's
// connections.

import { Worker } from 'node:worker_threads';
import { errorText } from '../errors.ts';
import type { MainMessage, RadsecStart, ThreadMessage } from './protocol.ts';
import type { RadsecThreadData } from './thread.ts';

/** A thread as the main thread sees it. */
export type Thread = {
  post(messages: readonly MainMessage[], transfer: readonly ArrayBuffer[]): void;
  /** Ends it by force, if it has not ended. */
  terminate(): Promise<void>;
};

export type ThreadEvents = {
  message(messages: readonly ThreadMessage[]): void;
  /** It has ended; `problem` when it was not stopped on purpose. */
  ended(problem: string | undefined): void;
};

export type StartThread = (start: RadsecStart, events: ThreadEvents) => Thread;

/** The program that is started once more as a thread: the relay's own entry point. */
export type ThreadProgram = { readonly file: string; readonly argv: readonly string[] };

/** A bound on what a fault in TLS can take of the process; a thousand connections need 40 MiB. */
const heapMaxMb = 256;

/** Threads of this program. */
export function threadsOf({ file, argv }: ThreadProgram): StartThread {
  return (radsec, events) => {
    const workerData: RadsecThreadData = { radsec };
    const resourceLimits = { maxOldGenerationSizeMb: heapMaxMb };
    const worker = new Worker(file, { argv: [...argv], workerData, resourceLimits });
    let problem: string | undefined;
    worker.on('message', (messages: readonly ThreadMessage[]) => events.message(messages));
    worker.on('error', (error) => {
      problem = errorText(error);
    });
    worker.on('exit', (code) => {
      events.ended(problem ?? (code === 0 ? undefined : `exit code ${code}`));
    });
    return {
      post: (messages, transfer) => worker.postMessage(messages, [...transfer]),
      terminate: async () => {
        await worker.terminate();
      },
    };
  };
}

/** Waits for what a thread is asked for: until `done` was called, or for a time. */
export async function within(ms: number, begin: (done: () => void) => void): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
    begin(resolve);
  });
  clearTimeout(timer);
}
