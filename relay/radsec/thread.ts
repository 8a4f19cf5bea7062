// The RadSec thread: TLS in a worker, so that handshakes and floods of them never delay a UDP
// packet or the disk. Promise: it holds no journal, no gateway secrets and no cloud key; its
// messages are collected per turn of its event loop and cross by transfer.

import { setPriority } from 'node:os';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { RadsecListener } from './listener.ts';
import type { ConnectionEnd, MainMessage, RadsecStart, ThreadMessage } from './protocol.ts';
import { machineClock, type ThreadClock } from './thread-clock.ts';

/** The thread's end of the line. */
export type ThreadPort = Pick<MessagePort, 'postMessage' | 'on' | 'close'>;

/** What the thread is started with, so that the program knows what it is started for. */
export type RadsecThreadData = { readonly radsec: RadsecStart };

const tellEndsMs = 1000;
/** Refusals reported with their source per second: more are only counted. */
const refusedToldMax = 16;

/** Serves until the stop message. */
export async function serveRadsec(
  port: ThreadPort,
  start: RadsecStart,
  clock: ThreadClock = machineClock,
): Promise<void> {
  const outbox = makeOutbox(port);
  const ends = makeEndCounts(outbox.tell);
  let refusedTold = 0;
  const tell = (message: ThreadMessage): void => {
    if (message.kind === 'refused') {
      refusedTold += 1;
      if (refusedTold > refusedToldMax) return;
    }
    outbox.tell(message);
  };
  const listener = new RadsecListener(start, tell, ends.count, clock);
  const endTelling = clock.every(tellEndsMs, () => {
    refusedTold = 0;
    ends.tell();
  });
  port.on('message', (messages: readonly MainMessage[]) => {
    for (const message of messages) obey(message);
  });
  const obey = (message: MainMessage): void => {
    if (message.kind === 'answers') {
      listener.answer(message.connection, message.octets, message.settled);
    } else if (message.kind === 'request') {
      listener.request(message.connection, message.octets);
    } else if (message.kind === 'close') {
      listener.close(message.connection, message.end);
    } else if (message.kind === 'policy') {
      listener.setPolicy(message.policy);
    } else if (message.kind === 'pause') {
      listener.pause();
      tell({ kind: 'paused' });
    } else {
      void stop();
    }
  };
  const stop = async (): Promise<void> => {
    await listener.stop();
    endTelling();
    ends.tell();
    outbox.flush();
    port.close();
  };
  await listener.listen();
}

/** Gathers messages for one crossing per turn of the event loop. */
function makeOutbox(port: ThreadPort) {
  let waiting: ThreadMessage[] = [];
  const flush = (): void => {
    if (waiting.length === 0) return;
    const messages = waiting;
    waiting = [];
    const buffers = messages.flatMap((one) => (one.kind === 'packets' ? [one.octets.buffer] : []));
    port.postMessage(messages, buffers as ArrayBuffer[]);
  };
  return {
    tell(message: ThreadMessage): void {
      if (waiting.length === 0) setImmediate(flush);
      waiting.push(message);
    },
    flush,
  };
}

function makeEndCounts(tell: (message: ThreadMessage) => void) {
  let counts: Partial<Record<ConnectionEnd, number>> = {};
  return {
    count(end: ConnectionEnd): void {
      counts[end] = (counts[end] ?? 0) + 1;
    },
    tell(): void {
      if (Object.keys(counts).length > 0) tell({ kind: 'ends', counts });
      counts = {};
    },
  };
}

/** Does what this thread was started for. */
export function serveInThread(): void {
  const { radsec } = workerData as RadsecThreadData;
  if (!parentPort) throw new Error('this is no thread');
  standBehindUdp();
  void serveRadsec(parentPort, radsec);
}

/** Five steps: enough that a flood of handshakes waits for UDP and the disk, not the other way. */
const niceness = 5;

/** Linux keeps priorities by thread, other systems by process: there nothing is changed. */
function standBehindUdp(): void {
  if (process.platform === 'linux') setPriority(0, niceness);
}
