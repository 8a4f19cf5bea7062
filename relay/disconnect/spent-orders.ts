// Orders that were carried out: a line each, on disk before the first packet leaves, so that no
// crash and no repeat of an order makes a second request of it.
// Promise: `spend` resolves only when the line is synced; a line that was cut short by a crash
// was never acted upon. What limits ask, how many within an hour, is counted from the same lines.

import { join } from 'node:path';
import type { UnixMs } from '../../domain/accounting-event.ts';
import { type JournalDisk, replaceFile, syncFile, writeFile } from '../journal/disk.ts';

export type SpentOrder = {
  readonly orderId: string;
  readonly gateway: string;
  readonly time: UnixMs;
};

export type SpentOrders = {
  isSpent(orderId: string): boolean;
  /** Orders of a gateway that were carried out within an hour before, or by a clock ahead. */
  countOf(gateway: string, now: UnixMs): number;
  /** @throws the system error: then nothing may be sent */
  spend(order: SpentOrder): Promise<void>;
  close(): Promise<void>;
};

const fileName = 'spent-orders';
const hourMs = 3_600_000;
/** An order lives for five minutes; a day outlasts any clock that was put right. */
const keptMs = 24 * hourMs;
const fileBytesMax = 16 * 1024 * 1024;

/** Reads what was kept and forgets what is a day old. @param directory exists */
export async function openSpentOrders(
  disk: JournalDisk,
  directory: string,
  now: UnixMs,
): Promise<SpentOrders> {
  const orders = (await readLines(disk, directory)).filter(({ time }) => time > now - keptMs);
  const text = orders.map(lineOf).join('');
  await replaceFile(disk, directory, fileName, Buffer.from(text));
  const file = await disk.open(join(directory, fileName), 'write');
  const spent = new Map(orders.map((order) => [order.orderId, order]));
  let bytes = Buffer.byteLength(text);
  let turn: Promise<void> = Promise.resolve();
  return {
    isSpent: (orderId) => spent.has(orderId),
    countOf: (gateway, at) =>
      [...spent.values()].filter((one) => one.gateway === gateway && one.time > at - hourMs).length,
    spend(order) {
      // In memory at once: another of the same id, or one over the limit, must not slip past.
      spent.set(order.orderId, order);
      const line = Buffer.from(lineOf(order));
      const done = turn.then(async () => {
        await writeFile(file, line, bytes);
        await syncFile(file);
        bytes += line.length;
      });
      turn = done.catch(() => undefined);
      return done;
    },
    async close() {
      await turn;
      await file.close();
    },
  };
}

const lineOf = ({ orderId, gateway, time }: SpentOrder): string =>
  `${JSON.stringify([orderId, gateway, time])}\n`;

async function readLines(disk: JournalDisk, directory: string): Promise<SpentOrder[]> {
  if (!(await disk.list(directory)).includes(fileName)) return [];
  const file = await disk.open(join(directory, fileName), 'read');
  try {
    const buffer = Buffer.alloc(Math.min(fileBytesMax, await file.size()));
    const octets = await file.read(buffer, 0);
    return buffer.toString('utf8', 0, octets).split('\n').flatMap(readLine);
  } finally {
    await file.close();
  }
}

function readLine(line: string): SpentOrder[] {
  try {
    const [orderId, gateway, time] = JSON.parse(line) as unknown[];
    const isWhole =
      typeof orderId === 'string' && typeof gateway === 'string' && typeof time === 'number';
    return isWhole ? [{ orderId, gateway, time }] : [];
  } catch {
    return [];
  }
}
