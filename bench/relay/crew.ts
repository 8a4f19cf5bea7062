// The load generator and the receiver as seen from a benchmark: started once, asked over IPC.

import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FloodOrder, FloodResult } from './flood.ts';
import type { LoadOrder, LoadResult } from './load.ts';
import type { LoadCommand, LoadReply } from './load-process.ts';
import type { PacketOptions } from './packets.ts';
import { relayId, secret, writeKeys } from './peers.ts';
import type { ReceiverAnswer, ReceiverQuestion } from './receiver-process.ts';
import { ask, lineOf, type Workshop } from './workshop.ts';

export class LoadGenerator {
  readonly #child: ChildProcess;
  readonly #folder: string;

  constructor(workshop: Workshop) {
    this.#child = workshop.startProgram('load-process', 'load', []);
    this.#child.stderr?.pipe(process.stderr);
    this.#folder = workshop.folder;
  }

  /** Makes packets; resolves to their mean size in octets. */
  async prepare(options: Omit<PacketOptions, 'secret' | 'baseTime'> & { secret?: string }) {
    // The first sessions began an hour ago, so that the last records are not of the future.
    const baseTime = Date.now() - 3_600_000;
    const reply = await this.#ask({ kind: 'prepare', options: { secret, ...options, baseTime } });
    if (reply.kind !== 'prepared') throw new Error('no packets');
    return reply.bytesMean;
  }

  async run(order: LoadOrder): Promise<LoadResult> {
    const reply = await this.#ask({ kind: 'run', order });
    if (reply.kind !== 'ran') throw new Error('no result');
    return reply.result;
  }

  async flood(order: FloodOrder): Promise<FloodResult> {
    const reply = await this.#ask({ kind: 'flood', order });
    if (reply.kind !== 'flooded') throw new Error('no result');
    return reply.result;
  }

  /** Ends the load that runs: its `run` resolves. */
  stop(): void {
    this.#child.send({ kind: 'stop' } satisfies LoadCommand);
  }

  /** One octet per packet that was prepared: 1 if it was answered. */
  async acknowledged(): Promise<Uint8Array> {
    const file = join(this.#folder, 'acknowledged');
    await this.#ask({ kind: 'save-acknowledged', file });
    return readFileSync(file);
  }

  #ask(command: LoadCommand): Promise<LoadReply> {
    return ask<LoadReply>(this.#child, command);
  }
}

/** The far end of shipping, with the keys that it trusts. */
export class Receiver {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly cloud: { readonly url: string; readonly keyFile: string };

  private constructor(child: ChildProcess, folder: string, url: string, keyFile: string) {
    this.#child = child;
    this.#folder = folder;
    this.cloud = { url, keyFile };
  }

  static async start(workshop: Workshop): Promise<Receiver> {
    const folder = workshop.newFolder();
    const { privateFile, publicFile } = writeKeys(folder);
    const args = [publicFile, relayId];
    const child = workshop.startProgram('receiver-process', 'receiver', args);
    const port = await lineOf(child, /^\d+$/);
    return new Receiver(child, folder, `http://127.0.0.1:${port}`, privateFile);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  ask(question: ReceiverQuestion): Promise<ReceiverAnswer> {
    return ask<ReceiverAnswer>(this.#child, question);
  }

  /** One octet per packet of a seed: how many events came of it. */
  async seen(seed: number): Promise<Uint8Array> {
    const file = join(this.#folder, 'seen');
    await this.ask({ kind: 'save-seen', seed, file });
    return readFileSync(file);
  }
}
