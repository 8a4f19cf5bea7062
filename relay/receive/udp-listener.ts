// The UDP listener: open while packets are wanted, closed while the settings switch it off.
// Promise: opening and closing happen one after the other, in the order of the calls, and the last
// call wins; a bound port is requested again by its number; a failure to open is reported and
// retried. It decides nothing about packets.

import { errorText } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Receiver } from './receiver.ts';
import { type ListenAddress, startUdpServer, type UdpServer } from './udp-server.ts';

export type UdpListener = {
  /** What is bound, ports filled in; while shut what was bound last, or what will be. */
  readonly addresses: readonly ListenAddress[];
  readonly isOpen: boolean;
  /** Why it is shut although it should be open. */
  readonly trouble: string | undefined;
  /** Smallest receive buffer of a socket, octets as the kernel counts them; 0 while shut. */
  readonly receiveBufferBytes: number;
  /** Answers that the kernel did not take, since the start. */
  sendErrors(): number;
  /** Opens or shuts; resolves when that is done or has failed. */
  set(isWanted: boolean): Promise<void>;
  /** Takes no more datagrams; answers can still be sent. */
  pause(): void;
  /** Shuts for good. */
  close(): Promise<void>;
};

const retryMs = 5_000;

export type UdpListenerOptions = {
  readonly listen: readonly ListenAddress[];
  readonly isWanted: boolean;
  readonly receiver: Receiver;
  readonly log: Log;
};

/**
 * Opens the listener, unless it is not wanted now.
 *
 * @throws RelayError RELAY_PORT_UNUSABLE
 */
export async function openUdpListener(options: UdpListenerOptions): Promise<UdpListener> {
  const listener = new SwitchedUdpListener(options);
  if (options.isWanted) await listener.openOrThrow();
  return listener;
}

class SwitchedUdpListener implements UdpListener {
  readonly #options: UdpListenerOptions;
  #addresses: readonly ListenAddress[];
  #server: UdpServer | undefined;
  #isWanted: boolean;
  #isClosed: boolean = false;
  #trouble: string | undefined;
  #sendErrorsBefore = 0;
  #turn: Promise<void> = Promise.resolve();
  #retry: NodeJS.Timeout | undefined;

  constructor(options: UdpListenerOptions) {
    this.#options = options;
    this.#addresses = options.listen;
    this.#isWanted = options.isWanted;
  }

  get addresses(): readonly ListenAddress[] {
    return this.#addresses;
  }

  get isOpen(): boolean {
    return this.#server !== undefined;
  }

  get trouble(): string | undefined {
    return this.#trouble;
  }

  get receiveBufferBytes(): number {
    return this.#server?.receiveBufferBytes ?? 0;
  }

  sendErrors(): number {
    return this.#sendErrorsBefore + (this.#server?.sendErrors() ?? 0);
  }

  async openOrThrow(): Promise<void> {
    const { receiver, log } = this.#options;
    this.#server = await startUdpServer({ listen: this.#addresses, receiver, log });
    this.#addresses = this.#server.addresses;
  }

  set(isWanted: boolean): Promise<void> {
    this.#isWanted = isWanted;
    this.#turn = this.#turn.then(() => this.#settle());
    return this.#turn;
  }

  pause(): void {
    this.#server?.pause();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.set(false);
  }

  async #settle(): Promise<void> {
    clearTimeout(this.#retry);
    const { log } = this.#options;
    if (this.#isWanted && !this.#server && !this.#isClosed) {
      try {
        await this.openOrThrow();
        this.#trouble = undefined;
      } catch (error) {
        this.#trouble = errorText(error);
        log('error', 'port-not-opened', `${this.#trouble}; trying again every 5 s`);
        this.#retry = setTimeout(() => this.set(this.#isWanted), retryMs);
        this.#retry.unref();
      }
    } else if (!this.#isWanted && this.#server) {
      const server = this.#server;
      this.#server = undefined;
      await server.close();
      this.#sendErrorsBefore += server.sendErrors();
    }
    if (!this.#isWanted) this.#trouble = undefined;
  }
}
