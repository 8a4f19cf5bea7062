// The control function behind the local API: the same handler on local tables, with files for its
// secrets. Callers need no token on loopback; relays prove themselves by their seals.

import { join } from 'node:path';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { ControlTable } from '../lambdas/aws/dynamodb/control-rows.ts';
import { makeCloudKeyBook } from '../lambdas/aws/dynamodb/settings-book.ts';
import { loadCloudKey } from '../lambdas/control/cloud-key.ts';
import { controlRoutes } from '../lambdas/control/control.ts';
import { makeLog } from '../lambdas/shared/log.ts';
import { healthLimitsDefault, healthLimitsOf } from '../lambdas/shared/relay-health.ts';
import type { SendToBus } from '../lambdas/siem/publish.ts';
import { makeTableControl } from '../lambdas/wiring/table-control.ts';
import type { TableOptions } from '../lambdas/wiring/table-handlers.ts';
import type { PublicJwk } from '../wire/signature.ts';
import type { Clock } from './clock.ts';
import { loopbackAuthorities } from './http/origin-check.ts';
import type { Routes } from './http/route-table.ts';
import { makeLocalFunction } from './local-function.ts';
import { makeSecretFiles } from './secret-files.ts';

export type ControlPathsOptions = {
  readonly tables: TableOptions & { readonly writeLog: (line: string) => void };
  /** Holds `secrets/`. */
  readonly folder: string;
  /** Publishes decisions to other systems. */
  readonly send: SendToBus;
  readonly port: number;
  readonly clock: Clock;
  readonly timeoutMs: number;
};

/** The public half of the key that relays pin; made at the first need. */
export async function localCloudKey(table: ControlTable, folder: string): Promise<PublicJwk> {
  const secrets = secretsIn(folder, table.now);
  return (await loadCloudKey({ cloudKeys: makeCloudKeyBook(table), secrets })).jwk;
}

const secretsIn = (folder: string, now: () => number) =>
  makeSecretFiles(join(folder, 'secrets'), now);

/** HTTP API -> control */
export function controlPaths(options: ControlPathsOptions): Routes {
  const { tables, folder, send, port, clock, timeoutMs } = options;
  const log = makeLog({ service: 'control', now: clock.now, write: tables.writeLog });
  const handler = makeTableControl({
    ...tables,
    access: { kind: 'open' },
    secrets: secretsIn(folder, clock.now),
    allowedAuthorities: [...loopbackAuthorities(port)],
    scheme: 'http',
    limits: healthLimitsOf(healthLimitsDefault),
    // No bus listens here: the list of relays shows it, and the log has it.
    publish: async ({ trouble, state, relayId, gateway = '' }) => {
      const message = state === 'began' ? 'a relay reports a trouble' : 'a trouble is over';
      log.info(message, { relayId, reason: trouble, ...(gateway && { gatewayId: gateway }) });
    },
    publishKeys: async ({ change, relayId, keyId, reason }) => {
      log.info(`keys of a relay: ${change}`, { relayId, keyId, ...(reason && { reason }) });
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
