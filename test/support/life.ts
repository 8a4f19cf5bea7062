// A person's ordinary weeks before the test morning, and what the judge says of one more session.

import type { AccountingEvent } from '../../domain/accounting-event.ts';
import type { Location, NetworkType } from '../../domain/location.ts';
import type { ProcessPorts } from '../../domain/process/ports.ts';
import { processEvents } from '../../domain/process/process-events.ts';
import type { DetectionSettings } from '../../domain/settings.ts';
import type { MemoryPopulation } from '../../local/replay/memory-population.ts';
import {
  type EventOptions,
  hash,
  hourMs,
  locationOf,
  morning,
  sessionEvents,
  settings,
} from './events.ts';
import { type MemoryStore, makeMemoryStore } from './memory-store.ts';
import { rememberedParts, remembering } from './remembered-plays.ts';

export const london = '81.2.69.142';
export const tokyo = '126.0.0.1';
export const dayMs = 24 * hourMs;

/** A session a day for so many days up to the test morning, from home on one computer. */
export function ordinaryDays(
  days: number,
  options: Partial<EventOptions> = {},
): readonly AccountingEvent[] {
  return Array.from({ length: days }, (_, index) =>
    sessionEvents({
      address: london,
      device: 'LT-0412',
      minutes: 90,
      ...options,
      sessionId: `usual-${index}`,
      at: morning - (days - index) * dayMs,
    }),
  ).flat();
}

/** Everything processEvents needs, over a store in memory; `types` overrides network types. */
export type TestOrganization = {
  readonly store: MemoryStore;
  readonly population: MemoryPopulation;
  readonly ports: ProcessPorts;
  /** Processes the events, each in an invocation of its own, and fails if one has to be retried. */
  play(events: readonly AccountingEvent[]): Promise<void>;
};

export function makeOrganization(
  options: {
    readonly types?: Readonly<Record<string, NetworkType>>;
    readonly detection?: DetectionSettings;
    /** Nobody is around: what is judged and learned depends on the user alone. */
    readonly isAlone?: boolean;
  } = {},
): TestOrganization {
  const parts = rememberedParts(makeMemoryStore(), hash);
  const { store, population, words } = parts;
  const locate = (list: readonly string[]): Promise<ReadonlyMap<string, Location>> =>
    Promise.resolve(new Map(list.map((one) => [one, locationOf(one, options.types?.[one])])));
  const ports: ProcessPorts = {
    users: store.users,
    gateways: store.gateways,
    locate,
    settings: async () => ({ ...(await settings()), detection: options.detection ?? {} }),
    hash,
    words,
    ...(options.isAlone ? {} : { population }),
  };
  /** Of network types, those of other addresses decide nothing. */
  const about = (events: readonly AccountingEvent[]): object => ({
    ...options,
    types: [...new Set(events.map(({ clientAddress = '' }) => clientAddress))].map(
      (one) => options.types?.[one] ?? '',
    ),
  });
  const play = remembering(parts, about, async (events) => {
    for (const event of events) {
      const done = await processEvents(ports, [event]);
      for (const { error } of done) if (error !== undefined) throw error;
    }
  });
  return { store, population, ports, play };
}
