// A gateway that sends no interims says nothing of a session between Start and Stop, and Stops go
// missing. Where it lets a user have one session at a time, the next one's Start ends the one
// before. Whether it does so is learned from sessions that ended with a Stop (decision 0027): when
// one of a user's began, had the one before ended? Pure.

import type { AccountingEvent, UnixMs } from '../accounting-event.ts';
import { clockToleranceMs, interimPeriodMsMax } from '../limits.ts';
import type { Session } from '../session/session.ts';
import { stopTime } from '../session/session-state.ts';
import { isSameSession } from './sessions-around.ts';
import { change, type Slot } from './slot.ts';

/** What sessions have shown of a gateway. */
export type GatewayHabit = {
  /** How often a user's session had ended when the next began; counted as far as is needed. */
  readonly serial: number;
  /** When two of one user's were last seen side by side. */
  readonly parallelAt?: UnixMs;
};

/** What a fold has seen of a gateway's habit. */
export type SeenHabit = {
  readonly gatewayId: string;
  /** One session had ended when the next began, or two went on side by side. */
  readonly kind: 'serial' | 'parallel';
  readonly time: UnixMs;
};

/** So often a gateway has shown it, and not once the contrary for so long. */
export const serialMin = 50;
const parallelKeptMs = 90 * 24 * 3600 * 1000;
/** A Stop that comes after the next Start is of a client that was cut off: minutes late. */
const lateStopMs = 15 * 60_000;

/** Whether a gateway lets a user have one session at a time, as far as it has shown. */
export function isOneAtATime(habit: GatewayHabit | undefined, now: UnixMs): boolean {
  if (!habit || habit.serial < serialMin) return false;
  return habit.parallelAt === undefined || now - habit.parallelAt > parallelKeptMs;
}

/** The habit with one thing more that was seen. */
export function withSeen(habit: GatewayHabit = { serial: 0 }, seen: SeenHabit): GatewayHabit {
  if (seen.kind === 'serial') return { ...habit, serial: Math.min(serialMin, habit.serial + 1) };
  return { ...habit, parallelAt: Math.max(habit.parallelAt ?? 0, seen.time) };
}

/** Whether a gateway lets a user have one session at a time, as far as it has shown by then. */
export type IsOneAtATime = (gatewayId: string, time: UnixMs) => boolean;

/** What is known of gateways in a call: what it shows is known to every event after it. */
export class HabitDraft {
  readonly #habits: Map<string, GatewayHabit>;

  constructor(known: ReadonlyMap<string, GatewayHabit> = new Map()) {
    this.#habits = new Map(known);
  }

  readonly isOneAtATime: IsOneAtATime = (gatewayId, time) =>
    isOneAtATime(this.#habits.get(gatewayId), time);

  see(seen: readonly SeenHabit[]): void {
    for (const one of seen) {
      this.#habits.set(one.gatewayId, withSeen(this.#habits.get(one.gatewayId), one));
    }
  }
}

/** Whether there is a session that `markReplaced` could say something of: mostly there is none. */
export function mayBeReplaced(slots: readonly Slot[], gatewayId: string): boolean {
  let lastStart = Number.NEGATIVE_INFINITY;
  for (const { session } of slots) {
    if (session.gatewayId !== gatewayId || !session.isStartSeen) continue;
    lastStart = Math.max(lastStart, session.startedAt);
  }
  return slots.some(
    ({ session }) =>
      session.gatewayId === gatewayId &&
      session.stoppedAt === undefined &&
      isMute(session) &&
      session.startedAt + clockToleranceMs < lastStart,
  );
}

/** Whether there is any session beside an event's own that `seenHabit` could tell something by. */
export const mayTell = (slots: readonly Slot[], own: Session, kind: 'start' | 'stop'): boolean =>
  isMute(own) &&
  own.isStartSeen &&
  slots.some(({ session: one }) => {
    if (one.gatewayId !== own.gatewayId || one.stoppedAt === undefined || !isMute(one)) {
      return false;
    }
    if (isSameSession(one, own)) return false;
    return kind === 'start' ? one.startedAt < own.startedAt && isLong(one) : isBeside(one, own);
  });

/** Says of sessions of one gateway which the Start of a later one has ended. */
export function markReplaced(slots: readonly Slot[], gatewayId: string): void {
  const there = slots.filter(({ session }) => session.gatewayId === gatewayId);
  const starts = there.flatMap(({ session: { isStartSeen, startedAt } }) =>
    isStartSeen ? [startedAt] : [],
  );
  for (const slot of there) {
    const { session } = slot;
    if (!isMute(session) || session.stoppedAt !== undefined) continue;
    const later = starts.filter((time) => time > session.startedAt + clockToleranceMs);
    if (later.length === 0) continue;
    const replacedAt = later.reduce((a, b) => Math.min(a, b), session.replacedAt ?? later[0] ?? 0);
    change(slot, { ...session, replacedAt });
  }
}

/** What the sessions around an event's own show of its gateway. */
export function seenHabit(
  slots: readonly Slot[],
  own: Session,
  { kind, gateway, time }: AccountingEvent,
): SeenHabit | undefined {
  const others = slots
    .map(({ session }) => session)
    .filter((one) => one.gatewayId === gateway.id && isMute(one) && one.stoppedAt !== undefined)
    .filter((one) => !isSameSession(one, own));
  if (!isMute(own) || !own.isStartSeen || others.length === 0) return undefined;
  if (kind === 'start') {
    const before = others.filter((one) => one.startedAt < own.startedAt);
    const isEnded = before.every((one) => stopTime(one) <= own.startedAt + lateStopMs);
    return isEnded && before.some(isLong)
      ? { gatewayId: gateway.id, kind: 'serial', time }
      : undefined;
  }
  if (kind !== 'stop' || own.stoppedAt === undefined) return undefined;
  return others.some((one) => isBeside(one, own))
    ? { gatewayId: gateway.id, kind: 'parallel', time }
    : undefined;
}

/** Whether two went on side by side, longer than a cut-off client's Stop takes to come. */
const isBeside = (a: Session, b: Session): boolean =>
  Math.min(stopTime(a), stopTime(b)) - Math.max(a.startedAt, b.startedAt) > lateStopMs;

/** Longer than any gateway waits with its first interim: it sends none. */
const isLong = (session: Session): boolean =>
  stopTime(session) - session.startedAt > interimPeriodMsMax;

/** Its gateway has sent no interim of it. */
const isMute = ({ lastInterim }: Session): boolean => lastInterim === undefined;
