// A day and more of an organisation for the index of open sessions: gateways with and without
// interims, Stops that are lost, repeats through a second relay, records that come late and out of
// order, restarts. The same for the same seed.

import type { AccountingEvent } from '../../domain/accounting-event.ts';
import { addresses, eventOf, hourMs, minuteMs, morning } from './events.ts';

/** What comes at a time, in the order of arrival. */
export type Arrival = { readonly at: number; readonly event: AccountingEvent };

/** Gateways and how often they send interims, minutes; 0: never. */
const gateways = [
  ['vpn-none', 0],
  ['vpn-1', 10],
  ['vpn-2', 30],
  ['vpn-3', 60],
] as const;

/** A small generator of numbers from 0 to 1 (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function openLife(options: {
  readonly users: number;
  readonly hours: number;
  readonly seed: number;
}): readonly Arrival[] {
  const random = randomOf(options.seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const arrivals: Arrival[] = [];
  const say = (event: AccountingEvent): void => {
    const late = random();
    const lateMs = late < 0.7 ? 0 : late < 0.97 ? late * 10 * minuteMs : 2 * hourMs;
    arrivals.push({ at: event.time + lateMs, event });
    // Through another relay, minutes later.
    if (random() < 0.15) arrivals.push({ at: event.time + lateMs + 3 * minuteMs, event });
  };
  const end = morning + options.hours * hourMs;
  for (let user = 0; user < options.users; user += 1) {
    let start = morning + random() * 4 * hourMs;
    for (let turn = 0; start < end; turn += 1) {
      const [gateway, minutes] = pick(gateways);
      const minutesLong = Math.ceil(20 + random() ** 2 * 700);
      const session = {
        user: `user-${user}`,
        gateway,
        sessionId: `s-${user}-${turn}`,
        address: pick(addresses),
      };
      const whole = Math.floor(start / 1000) * 1000;
      say(eventOf({ ...session, at: whole }));
      for (let minute = minutes; minutes > 0 && minute < minutesLong; minute += minutes) {
        const seconds = minute * 60;
        const at = whole + seconds * 1000;
        say(eventOf({ ...session, kind: 'interim', at, seconds, octetsIn: `${seconds}0` }));
      }
      const seconds = minutesLong * 60;
      const at = whole + seconds * 1000;
      if (random() < 0.8) say(eventOf({ ...session, kind: 'stop', at, seconds }));
      start = at + (random() * 4 - 0.5) * hourMs;
    }
  }
  const restart = morning + 9 * hourMs;
  say(eventOf({ kind: 'gateway-on', form: 'none', user: '', gateway: 'vpn-2', at: restart }));
  return arrivals.sort((a, b) => a.at - b.at);
}
