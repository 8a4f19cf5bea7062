// The answers of the admin socket: the relay's status report, packets as they come, requeue. It
// only combines what relay, observer and configuration know.

import { viewRecord } from '../cli/journal-tools/record-view.ts';
import type { RelayConfig } from '../config/relay-config.ts';
import type { RotateResult } from '../control/rotate.ts';
import type { ReloadResult } from '../control/running-config.ts';
import { askOver } from '../disconnect/ask-gateway.ts';
import { makeExchange } from '../disconnect/exchange.ts';
import { probeTarget } from '../disconnect/probe.ts';
import type { DisconnectConfig } from '../disconnect/target.ts';
import type { Log } from '../log.ts';
import { configuredName } from '../radius/gateway.ts';
import type { ControlState } from '../status/control-state.ts';
import { kernelDrops } from '../status/kernel-drops.ts';
import { makeReport } from '../status/status-report.ts';
import { systemAfter } from '../timers.ts';
import { type AdminDeps, type AdminSocket, startAdminSocket } from './admin-socket.ts';
import type { Relay } from './relay.ts';
import { hostTemporaryGateway } from './temporary-gateway.ts';

/** Opens the socket, where the configuration says so. */
export async function openAdminSocket(options: {
  readonly relay: Relay;
  readonly config: RelayConfig;
  readonly version: string;
  readonly startedTime: number;
  readonly isReloadGood: () => boolean;
  readonly controlState?: () => ControlState | undefined;
  readonly reload?: () => ReloadResult;
  readonly rotate?: (() => Promise<RotateResult>) | undefined;
  /** What the file says now. */
  readonly disconnect?: () => DisconnectConfig | undefined;
  readonly log: Log;
}): Promise<AdminSocket | undefined> {
  const { relay, config, log } = options;
  if (config.adminSocket === undefined) return undefined;
  const status: AdminDeps['status'] = async () => {
    const balance = await relay.reportBalance();
    const control = options.controlState?.();
    const drops = kernelDrops(relay.addresses.map(({ port }) => port));
    return makeReport(relay, relay.status(), balance, config, {
      version: options.version,
      processId: process.pid,
      startedTime: options.startedTime,
      isReloadGood: options.isReloadGood(),
      ...(control && { control }),
      ...(drops !== undefined && { kernelDrops: drops }),
    });
  };
  return startAdminSocket({
    path: config.adminSocket,
    log,
    status,
    reload: options.reload,
    rotate: options.rotate && rotateWith(options.rotate),
    capture: (name, see) =>
      relay.watch((record, gateway) => {
        if (name !== undefined && configuredName(record.gatewayId) !== name) return;
        see(`${JSON.stringify(viewRecord(record, gateway))}\n`);
      }),
    async probe(gateway, address) {
      const target = options
        .disconnect?.()
        ?.targets.find(
          (one) => one.via === 'radsec' && one.gateway === gateway && one.address === address,
        );
      const ask = askOver(makeExchange(), systemAfter, relay.radsecLine);
      return target && probeTarget(target, ask, Date.now());
    },
    imports: relay.imports,
    trial(address) {
      const temporaryGateway = hostTemporaryGateway(relay.host, address);
      if (temporaryGateway)
        log('info', 'try', `a test packet may come from ${address} for a minute`);
      return temporaryGateway;
    },
    requeue: async (reason) => {
      const result = await relay.requeue(reason);
      log('info', 'requeued', `${result.requeued} dead letters are shipped again`);
      return result;
    },
  });
}

/** What was done, without the keys. */
function rotateWith(rotate: () => Promise<RotateResult>): () => Promise<object> {
  return async () => {
    const result = await rotate();
    return result.ok ? { ok: true, previousUntil: result.previousUntil } : result;
  };
}
