// What an order to end a session would do: which relay, by which form, which sessions end with it,
// and why it cannot be given. Reads only; the relay has the last word.

import type { UnixMs } from '../../domain/accounting-event.ts';
import type { Restarts } from '../../domain/session/restart.ts';
import type { Session } from '../../domain/session/session.ts';
import type { SessionRules } from '../../domain/session/session-rules.ts';
import { sessionState } from '../../domain/session/session-state.ts';
import { foldText, parseUserName } from '../../domain/user-name.ts';
import { alsoEndsMax } from '../../wire/cut-orders.ts';
import type { QueryStore } from '../query/ports.ts';
import type { HealthReport, RelayBook } from './ports.ts';

export type PlanDeps = {
  readonly store: Pick<QueryStore, 'sessions' | 'heard' | 'detectionIds' | 'detectionsOf'>;
  readonly watermarks: (gatewayIds: readonly string[]) => Promise<ReadonlyMap<string, Restarts>>;
  readonly relays: Pick<RelayBook, 'health'>;
  readonly relayIds: () => Promise<readonly string[]>;
  /** What ends a session that no record ends. */
  readonly rules: () => Promise<SessionRules>;
};

/** Why no order can be given; the page has a sentence for each. */
export type NoPlan = 'not-open' | 'no-session-id' | 'not-opted-in' | 'switched-off' | 'too-many';

export type OrderPlan = {
  readonly session: Session;
  /** Present: it can be ordered. */
  readonly way?: {
    readonly relayId: string;
    readonly others: readonly string[];
    readonly form: string;
    readonly ends: 'session' | 'name';
    /** The relay has sent something within seconds: it will hear of an order at once. */
    readonly isBusy: boolean;
  };
  readonly account: string;
  /** Further open sessions of the name on the gateway. */
  readonly others: readonly Session[];
  readonly why?: NoPlan;
};

/** A relay that has not reported for so long is not asked. */
const reportedWithinMs = 5 * 60_000;
const busyWithinMs = 60_000;
const openDays = 30;
const scannedMax = 200;
const dayMs = 86_400_000;

/** Whether an id is one of a session: `<rowStart>-<identity>`. */
const sessionIdForm = /^(\d{1,15})-(.{1,200})$/;

/** @returns undefined when there is no such session of the user */
export async function planOrder(
  deps: PlanDeps,
  { userKey, session: id, now }: { userKey: string; session: string; now: UnixMs },
): Promise<OrderPlan | undefined> {
  const found = await findSession(deps, userKey, id);
  if (!found) return undefined;
  const account = foldText(parseUserName(userKey).account);
  const isOpen = await openTest(deps, [found.gatewayId], now);
  const [session = found] = await deps.store.heard([found]);
  const none = (why: NoPlan): OrderPlan => ({ session, account, others: [], why });
  if (!isOpen(session)) return none('not-open');
  if (session.sessionId === '' || account === '') return none('no-session-id');
  const way = await wayTo(deps, session.gatewayId, now);
  if (typeof way === 'string') return none(way);
  const others =
    way.ends === 'name' ? await openBeside(deps, { userKey, session, now, isOpen }) : [];
  if (others.length > alsoEndsMax) return { ...none('too-many'), others };
  return { session, account, others, way };
}

async function findSession(
  { store }: PlanDeps,
  userKey: string,
  id: string,
): Promise<Session | undefined> {
  const [, start, identity] = sessionIdForm.exec(id) ?? [];
  if (start === undefined) return undefined;
  const from = Number(start);
  // Rows sort by when they were first known to begin, whole seconds.
  const page = await store.sessions(userKey, from, from + 1_000, { limit: 100 });
  return page.items.find((one) => one.rowStart === from && one.identity === identity);
}

async function openTest(
  deps: PlanDeps,
  gatewayIds: readonly string[],
  now: UnixMs,
): Promise<(session: Session) => boolean> {
  const [restarts, rules] = await Promise.all([deps.watermarks(gatewayIds), deps.rules()]);
  return (session) => {
    const { state } = sessionState(session, now, restarts.get(session.gatewayId), rules);
    // A silent one may be open: the relay knows what it heard last, and the gateway what is.
    return state === 'open' || state === 'silent';
  };
}

async function openBeside(
  { store }: PlanDeps,
  {
    userKey,
    session,
    now,
    isOpen,
  }: {
    readonly userKey: string;
    readonly session: Session;
    readonly now: UnixMs;
    readonly isOpen: (session: Session) => boolean;
  },
): Promise<readonly Session[]> {
  const page = await store.sessions(userKey, now - openDays * dayMs, now + dayMs, {
    limit: scannedMax,
  });
  const beside = page.items.filter(
    (one) =>
      one.gatewayId === session.gatewayId &&
      one.identity !== session.identity &&
      one.sessionId !== '',
  );
  return (await store.heard(beside)).filter(isOpen);
}

/** The relay that hears the gateway and may ask it; what stands against it otherwise. */
async function wayTo(
  { relays, relayIds }: PlanDeps,
  gatewayId: string,
  now: UnixMs,
): Promise<NonNullable<OrderPlan['way']> | NoPlan> {
  const gateway = gatewayId.split('/')[0] ?? gatewayId;
  const reports = await Promise.all(
    (await relayIds()).map(async (relayId) => ({ relayId, health: await relays.health(relayId) })),
  );
  const able = reports.flatMap(({ relayId, health }) => {
    const entry = health?.report.disconnect?.find((one) => one.gateway === gateway);
    const isHeard = health !== undefined && now - health.receivedAt <= reportedWithinMs;
    return entry && isHeard ? [{ relayId, health, entry }] : [];
  });
  const willing = able.filter(({ health }) => health.report.isDisconnectOff !== true);
  const heardAt = (health: HealthReport): UnixMs =>
    health.report.gateways.find(({ name }) => name === gateway)?.lastPacketAt ?? 0;
  willing.sort((a, b) => heardAt(b.health) - heardAt(a.health));
  const [first, ...rest] = willing;
  if (!first) return able.length > 0 ? 'switched-off' : 'not-opted-in';
  const { form, ends } = first.entry;
  return {
    relayId: first.relayId,
    // Another form would end other sessions than the page has told of.
    others: rest.filter(({ entry }) => entry.form === form).map(({ relayId }) => relayId),
    form,
    ends,
    isBusy:
      now - Math.max(...first.health.report.gateways.map((one) => one.lastPacketAt ?? 0)) <
      busyWithinMs,
  };
}
