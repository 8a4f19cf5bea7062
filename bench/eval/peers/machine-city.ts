// A guess of what Microsoft's alert rests on, by its documentation: the machines and the locations
// of a user over a sliding month, silent before 30 days and 5 connections. How rare is this
// machine, and how rare this city? A missing machine says nothing.

import { placeKey } from '../../../domain/location.ts';
import { dayMs } from '../parameters.ts';
import type { Scorer } from '../scorer.ts';

const windowMs = 30 * dayMs;
const connectionsMin = 5;

type Past = { readonly at: number; readonly city: string; readonly machine: string | undefined };

/** Sum of the surprise of city and machine, in nats. */
export function makeMachineCity(): Scorer {
  const users = new Map<number, { readonly since: number; past: Past[] }>();
  return {
    name: 'machine + city, 30-day gate',
    isRule: false,
    score: ({ person, start, location, device }) => {
      const user = users.get(person) ?? { since: start, past: [] };
      users.set(person, user);
      user.past = user.past.filter(({ at }) => start - at < windowMs);
      const { past } = user;
      const city = placeKey(location);
      const machine = device?.key;
      const isOpen = start - user.since >= windowMs && past.length >= connectionsMin;
      const ofCity = past.filter((one) => one.city === city).length;
      const withMachine = past.filter((one) => one.machine !== undefined);
      const ofMachine = withMachine.filter((one) => one.machine === machine).length;
      const score =
        surprise(ofCity, past.length) +
        (machine !== undefined && withMachine.length > 0
          ? surprise(ofMachine, withMachine.length)
          : 0);
      past.push({ at: start, city, machine });
      return isOpen ? score : Number.NEGATIVE_INFINITY;
    },
  };
}

function surprise(count: number, total: number): number {
  return Math.log((total + 1) / (count + 0.5));
}
