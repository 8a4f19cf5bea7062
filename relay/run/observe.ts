// Serves /livez, /readyz and /metrics over HTTP where the configuration says so.
// Promise: read-only; says nothing about the cloud in /readyz, or an outage there would restart a
// relay that does its work; binding fails loudly. Without configuration it only keeps the numbers.

import { createServer, type Server } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { RelayConfig } from '../config/relay-config.ts';
import { RelayError, systemErrorCode } from '../errors.ts';
import { Histogram } from '../histogram.ts';
import type { Log } from '../log.ts';
import type { ControlState } from '../status/control-state.ts';
import { kernelDrops } from '../status/kernel-drops.ts';
import { renderMetrics } from '../status/metrics.ts';
import type { Relay } from './relay.ts';

export type Observer = {
  readonly onAcknowledged: (elapsedMs: number) => void;
  /** Notes whether the last reload took effect. */
  reloaded(isGood: boolean): void;
  isReloadGood(): boolean;
  /** Starts to serve; resolves to the port. @throws RelayError RELAY_PORT_UNUSABLE */
  listen(relay: Pick<Relay, 'status' | 'addresses'>): Promise<number | undefined>;
  close(): Promise<void>;
};

type Answer = { readonly status: number; readonly type: string; readonly body: string };

const plain = 'text/plain; charset=utf-8';
const metricsType = 'text/plain; version=0.0.4; charset=utf-8';

export function startObserver(options: {
  readonly metrics: RelayConfig['metrics'];
  readonly version: string;
  readonly now: () => number;
  readonly log: Log;
  readonly controlState?: () => ControlState | undefined;
}): Observer {
  const answerTimes = new Histogram();
  const eventLoop = monitorEventLoopDelay({ resolution: 20 });
  eventLoop.enable();
  let isReloadGood = true;
  let server: Server | undefined;

  const answer = (path: string, relay: Pick<Relay, 'status' | 'addresses'>): Answer => {
    const status = relay.status();
    if (path === '/livez') return { status: 200, type: plain, body: 'alive\n' };
    if (path === '/readyz' && status.isReady) return { status: 200, type: plain, body: 'ready\n' };
    if (path === '/readyz') {
      const isOff = !status.isEnabled ? 'switched off in the settings' : 'stopping';
      const body = `${status.journal.trouble ?? status.listenerTrouble ?? isOff}\n`;
      return { status: 503, type: plain, body };
    }
    if (path !== '/metrics') return { status: 404, type: plain, body: 'no such page\n' };
    const drops = kernelDrops(relay.addresses.map(({ port }) => port));
    const body = renderMetrics(status, {
      version: options.version,
      now: options.now(),
      nodeVersion: process.versions.node,
      eventLoopDelaySeconds: eventLoop.percentile(99) / 1e9,
      isReloadGood,
      answerTimes,
      control: options.controlState?.(),
      ...(drops !== undefined && { kernelDrops: drops }),
    });
    eventLoop.reset();
    return { status: 200, type: metricsType, body };
  };

  return {
    onAcknowledged: (elapsedMs) => answerTimes.observe(elapsedMs / 1000),
    reloaded(isGood) {
      isReloadGood = isGood;
    },
    isReloadGood: () => isReloadGood,
    async listen(relay) {
      if (!options.metrics) return undefined;
      const { address, port } = options.metrics;
      server = createServer({ requestTimeout: 10_000 }, (request, response) => {
        const { status, type, body } = answer(request.url ?? '', relay);
        const isRead = request.method === 'GET' || request.method === 'HEAD';
        response.writeHead(isRead ? status : 405, { 'content-type': type });
        response.end(isRead ? body : '');
      });
      const bound = await bind(server, address, port);
      options.log('info', 'observing', `health and metrics on http://${address}:${bound}`);
      return bound;
    },
    async close() {
      eventLoop.disable();
      const open = server;
      if (!open) return;
      open.closeAllConnections();
      await new Promise<void>((resolve) => {
        open.close(() => resolve());
      });
    },
  };
}

function bind(server: Server, address: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const text = `TCP ${address}:${port} of "metrics" cannot be bound`;
      const message = `${text} (${systemErrorCode(error)})`;
      reject(new RelayError('RELAY_PORT_UNUSABLE', message, error));
    });
    server.listen(port, address, () => {
      const bound = server.address();
      resolve(typeof bound === 'object' && bound ? bound.port : port);
    });
  });
}
