// The control function behind the local API: the same handler on local tables, with files for its
// secrets. Callers need no token on loopback; relays prove themselves by their seals.

import { join } from 'node:path';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { makeTableControl } from '../lambdas/aws/table-control.ts';
import type { TableOptions } from '../lambdas/aws/table-handlers.ts';
import { controlRoutes } from '../lambdas/control.ts';
import { makeLog } from '../lambdas/log.ts';
import { healthLimitsDefault, healthLimitsOf } from '../lambdas/relay-health.ts';
import type { SendToBus } from '../lambdas/tell.ts';
import type { Clock } from './clock.ts';
import { loopbackAuthorities } from './http/front-door.ts';
import type { Routes } from './http/route-table.ts';
import { makeLocalFunction } from './local-function.ts';
import { makeSecretFiles } from './secret-files.ts';

export type ControlPathsOptions = {
  readonly tables: TableOptions & { readonly writeLog: (line: string) => void };
  /** Holds `secrets/`. */
  readonly folder: string;
  /** Takes what other systems are told of decisions. */
  readonly send: SendToBus;
  readonly port: number;
  readonly clock: Clock;
  readonly timeoutMs: number;
};

/** HTTP API -> control */
export function controlPaths(options: ControlPathsOptions): Routes {
  const { tables, folder, send, port, clock, timeoutMs } = options;
  const log = makeLog({ service: 'control', now: clock.now, write: tables.writeLog });
  const handler = makeTableControl({
    ...tables,
    access: { kind: 'open' },
    secrets: makeSecretFiles(join(folder, 'secrets'), clock.now),
    allowedAuthorities: [...loopbackAuthorities(port)],
    scheme: 'http',
    limits: healthLimitsOf(healthLimitsDefault),
    // No bus listens here: whoever watches the terminal is told.
    publish: async ({ trouble, state, relayId, gateway = '' }) => {
      const message = state === 'began' ? 'a relay reports a trouble' : 'a trouble is over';
      log.warn(message, { relayId, reason: trouble, ...(gateway && { gatewayId: gateway }) });
    },
    bus: { send },
  });
  const control = makeLocalFunction<APIGatewayProxyEventV2>({
    name: 'control',
    handler,
    timeoutMs,
    clock,
  });
  return Object.fromEntries(
    Object.entries(controlRoutes).map(([key, { caller }]) => [
      key,
      { function: control, isSealed: caller === 'sealed' },
    ]),
  );
}
