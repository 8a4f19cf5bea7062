// The sessions that are open at gateways a relay may ask to end them, by the gateways' own packets.
// Promise: pure and bounded; a session is open from its Start, or the first that is heard of it,
// until its Stop, a restart of its service, or a day of silence. Equal records in equal order give
// an equal table. It is kept by follow-journal.ts, and holds personal data.

import type { AccountingEvent, UnixMs } from '../../domain/accounting-event.ts';
import { restartToleranceMs } from '../../domain/limits.ts';
import { restartOf, type Service, serviceOf } from '../../domain/session/restart.ts';
import { foldText, parseUserName } from '../../domain/user-name.ts';
import { readText } from '../radius/attribute-set.ts';
import type { SessionMarks } from './session-marks.ts';

export type KnownSession = {
  /** `GatewayConfig.name`, or `name/source` inside a block. */
  readonly gatewayId: string;
  /** Where its last packet came from, canonical. */
  readonly address: string;
  readonly sessionId: string;
  readonly marks: SessionMarks;
  /** Time of the Start, by the event; absent: none was seen. */
  readonly startedTime?: UnixMs;
  /** The last word, by the event and by arrival. */
  readonly lastTime: UnixMs;
  readonly heardTime: UnixMs;
  readonly service?: Service;
  readonly ended?: { readonly time: UnixMs; readonly by: 'stop' | 'restart' };
};

/** What a record changed, for whoever waits for it. */
export type SessionChange =
  | { readonly kind: 'began'; readonly session: KnownSession }
  | { readonly kind: 'ended'; readonly session: KnownSession };

/** One record of an opted-in gateway, decoded. */
export type SessionRecord = {
  readonly event: AccountingEvent;
  readonly marks: SessionMarks;
};

/** Open sessions kept; the longest unheard goes first. */
export const openSessionsMax = 100_000;
/** A session with no word for so long is open no more (decision 0021). */
export const silentAfterMs = 24 * 3_600_000;
/** How long an end is known: orders expire long before. */
const endedKeptMs = 3_600_000;

/** The account of a name, as spellings of one account are compared. */
export const accountOf = (name: string): string => foldText(parseUserName(name).account);

/** The account of a session; empty when it has no name. */
export function accountOfSession({ marks }: Pick<KnownSession, 'marks'>): string {
  return marks.userName === undefined ? '' : accountOf(readText(marks.userName));
}

export class OpenSessions {
  readonly #sessions = new Map<string, KnownSession>();
  readonly #sessionsMax: number;

