// The load generator as a process of its own, so that its work is not counted as the server's.
// Told what to do over IPC, one order at a time.

import { writeFileSync } from 'node:fs';
import { type FloodOrder, type FloodResult, flood } from './flood.ts';
import { type LoadOrder, type LoadResult, type LoadWatch, runLoad } from './load.ts';
import { type PacketOptions, PacketPool } from './packets.ts';

export type LoadCommand =
  | { readonly kind: 'prepare'; readonly options: PacketOptions }
  | { readonly kind: 'run'; readonly order: LoadOrder }
  | { readonly kind: 'flood'; readonly order: FloodOrder }
  /** Ends the load that runs. */
  | { readonly kind: 'stop' }
  /** Writes one octet per packet: 1 if it was answered. */
  | { readonly kind: 'save-acknowledged'; readonly file: string };

export type LoadReply =
  | { readonly kind: 'prepared'; readonly bytesMean: number }
  | { readonly kind: 'ran'; readonly result: LoadResult }
  | { readonly kind: 'flooded'; readonly result: FloodResult }
  | { readonly kind: 'done' };

let pool: PacketPool | undefined;
const watch: LoadWatch = { acknowledged: new Uint8Array(0), isStopped: false };

async function obey(command: LoadCommand): Promise<LoadReply> {
  switch (command.kind) {
    case 'prepare':
      pool = new PacketPool(command.options);
      watch.acknowledged = new Uint8Array(command.options.count);
      return { kind: 'prepared', bytesMean: pool.bytesMean };
    case 'run':
      if (!pool) throw new Error('no packets are prepared');
      watch.isStopped = false;
      return { kind: 'ran', result: await runLoad(pool, command.order, watch) };
    case 'flood':
      return { kind: 'flooded', result: await flood(command.order) };
    case 'stop':
      watch.isStopped = true;
      return { kind: 'done' };
    case 'save-acknowledged':
      writeFileSync(command.file, watch.acknowledged);
      return { kind: 'done' };
  }
}

process.on('message', (command: LoadCommand) => {
  void obey(command).then((reply) => {
    if (command.kind !== 'stop') process.send?.(reply);
  });
});
process.on('disconnect', () => process.exit(0));
