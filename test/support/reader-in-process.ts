// A reading thread of a replay without the thread: its code at the other end of a channel of this
// process.

import { MessageChannel } from 'node:worker_threads';
import { serveReading } from '../../local/replay/reader-thread.ts';
import type { StartReader } from '../../local/replay/readers.ts';

/** @param octets of a file; absent: it is opened */
export const readersInProcess =
  (octets?: (file: string) => AsyncIterable<Buffer>): StartReader =>
  (reading) => {
    const { port1, port2 } = new MessageChannel();
    serveReading(port2, reading, octets);
    return {
      post: (order) => port1.postMessage(order),
      onAnswer: (take) => void port1.on('message', take),
      onDeath: () => undefined,
      end: async () => port1.close(),
    };
  };