  constructor(sessionsMax = openSessionsMax) {
    this.#sessionsMax = sessionsMax;
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** Takes a record in; answers what it changed. */
  see(record: SessionRecord): readonly SessionChange[] {
    const { kind } = record.event;
    if (kind === 'gateway-on' || kind === 'gateway-off') return this.#restart(record.event);
    if (kind !== 'start' && kind !== 'interim' && kind !== 'stop') return [];
    const { id } = record.event.session;
    if (id === undefined || record.marks.sessionId === undefined) return [];
    const key = keyOf(record.event.gateway.id, id, accountOfSession(record));
    const known = this.#sessions.get(key);
    const next = nextOf(known, record, id);
    if (!next || next === known) return [];
    this.#sessions.delete(key);
    this.#sessions.set(key, next);
    this.#bound();
    if (next.ended) return known?.ended ? [] : [{ kind: 'ended', session: next }];
    const isNew = !known || known.ended !== undefined || isOther(known, next);
    return isNew ? [{ kind: 'began', session: next }] : [];
  }

  /** Every session of this id at this gateway, whoever's: ids are unique, but not everywhere. */
  named(gatewayId: string, sessionId: string): readonly KnownSession[] {
    return [...this.#sessions.values()].filter(
      (session) => session.gatewayId === gatewayId && session.sessionId === sessionId,
    );
  }

  /** Open sessions of an account at a gateway. */
  openOf(gatewayId: string, account: string, now: UnixMs): readonly KnownSession[] {
    return [...this.#sessions.values()].filter(
      (session) =>
        session.gatewayId === gatewayId &&
        isOpen(session, now) &&
        accountOfSession(session) === account,
    );
  }

  /** Forgets what is over or unheard. */
  forget(now: UnixMs): void {
    for (const [key, session] of this.#sessions) {
      const { ended, heardTime } = session;
      const keptMs = ended ? endedKeptMs : 7 * silentAfterMs;
      if (heardTime < now - keptMs) this.#sessions.delete(key);
    }
  }

  /** Longest unheard first. */
  list(): readonly KnownSession[] {
    return [...this.#sessions.values()];
  }

  restore(sessions: readonly KnownSession[]): void {
    for (const session of sessions) {
      const { gatewayId, sessionId } = session;
      this.#sessions.set(keyOf(gatewayId, sessionId, accountOfSession(session)), session);
    }
    this.#bound();
  }

  #restart(event: AccountingEvent): readonly SessionChange[] {
    const service = serviceOf(event.gateway);
    const restarts = [{ time: event.time, ...(service && { service }) }];
    const changes: SessionChange[] = [];
    for (const [key, session] of this.#sessions) {
      if (session.gatewayId !== event.gateway.id || session.ended) continue;
      const time = restartOf(session, restarts);
      if (time === undefined || time + restartToleranceMs < session.lastTime) continue;
      const ended = { ...session, ended: { time, by: 'restart' as const } };
      this.#sessions.set(key, ended);
      changes.push({ kind: 'ended', session: ended });
    }
    return changes;
  }

  #bound(): void {
    for (const key of this.#sessions.keys()) {
      if (this.#sessions.size <= this.#sessionsMax) return;
      this.#sessions.delete(key);
    }
  }
}

export function isOpen({ ended, heardTime }: KnownSession, now: UnixMs): boolean {
  return ended === undefined && heardTime > now - silentAfterMs;
}

const keyOf = (gatewayId: string, sessionId: string, account: string): string =>
  JSON.stringify([gatewayId, sessionId, account]);

/** Another session of the same id: a Start that is no repeat of the one known. */
function isOther(known: KnownSession, next: KnownSession): boolean {
  return next.startedTime !== undefined && next.startedTime !== known.startedTime;
}

/** The session after a record; undefined or the same: the record changes nothing. */
function nextOf(
  known: KnownSession | undefined,
  { event, marks }: SessionRecord,
  sessionId: string,
): KnownSession | undefined {
  const isStart = event.kind === 'start';
  const isStale = known?.ended !== undefined && (!isStart || event.time <= known.ended.time);
  // Records that were late or sent again tell nothing of now; a restart can be taken back.
  if (isStale && !(known.ended?.by === 'restart' && event.time > known.ended.time)) return known;
  if (event.kind === 'stop' && known && event.time < (known.startedTime ?? 0)) return known;
  const isAnew = isStart && (known?.ended !== undefined || event.time > startOf(known));
  const before = isAnew ? undefined : known;
  const service = serviceOf(event.gateway);
  const startedTime = isStart ? (before?.startedTime ?? event.time) : before?.startedTime;
  return {
    gatewayId: event.gateway.id,
    address: event.gateway.address,
    sessionId,
    marks: { ...before?.marks, ...marks },
    ...(startedTime !== undefined && { startedTime }),
    lastTime: Math.max(before?.lastTime ?? 0, event.time),
    heardTime: Math.max(before?.heardTime ?? 0, event.receivedTime),
    ...(service && { service }),
    ...(event.kind === 'stop' && { ended: { time: event.time, by: 'stop' as const } }),
  };
}

const startOf = (known: KnownSession | undefined): UnixMs =>
  known?.startedTime ?? known?.lastTime ?? Number.NEGATIVE_INFINITY;
