// The relay of an import in its own thread, seen from the local run. Promise: what it cannot do it
// says with the errors that a relay of this thread has; its death ends what waits for it.

import { Worker } from 'node:worker_threads';
import type { ImportProgress } from '../../relay/cli/import/import-run.ts';
import type { RelayConfig } from '../../relay/config/relay-config.ts';
import type { PipelineRelay } from '../local-relay.ts';
import {
  type Calls,
  errorOf,
  type Question,
  type RelayThreadData,
  type ThreadMessage,
} from './messages.ts';

/** The program of the thread, and how Node runs it. */
export type ThreadProgram = { readonly file: string | URL; readonly execArgv: readonly string[] };

/** What a relay makes is dead at once: it needs no more, and `npm start` gives heaps 96. */
const youngMb = 24;

/** Of Node's options those that load TypeScript: others, of V8's heap, a thread does not take. */
export function loaderOf(execArgv: readonly string[]): readonly string[] {
  return execArgv.flatMap((option, at) =>
    option === '--import' ? [option, execArgv[at + 1] ?? ''] : [],
  );
}

export type ThreadSurroundings = {
  readonly writeError: (line: string) => void;
  /** What the clock shows, Unix ms; absent: the clock of the system. */
  readonly time?: number;
  /** Whether enough waits for the fold: nothing more is taken until it does not. */
  readonly isFull: () => boolean;
};

/** Starts the thread and its relay. @throws PortInUseError, and what else keeps it from running */
export async function startRelayThread(
  program: ThreadProgram,
  config: RelayConfig,
  { writeError, time, isFull }: ThreadSurroundings,
): Promise<PipelineRelay> {
  const workerData: RelayThreadData = {
    relay: { config, ...(time === undefined ? {} : { time }) },
  };
  const execArgv = [...program.execArgv];
  const resourceLimits = { maxYoungGenerationSizeMb: youngMb };
  const worker = new Worker(program.file, { workerData, execArgv, resourceLimits });
  const line = new ThreadLine(worker, writeError);
  const stop = async (): Promise<void> => {
    await line.ask('stop', undefined).catch(() => undefined);
    await worker.terminate();
  };
  try {
    const { radiusPort } = await line.ask('start', undefined);
    return {
      radiusPort,
      journal: () => line.ask('journal', undefined),
      history: {
        plan: (history, writeLost) => {
          line.onLost = writeLost;
          return line.ask('plan', history);
        },
        take: async (plans, history, onProgress, signal) => {
          line.onProgress = (progress) => {
            onProgress(progress);
            line.keepRoom(isFull);
          };
          const abort = (): void => void line.ask('abort', undefined).catch(() => undefined);
          signal.throwIfAborted();
          signal.addEventListener('abort', abort, { once: true });
          return line.ask('take', { plans, history });
        },
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** How soon room is seen: a fraction of what an invocation takes. */
const lookMs = 100;

type Waiting = {
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
};

class ThreadLine {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #asked = 0;
  #death: Error | undefined;
  #isHeld: boolean = false;
  onLost: (line: string) => void = () => undefined;
  onProgress: (progress: ImportProgress) => void = () => undefined;

  constructor(worker: Worker, writeError: (line: string) => void) {
    this.#worker = worker;
    worker.on('message', (message: ThreadMessage) => this.#take(message, writeError));
    worker.on('error', (error) => this.#end(error));
    worker.on('exit', () => this.#end(new Error('the thread of the relay has ended')));
  }

  /** What runs ahead of the fold waits in memory. */
  keepRoom(isFull: () => boolean): void {
    if (this.#isHeld || !isFull()) return;
    const hold = (isHeld: boolean): void => {
      this.#isHeld = isHeld;
      this.ask('hold', isHeld).catch(() => undefined);
    };
    hold(true);
    const look = setInterval(() => {
      if (isFull() && !this.#death) return;
      clearInterval(look);
      hold(false);
    }, lookMs);
  }

  ask<Name extends keyof Calls>(
    call: Name,
    given: Calls[Name]['given'],
  ): Promise<Calls[Name]['answer']> {
    if (this.#death) return Promise.reject(this.#death);
    this.#asked += 1;
    const id = this.#asked;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, call, given } as Question);
    });
  }

  #take(message: ThreadMessage, writeError: (line: string) => void): void {
    switch (message.kind) {
      case 'log':
        writeError(message.line);
        break;
      case 'lost':
        this.onLost(message.line);
        break;
      case 'progress':
        this.onProgress(message.progress);
        break;
      default:
        this.#settle(message);
    }
  }

  #settle(message: Extract<ThreadMessage, { readonly id: number }>): void {
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.kind === 'failed') waiting?.reject(errorOf(message.failure));
    else waiting?.resolve(message.answer as never);
  }

  #end(error: Error): void {
    this.#death ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#death);
    this.#waiting.clear();
  }
}
