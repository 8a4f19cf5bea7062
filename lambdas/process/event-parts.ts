// How the events of an invocation are cut into parts that are begun one after the other, as far as
// its time allows: a user is read and written once for all events in a part.

import type { AccountingEvent } from '../../domain/accounting-event.ts';

/** About 15 s of writing when all are of users never seen before. */
const eventsAtOnceMax = 1_000;

/** What one user may have in a part of ordered events: a fold looks at all sessions for each. */
const eventsOfOneMax = 1_000;

/**
 * Parts of bounded size; whoever is spelled alike is in one of them.
 * @param isInOrder as they came instead
 */
export function partsOf(
  events: readonly AccountingEvent[],
  sizeMax = eventsAtOnceMax,
  isInOrder = false,
): readonly (readonly AccountingEvent[])[] {
  if (isInOrder) return partsInOrder(events, sizeMax);
  if (events.length <= sizeMax) return [events];
  const people = new Map<string, AccountingEvent[]>();
  for (const event of events) {
    const name = event.user.account.toLowerCase();
    const known = people.get(name);
    if (known) known.push(event);
    else people.set(name, [event]);
  }
  const parts: AccountingEvent[][] = [[]];
  for (const own of people.values()) {
    const last = parts.at(-1) ?? [];
    if (last.length > 0 && last.length + own.length > sizeMax) parts.push([...own]);
    else last.push(...own);
  }
  return parts;
}

function partsInOrder(
  events: readonly AccountingEvent[],
  sizeMax: number,
): readonly (readonly AccountingEvent[])[] {
  const parts: AccountingEvent[][] = [];
  const ofOne = new Map<string, number>();
  for (const event of events) {
    const name = event.user.account.toLowerCase();
    const before = ofOne.get(name) ?? 0;
    let last = parts.at(-1);
    if (!last || last.length === sizeMax || before === eventsOfOneMax) {
      ofOne.clear();
      last = [];
      parts.push(last);
    }
    ofOne.set(name, (ofOne.get(name) ?? 0) + 1);
    last.push(event);
  }
  return parts.length === 0 ? [events] : parts;
}
