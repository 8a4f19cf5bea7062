// What tests of real gateways ask of a site: who is open, and what became of an order.

import type { LocalCloud } from '../../local/cloud.ts';
import { type After, systemAfter } from '../../relay/timers.ts';
import {
  type CutGateway,
  type CutSite,
  type Said,
  type SessionEnd,
  startCutCloud,
  startCutRelay,
} from './cut-site.ts';
import { until } from './until.ts';
import type { Line } from './vpn-namespaces.ts';

/** The entry of `disconnect` for the gateway of a line. */
export const entryOf = (
  { gatewayAddress }: Line,
  form: string,
  changes: Partial<CutGateway> = {},
): CutGateway => ({ name: 'vpn-1', address: gatewayAddress, port: 3799, form, ...changes });

/** A site whose relay has its minutes from the test. */
export type WalkSite = CutSite & {
  /** The relay's orders have waited for a minute. */
  passMinute(): void;
};

const minuteMs = 60_000;

/**
 * A relay for the gateway of a line, which is `vpn-1`.
 * @param cloud absent: a new one
 */
export async function startSite(
  line: Line,
  form: string,
  radiusPort: number,
  cloud?: LocalCloud,
): Promise<WalkSite> {
  const waiting = new Set<() => void>();
  const after: After = (delayMs, run) => {
    if (delayMs !== minuteMs) return systemAfter(delayMs, run);
    waiting.add(run);
    return () => waiting.delete(run);
  };
  const site = await startCutRelay(cloud ?? (await startCutCloud()), 'relay-1', {
    listen: { address: line.relayAddress, port: radiusPort },
    sources: [{ name: 'vpn-1', address: line.gatewayAddress }],
    gateways: [entryOf(line, form)],
    after,
  });
  const passMinute = (): void => {
    for (const run of [...waiting]) run();
    waiting.clear();
  };
  return { ...site, passMinute };
}

/** The id of the open activity of a user, once the cloud has it. */
export async function openOf(site: CutSite, user: string): Promise<string> {
  const why = (): string => `${user} is connected: ${site.log().slice(-1_500)}`;
  return (await until(() => site.openActivity(user), why)).id;
}

/** Gives an order and waits for one of the states; what is expected of the answer is 201. */
export async function endAndSee(
  site: CutSite,
  user: string,
  session: string,
  ...states: string[]
): Promise<SessionEnd> {
  const { status, body }: Said = await site.order(user, session);
  if (status !== 201) throw new Error(`no order: ${status} ${JSON.stringify(body)}`);
  // An idle relay would ask within half a minute.
  await site.askNow();
  return reached(site, user, body.id, ...states);
}

/** Waits until an order is in one of the states. */
export async function reached(
  site: CutSite,
  user: string,
  orderId: string,
  ...states: string[]
): Promise<SessionEnd> {
  const last = { order: undefined as SessionEnd | undefined };
  const why = (): string => `${states}: ${JSON.stringify(last.order)} ${site.log().slice(-900)}`;
  return until(
    async () => {
      last.order = await site.newest(user);
      const isIt = last.order?.id === orderId && states.includes(last.order.state);
      return isIt ? last.order : undefined;
    },
    why,
    90_000,
    50,
  );
}

/** States of an order in their order, each with its cause. */
export const statesOf = ({ steps }: SessionEnd): string[] =>
  steps.map(({ state, cause }) => (cause ? `${state} ${cause}` : state));

/** What an order says of one of its states. */
export const stepOf = ({ steps }: SessionEnd, state: string) =>
  steps.find((step) => step.state === state);
