// The border of the domain: what of an event cannot be true is left out here and flagged, so that
// nothing behind it has to doubt a number. The rest of the event is kept as it is.
// Rules and their price: decisions 0015 and 0016. Pure, and idempotent under one arrival.

import type { AccountingEvent, EventFlag, UnixMs, UserName } from './accounting-event.ts';
import {
  eventTimeFutureMsMax,
  eventTimeMin,
  importedTimeFutureMsMax,
  sessionSecondsMax,
  userNameCharactersMax,
} from './limits.ts';

/** A stable hash as text of letters, digits, `-` and `_`. */
type Hash = (text: string) => string;

/**
 * The event with what can be true of it.
 *
 * - `receivedTime` and `time` are at most 5 minutes after `receivedAt`, and `time` is at most as
 *   much after `receivedTime` (15 h in history, whose zone is unknown); both are of 2000 or later.
 *   What is not becomes the nearest arrival that can be: `clock-suspect`.
 * - `session.seconds` is at most 400 days and begins no session before 2000, else it is absent:
 *   `invalid-attributes`.
 * - `user` is at most 253 characters, texts are well-formed Unicode: `invalid-attributes`.
 *
 * @param receivedAt when the ingest edge took the event's batch; Infinity where nobody knows
 * @param hash keeps names that are cut apart
 */
export function boundEvent(
  event: AccountingEvent,
  receivedAt: UnixMs,
  hash: Hash,
): AccountingEvent {
  const texts = wellFormed(event);
  const times = boundTimes(texts, receivedAt);
  const user = boundName(texts.user, hash);
  const session = boundSession(texts.session, times.time);
  const isTimeMoved = times.time !== event.time || times.receivedTime !== event.receivedTime;
  const isLeftOut = texts !== event || user !== texts.user || session !== texts.session;
  if (!isTimeMoved && !isLeftOut) return event;
  const flags: EventFlag[] = [...event.flags];
  if (isTimeMoved) add(flags, 'clock-suspect');
  if (isLeftOut) add(flags, 'invalid-attributes');
  return { ...texts, ...times, user, session, flags };
}

function add(flags: EventFlag[], flag: EventFlag): void {
  if (!flags.includes(flag)) flags.push(flag);
}

/** The arrival first: what the event's own time is held to. */
function boundTimes(
  event: AccountingEvent,
  receivedAt: UnixMs,
): { readonly time: UnixMs; readonly receivedTime: UnixMs } {
  const latest = receivedAt + eventTimeFutureMsMax;
  const isKnown = Number.isFinite(receivedAt);
  const canBe = (time: UnixMs): boolean => time >= eventTimeMin && time <= latest;
  const arrival = isKnown ? receivedAt : Math.max(event.time, eventTimeMin);
  const receivedTime = canBe(event.receivedTime) ? event.receivedTime : arrival;
  const isImported = event.flags.includes('imported');
  const aheadMsMax = isImported ? importedTimeFutureMsMax : eventTimeFutureMsMax;
  const canBeTime = canBe(event.time) && event.time <= receivedTime + aheadMsMax;
  return { time: canBeTime ? event.time : receivedTime, receivedTime };
}

function boundSession(session: AccountingEvent['session'], time: UnixMs) {
  const { seconds, ...rest } = session;
  if (seconds === undefined) return session;
  const isBelieved = seconds <= sessionSecondsMax && time - seconds * 1000 >= eventTimeMin;
  return isBelieved ? session : rest;
}

/** Names of more than an attribute can hold did not come from one: cut, with a hash to tell. */
function boundName(user: UserName, hash: Hash): UserName {
  const { raw, account, domain = '' } = user;
  const length = Math.max(raw.length, account.length + domain.length);
  if (length <= userNameCharactersMax) return user;
  const digest = hash(JSON.stringify([raw, account, domain]));
  const cut = `${raw.slice(0, userNameCharactersMax - digest.length - 1)}~${digest}`;
  return { raw: cut, account: cut, form: 'plain' };
}

const loneSurrogate = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const surrogate = /[\ud800-\udfff]/;

/** Whether plain data, its names of fields included, has characters that may lack their half. */
function mayBeCut(value: unknown): boolean {
  if (typeof value === 'string') return surrogate.test(value);
  if (typeof value !== 'object' || value === null) return false;
  for (const name in value) {
    if (surrogate.test(name) || mayBeCut((value as Record<string, unknown>)[name])) return true;
  }
  return false;
}

/** The event itself when all of its texts are well-formed, which tables and hashes need. */
function wellFormed(event: AccountingEvent): AccountingEvent {
  if (!mayBeCut(event)) return event;
  const json = JSON.stringify(event);
  // JSON.stringify escapes lone surrogates, and nothing else this way.
  if (!/\\ud[89a-f]/i.test(json)) return event;
  const mended = JSON.parse(json, (_key, value: unknown) =>
    typeof value === 'string' ? value.replace(loneSurrogate, '\ufffd') : value,
  ) as AccountingEvent;
  return JSON.stringify(mended) === json ? event : mended;
}
