// Keeps what is known of gateways' clocks over a restart: one small file beside the journal.
// Promise: a file that is missing or damaged costs only that the clocks are learnt again; writing
// is never waited for while packets are answered.

import * as v from 'valibot';
import { errorText } from '../errors.ts';
import { nodeDisk } from '../journal/disk.ts';
import { readDurable, writeDurable } from '../journal/durable-value.ts';
import { isWorthLogging, type Log } from '../log.ts';
import { GatewayClocks } from '../receive/gateway-clocks.ts';

export type KeptClocks = {
  readonly clocks: GatewayClocks;
  /** Writes what is known now and ends. */
  close(): Promise<void>;
};

const fileName = 'clocks';
/** A right clock is known for a day without a packet: so often is enough for when it was seen. */
const writeEveryMs = 10 * 60_000;

const savedSchema = v.object({
  version: v.literal(1),
  clocks: v.array(
    v.object({
      key: v.string(),
      offsetSeconds: v.pipe(v.number(), v.integer()),
      seenTime: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
    }),
  ),
});

/** Reads what was kept. @param directory the journal's folder, which exists */
export async function openClocks(directory: string, log: Log): Promise<KeptClocks> {
  let writing: Promise<void> = Promise.resolve();
  let isDue = false;
  let failures = 0;
  const write = async (): Promise<void> => {
    isDue = false;
    try {
      await writeDurable(nodeDisk, directory, fileName, { version: 1, clocks: clocks.saved() });
    } catch (error) {
      failures += 1;
      if (isWorthLogging(failures)) log('warn', 'clocks-not-saved', errorText(error));
    }
  };
  const writeSoon = (): void => {
    if (isDue) return;
    isDue = true;
    writing = writing.then(write);
  };
  const clocks = new GatewayClocks(writeSoon);
  const saved = await readDurable(nodeDisk, directory, fileName, savedSchema, (error) =>
    log('warn', 'clocks-damaged', `${errorText(error)}: gateways' clocks are learnt again`),
  ).catch(() => undefined);
  clocks.restore(saved?.clocks ?? []);
  const timer = setInterval(writeSoon, writeEveryMs).unref();
  return {
    clocks,
    async close() {
      clearInterval(timer);
      writeSoon();
      await writing;
    },
  };
}
