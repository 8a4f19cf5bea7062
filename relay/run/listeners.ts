// All listeners of the relay: UDP, and TLS where it is configured. They open and close together.
// Promise: all or none at the start; after `pause` every packet that came in has reached the
// journal's queue, so that closing the journal answers all of them.

import { readFileSync, statSync } from 'node:fs';
import type { RelayConfig } from '../config/relay-config.ts';
import type { SecretSources } from '../config/secrets.ts';
import { errorText } from '../errors.ts';
import type { Log } from '../log.ts';
import { Radsec } from '../radsec/radsec.ts';
import { type ThreadProgram, threadsOf } from '../radsec/thread-link.ts';
import type { GatewayTable } from '../receive/gateway-table.ts';
import { makeReceiver, type ReceiverDeps } from '../receive/receiver.ts';
import { openUdpListener, type UdpListener } from '../receive/udp-listener.ts';

export type Listeners = {
  readonly udp: UdpListener;
  /** Absent: not configured. */
  readonly radsec: Radsec | undefined;
  /** Opens or shuts; what cannot be opened is in the status and tried again. */
  set(isWanted: boolean): void;
  /** Takes over new gateways and certificates. */
  reload(): void;
  pause(): Promise<void>;
  close(): Promise<void>;
};

export type ListenersDeps = {
  readonly receiver: ReceiverDeps;
  readonly gateways: () => GatewayTable;
  readonly log: Log;
  /** What is started once more as the RadSec thread; absent: the running program. */
  readonly program: ThreadProgram | undefined;
  readonly readFile: SecretSources['readFile'] | undefined;
};

/**
 * Opens what the configuration names, unless the relay is switched off.
 *
 * @throws RelayError RELAY_PORT_UNUSABLE, RELAY_CONFIG_INVALID
 */
export async function openListeners(config: RelayConfig, deps: ListenersDeps): Promise<Listeners> {
  const { log } = deps;
  const isWanted = config.isEnabled !== false;
  const receiver = makeReceiver(deps.receiver);
  const udp = await openUdpListener({ listen: config.listen, isWanted, receiver, log });
  const radsec = makeRadsec(config, deps);
  try {
    if (isWanted) await radsec?.open();
  } catch (error) {
    await udp.close();
    await radsec?.close();
    throw error;
  }
  const orLog = (change: Promise<void> | undefined): void => {
    change?.catch((error: unknown) => log('error', 'port-not-shut', errorText(error)));
  };
  return {
    udp,
    radsec,
    set(isNowWanted) {
      orLog(udp.set(isNowWanted));
      orLog(radsec?.set(isNowWanted));
    },
    reload: () => radsec?.reload(),
    async pause() {
      udp.pause();
      await radsec?.pause();
    },
    async close() {
      await udp.close();
      await radsec?.close();
    },
  };
}

function makeRadsec({ radsec, isFips }: RelayConfig, deps: ListenersDeps): Radsec | undefined {
  if (!radsec) return undefined;
  const { receiver: recorder, gateways, log } = deps;
  const program = deps.program ?? { file: process.argv[1] ?? '', argv: [] };
  const startThread = threadsOf(program);
  return new Radsec(radsec, {
    recorder,
    gateways,
    log,
    startThread,
    isFips: isFips === true,
    readFile: deps.readFile ?? readWithMode,
  });
}

function readWithMode(path: string): { readonly octets: Buffer; readonly mode: number } {
  return { octets: readFileSync(path), mode: statSync(path).mode };
}
