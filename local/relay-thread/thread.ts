// The relay of an import in a thread of its own: files are read, records journalled, decoded and
// shipped there, while the other thread folds. Promise: it is the relay of any local run, with the
// cloud behind HTTP as always; it ends when it is told to stop, with what it holds.

import { isMainThread, type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { RelayConfig } from '../../relay/config/relay-config.ts';
import type { ImportService } from '../../relay/import/import-service.ts';
import type { Relay } from '../../relay/run/relay.ts';
import { clockFrom, systemClock } from '../clock.ts';
import { type HistoryTaker, historyTaker } from '../import/history-taker.ts';
import { runLocalRelay } from '../local-relay.ts';
import { Hold } from './hold.ts';
import { failureOf, type Question, type RelayThreadData, type ThreadMessage } from './messages.ts';

/** The thread's end of the line. */
export type ThreadPort = Pick<MessagePort, 'postMessage' | 'on' | 'close'>;

/** Serves until it is told to stop. */
export function serveRelayThread(port: ThreadPort, { relay: start }: RelayThreadData): void {
  const tell = (message: ThreadMessage): void => port.postMessage(message);
  const served = new ServedRelay(start, tell);
  port.on('message', (question: Question) => {
    const { id } = question;
    served.answer(question).then(
      (answer) => {
        tell({ kind: 'answer', id, answer });
        if (question.call === 'stop') port.close();
      },
      (error: unknown) => tell({ kind: 'failed', id, failure: failureOf(error) }),
    );
  });
}

class ServedRelay {
  readonly #start: RelayThreadData['relay'];
  readonly #tell: (message: ThreadMessage) => void;
  readonly #aborted = new AbortController();
  readonly #hold = new Hold();
  #running: { readonly relay: Relay; readonly taker: HistoryTaker } | undefined;

  constructor(start: RelayThreadData['relay'], tell: (message: ThreadMessage) => void) {
    this.#start = start;
    this.#tell = tell;
  }

  async answer(question: Question): Promise<unknown> {
    const tell = this.#tell;
    switch (question.call) {
      case 'start':
        return this.#begin();
      case 'plan':
        return this.#here.taker.plan(question.given, (line) => tell({ kind: 'lost', line }));
      case 'take': {
        const { plans, history } = question.given;
        const onProgress = (progress: object): void =>
          tell({ kind: 'progress', progress: { ...progress } as never });
        return this.#here.taker.take(plans, history, onProgress, this.#aborted.signal);
      }
      case 'abort':
        return this.#abort();
      case 'hold':
        return this.#hold.set(question.given);
      case 'journal': {
        const { firstPosition, durablePosition } = this.#here.relay.status().journal;
        return { firstPosition, durablePosition };
      }
      case 'stop':
        this.#abort();
        return this.#running?.relay.stop();
    }
  }

  #abort(): void {
    this.#aborted.abort();
    this.#hold.set(false);
  }

  get #here() {
    if (!this.#running) throw new Error('the relay of this thread does not run');
    return this.#running;
  }

  async #begin(): Promise<{ readonly radiusPort: number }> {
    const { time } = this.#start;
    const { now } = time === undefined ? systemClock : clockFrom(time);
    const writeError = (line: string): void => this.#tell({ kind: 'log', line });
    const config = withOctets(this.#start.config);
    const relay = await runLocalRelay(config, { writeError, now, arrivalTime: now });
    const imports: ImportService = {
      ...relay.imports,
      take: async (...records) => {
        await this.#hold.over;
        return relay.imports.take(...records);
      },
    };
    this.#running = { relay, taker: historyTaker(imports, config.gateways) };
    return { radiusPort: relay.addresses[0]?.port ?? 0 };
  }
}

/** Buffers cross as plain arrays. */
function withOctets(config: RelayConfig): RelayConfig {
  const gateways = config.gateways.map((gateway) => ({
    ...gateway,
    secrets: gateway.secrets.map((secret) => Buffer.from(secret)),
  }));
  return { ...config, gateways };
}

// From source this file is the thread's own program; a bundle is its thread's program as well.
const given = workerData as Partial<RelayThreadData> | null;
if (!isMainThread && parentPort && given?.relay) {
  serveRelayThread(parentPort, { relay: given.relay });
}
