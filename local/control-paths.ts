// The control function behind the local API: the same handler on local tables, with files for its
// secrets. Callers need no token on loopback; relays prove themselves by their seals.

import { join } from 'node:path';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { ControlTable } from '../lambdas/aws/dynamodb/control-rows.ts';
import { makeCloudKeyBook } from '../lambdas/aws/dynamodb/settings-book.ts';
import { loadCloudKey } from '../lambdas/control/cloud-key.ts';
import { controlRoutes } from '../lambdas/control/control.ts';
import { requestOf } from '../lambdas/query/request.ts';
import type { Access } from '../lambdas/shared/access.ts';
import { makeLog } from '../lambdas/shared/log.ts';
import { healthLimitsDefault, healthLimitsOf } from '../lambdas/shared/relay-health.ts';
import { makeTableControl } from '../lambdas/wiring/table-control.ts';
import type { TableOptions } from '../lambdas/wiring/table-handlers.ts';
import type { PublicJwk } from '../wire/signature.ts';
import type { Clock } from './clock.ts';
import type { EventFile } from './event-file.ts';
import { loopbackAuthorities } from './http/origin-check.ts';
import type { Routes } from './http/route-table.ts';
import type { KeptRows } from './kept-rows.ts';
import { makeLocalFunction } from './local-function.ts';
import { makeSecretFiles } from './secret-files.ts';

export type ControlPathsOptions = {
  readonly tables: TableOptions & { readonly writeLog: (line: string) => void };
  /** Holds `secrets/`. */
  readonly folder: string;
  /** Takes decisions as other systems would, and forgets who is erased. */
  readonly events: EventFile;
  /** The copy beside the tables of what no journal can bring back. */
  readonly kept: Pick<KeptRows, 'save'>;
  readonly port: number;
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly access: Access;
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
  const { tables, folder, events, port, clock, timeoutMs, access } = options;
  const log = makeLog({ service: 'control', now: clock.now, write: tables.writeLog });
  const handler = makeTableControl({
    ...tables,
    access,
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
    bus: { send: events.send },
  });
  const control = makeLocalFunction<APIGatewayProxyEventV2>({
    name: 'control',
    handler: withCopies(options, handler),
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

type Handler = ReturnType<typeof makeTableControl>;

/** What is erased or set holds outside the tables as well before it is answered. */
function withCopies({ events, kept, clock }: ControlPathsOptions, handler: Handler): Handler {
  return async (event) => {
    const answer = await handler(event);
    const { method } = event.requestContext.http;
    // What was published may still name one of whom the tables hold nothing.
    const isErased = answer.statusCode === 200 || answer.statusCode === 404;
    if (event.routeKey === 'DELETE /v1/users/{user}' && isErased) {
      const { user = '' } = requestOf(event, clock.now()).params;
      if (user !== '') await events.forget([user]);
    }
    if (method === 'DELETE' || method === 'PUT') await kept.save();
    return answer;
  };
}
