// Records that name no user, beside others of the same session that do: a Stop may lack User-Name
// (RFC 2866 section 5.13 allows it), and gateway and Acct-Session-Id say whose it is. Pure.

import type { AccountingEvent, UserName } from './accounting-event.ts';

/**
 * The events with a name for those that have none, where another of the same gateway and session
 * id has one, and all that have one agree.
 */
export function nameBySession(events: readonly AccountingEvent[]): readonly AccountingEvent[] {
  if (!events.some(isNameless)) return events;
  const names = new Map<string, UserName | undefined>();
  for (const event of events) {
    const key = keyOf(event);
    if (key === undefined || event.user.form === 'none') continue;
    const known = names.get(key);
    const isOther = names.has(key) && known?.raw !== event.user.raw;
    names.set(key, isOther ? undefined : event.user);
  }
  return events.map((event) => {
    const user = isNameless(event) ? names.get(keyOf(event) ?? '') : undefined;
    return user ? { ...event, user } : event;
  });
}

const isNameless = ({ user, kind }: AccountingEvent): boolean =>
  user.form === 'none' && (kind === 'start' || kind === 'interim' || kind === 'stop');

const keyOf = ({ gateway, session }: AccountingEvent): string | undefined =>
  session.id === undefined ? undefined : `${gateway.id}\0${session.id}`;
