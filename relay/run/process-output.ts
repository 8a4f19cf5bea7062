// Standard output of a verb. When the reader closes it, as `head` does, the verb is notified, and
// the relay itself goes on.

import { once } from 'node:events';

export type ProcessOutput = {
  readonly write: (text: string) => unknown;
  /** Waits until what was written has left; false: the reader has closed it. */
  readonly flushed: () => Promise<boolean>;
};

/** Watches a stream for its reader's end, from now on. */
export function watchOutput(stream: NodeJS.WriteStream): ProcessOutput {
  let isReaderGone = false;
  stream.on('error', () => {
    isReaderGone = true;
  });
  return {
    write: (text) => stream.write(text),
    async flushed() {
      if (stream.writableNeedDrain && !isReaderGone) {
        const changes = [once(stream, 'drain'), once(stream, 'close')];
        await Promise.race(changes).catch(() => undefined);
      }
      return !isReaderGone;
    },
  };
}
