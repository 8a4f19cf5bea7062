// Restarts of gateways (Accounting-On and -Off, RFC 2866 section 5.1) and what they end. One box
// may run several services that account: a captive portal beside the VPN says On whenever its own
// settings change. What a record says of its service tells them apart (decision 0017).

import type { AccountingEvent, UnixMs } from '../accounting-event.ts';
import { restartToleranceMs } from '../limits.ts';
import { greater, greatest } from './merge-values.ts';

/** What a record says of the service behind it; absent where it says nothing. */
export type Service = {
  /** NAS-Identifier. */
  readonly name?: string;
  /** NAS-Port-Type. */
  readonly portType?: number;
  /** Service-Type. */
  readonly serviceType?: number;
};

/** The latest restart of one service of a gateway. */
export type Restart = { readonly time: UnixMs; readonly service?: Service };

/** All that is known of a gateway's restarts; order does not matter. */
export type Restarts = readonly Restart[];

/** Services of one gateway that are told apart; beyond, the oldest restart is forgotten. */
const restartsMax = 8;

/** The service a record speaks of; undefined when it says nothing. */
export function serviceOf(gateway: AccountingEvent['gateway']): Service | undefined {
  const { name, portType, serviceType } = gateway;
  if (name === undefined && portType === undefined && serviceType === undefined) return undefined;
  return {
    ...(name === undefined ? {} : { name }),
    ...(portType === undefined ? {} : { portType }),
    ...(serviceType === undefined ? {} : { serviceType }),
  };
}

/** What two records of one session say together. */
export function joinService(a: Service | undefined, b: Service | undefined): Service | undefined {
  if (!a || !b) return a ?? b;
  if (a.name === b.name && a.portType === b.portType && a.serviceType === b.serviceType) return a;
  const name = greater(a.name, b.name);
  const portType = greatest(a.portType, b.portType);
  const serviceType = greatest(a.serviceType, b.serviceType);
  return {
    ...(name === undefined ? {} : { name }),
    ...(portType === undefined ? {} : { portType }),
    ...(serviceType === undefined ? {} : { serviceType }),
  };
}

/** False where both name something and it differs. */
function isSameService(a: Service = {}, b: Service = {}): boolean {
  const differs = (x: unknown, y: unknown): boolean =>
    x !== undefined && y !== undefined && x !== y;
  return !(
    differs(a.name, b.name) ||
    differs(a.portType, b.portType) ||
    differs(a.serviceType, b.serviceType)
  );
}

/** When the service of a session last restarted; undefined: never heard of. */
export function restartOf(
  { service }: { readonly service?: Service },
  restarts: Restarts | undefined,
): UnixMs | undefined {
  let latest: UnixMs | undefined;
  for (const restart of restarts ?? []) {
    if (isSameService(service, restart.service)) latest = greatest(latest, restart.time);
  }
  return latest;
}

/**
 * Whether a restart ended what was last heard of at `lastSeen`. What was heard after it goes on;
 * clocks of two relays differ by seconds.
 */
export function isEndedBy(restart: UnixMs | undefined, lastSeen: UnixMs): restart is UnixMs {
  return restart !== undefined && restart > lastSeen + restartToleranceMs;
}

/**
 * The restarts with one more: the latest of each service. Commutative and idempotent.
 * @param latestPossible restarts beyond it cannot be, and are forgotten
 */
export function addRestart(restarts: Restarts, added: Restart, latestPossible: UnixMs): Restarts {
  const keyOf = ({ service = {} }: Restart): string =>
    JSON.stringify([service.name, service.portType, service.serviceType]);
  const latest = new Map<string, Restart>();
  for (const restart of [...restarts, added]) {
    if (restart.time > latestPossible) continue;
    const known = latest.get(keyOf(restart));
    if (!known || known.time < restart.time) latest.set(keyOf(restart), restart);
  }
  return [...latest.values()]
    .sort((a, b) => b.time - a.time || (keyOf(a) < keyOf(b) ? -1 : 1))
    .slice(0, restartsMax);
}
