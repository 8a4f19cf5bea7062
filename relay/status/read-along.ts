// Decodes records while no cloud is connected, for the status alone. Otherwise a missing client
// address would not be noticed before the cloud is connected.
// Promise: it keeps nothing, ships nothing and moves no cursor; what cannot be read is skipped, and
// so is what comes too fast to be read in passing.

import type { JournalReader } from '../journal/reader.ts';
import type { ToEvent } from '../ship/load.ts';
import type { GatewayActivity } from './gateway-activity.ts';

export type ReadAlong = {
  /** The journal's durable position has risen. */
  notify(position: number): void;
  stop(): Promise<void>;
};

/** Records per turn of the event loop: a fraction of a millisecond. */
const recordsPerTurn = 16;
const bytesPerTurn = 64 * 1024;
/**
 * What came in a period with more than this is passed over: decoding costs more than everything
 * that was done to answer, and shares can be taken from calmer times. Any ordinary estate sends
 * less.
 */
const recordsPerPeriodMax = 400;
const periodMs = 1000;

/** Reads records behind `position` as they become durable. */
export function startReadAlong(options: {
  readonly reader: JournalReader;
  readonly toEvent: ToEvent;
  readonly activity: GatewayActivity;
  readonly position: number;
}): ReadAlong {
  const { reader, toEvent, activity } = options;
  let { position } = options;
  let durable = position;
  let isStopping = false;
  let reading: Promise<void> | undefined;
  let pause: NodeJS.Timeout | undefined;

  const readOn = async (): Promise<void> => {
    const last = durable;
    if (last - position > recordsPerPeriodMax) position = last;
    while (position < last && !isStopping) {
      const count = Math.min(recordsPerTurn, last - position);
      const { entries } = await reader.readFrom(position + 1, count, bytesPerTurn);
      for (const entry of entries) {
        const event = entry.kind === 'record' ? toEvent(entry.record) : undefined;
        if (event && !('undecodable' in event)) activity.count(event);
      }
      position = entries.at(-1)?.position ?? last;
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
  };
  const read = (): void => {
    pause = undefined;
    if (reading || position >= durable || isStopping) return;
    reading = readOn()
      // A journal that cannot be read is reported by those who need it.
      .catch(() => undefined)
      .finally(() => {
        reading = undefined;
        pause = setTimeout(read, periodMs).unref();
      });
  };
  return {
    notify(to) {
      durable = to;
      if (!pause) read();
    },
    async stop() {
      isStopping = true;
      await reading;
      clearTimeout(pause);
      await reader.close();
    },
  };
}
