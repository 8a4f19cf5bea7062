// The threads that read files for a replay, seen from the one that judges. Promise: whichever of
// them reads a file, and however many there are, its portions come in its order, and what one says
// is said when its turn has come: the output does not depend on the number of threads.

import { Worker } from 'node:worker_threads';
import type { Portion, Reading } from './portions.ts';
import type { ReaderAnswer, ReaderData, ReaderOrder } from './reader-thread.ts';

/** A thread as the judging one sees it. */
export type ReaderThread = {
  post(order: ReaderOrder): void;
  /** Told of answers, and of its death, which is an error. */
  onAnswer(take: (answer: ReaderAnswer) => void): void;
  onDeath(take: (error: Error) => void): void;
  end(): Promise<void>;
};

export type StartReader = (reading: Reading) => ReaderThread;

/** Portions that are asked for before they are needed: one is read while another is judged. */
const aheadMax = 2;

/**
 * Threads of this program.
 * @param file what a thread runs
 * @param options those of the process; a thread takes what is imported first, which TypeScript is
 * read by, and refuses what is said of the process's memory
 */
export function readerThreadsOf(file: string | URL, options: readonly string[]): StartReader {
  const execArgv = options.filter(
    (one, at) => one.startsWith('--import') || options[at - 1] === '--import',
  );
  return (reading) => {
    const data: ReaderData = { reading };
    const worker = new Worker(file, { workerData: data, execArgv });
    return {
      post: (order) => worker.postMessage(order),
      onAnswer: (take) => void worker.on('message', take),
      onDeath: (take) => void worker.on('error', take),
      end: async () => void (await worker.terminate()),
    };
  };
}

type Waiting = { take: (answer: ReaderAnswer) => void; fail: (error: Error) => void };

/** Files read by threads, in turn. */
export class Readers {
  readonly #threads: readonly ReaderThread[];
  /** Files that a thread has open. */
  readonly #files: number[];
  readonly #open = new Map<number, Waiting>();
  #ids = 0;

  constructor(start: StartReader, count: number, reading: Reading) {
    this.#threads = Array.from({ length: count }, () => start(reading));
    this.#files = this.#threads.map(() => 0);
    for (const thread of this.#threads) {
      thread.onAnswer((answer) => this.#open.get(answer.id)?.take(answer));
      thread.onDeath((error) => {
        for (const { fail } of this.#open.values()) fail(error);
      });
    }
  }

  /** The portions of a file, by the thread that has the fewest open. @throws what reading throws */
  async *portionsOf(file: string): AsyncIterable<Portion> {
    const at = this.#files.indexOf(Math.min(...this.#files));
    const thread = this.#threads[at];
    if (!thread) throw new Error('there is no thread to read with');
    this.#ids += 1;
    const id = this.#ids;
    this.#files[at] = (this.#files[at] ?? 0) + 1;
    const answers = new Answers();
    this.#open.set(id, answers);
    thread.post({ id, kind: 'open', file });
    for (let asked = 0; asked < aheadMax; asked += 1) thread.post({ id, kind: 'more' });
    try {
      for (;;) {
        const answer = await answers.next();
        if (answer.kind === 'end') return;
        if (answer.kind === 'failed') throw new Error(answer.message);
        thread.post({ id, kind: 'more' });
        yield JSON.parse(answer.text) as Portion;
      }
    } finally {
      this.#open.delete(id);
      this.#files[at] = (this.#files[at] ?? 1) - 1;
      thread.post({ id, kind: 'close' });
    }
  }

  /** Ends the threads. */
  async end(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.end()));
  }
}

/** Answers in the order in which they came. */
class Answers implements Waiting {
  readonly #come: (ReaderAnswer | Error)[] = [];
  #wake: (() => void) | undefined;

  take(answer: ReaderAnswer): void {
    this.#add(answer);
  }

  fail(error: Error): void {
    this.#add(error);
  }

  #add(one: ReaderAnswer | Error): void {
    this.#come.push(one);
    this.#wake?.();
  }

  /** The next one. @throws when the thread has died */
  async next(): Promise<ReaderAnswer> {
    for (;;) {
      const one = this.#come.shift();
      if (one instanceof Error) throw one;
      if (one) return one;
      await new Promise<void>((wake) => {
        this.#wake = wake;
      });
    }
  }
}
