// Without a cloud nobody decodes what gateways send, and nobody would see that an address is missing
// before the cloud is connected. This reads along, for the status alone.
// Promise: it keeps nothing, ships nothing and moves no cursor; what cannot be read is passed over.

import type { JournalReader } from '../journal/reader.ts';
import type { ToEvent } from '../ship-load.ts';
import type { GatewayActivity } from './gateway-activity.ts';

export type ReadAlong = {
  /** The journal's durable position has risen. */
  notify(position: number): void;
  stop(): Promise<void>;
};

/** Records per turn of the event loop: a fraction of a millisecond. */
const recordsPerTurn = 16;
const bytesPerTurn = 64 * 1024;

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

  const readOn = async (): Promise<void> => {
    while (position < durable && !isStopping) {
      const count = Math.min(recordsPerTurn, durable - position);
      const { entries } = await reader.readFrom(position + 1, count, bytesPerTurn);
      for (const entry of entries) {
        const event = entry.kind === 'record' ? toEvent(entry.record) : undefined;
        if (event && !('undecodable' in event)) activity.count(event);
      }
      position = entries.at(-1)?.position ?? durable;
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
  };
  return {
    notify(to) {
      durable = to;
      reading ??= readOn()
        // A journal that cannot be read is reported by those who need it.
        .catch(() => undefined)
        .finally(() => {
          reading = undefined;
        });
    },
    async stop() {
      isStopping = true;
      await reading;
      await reader.close();
    },
  };
}
