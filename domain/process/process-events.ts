// The one path that cloud, local run and replay share: order -> locate -> judge -> fold.
// It never decides what becomes of a failed user's message: it reports, the caller retries.

import type { AccountingEvent } from '../accounting-event.ts';
import type { Location } from '../location.ts';
import type { EventOutcome } from '../outcome.ts';
import { emptyPopulation } from '../population/population.ts';
import type { HeardWord } from '../session/last-word.ts';
import type { IndexNews } from '../session/open-session.ts';
import { type Restarts, serviceOf } from '../session/restart.ts';
import { sessionRules } from '../session/session-rules.ts';
import { userKey as keyOf } from '../user-name.ts';
import type { UserEvent } from './fold-plan.ts';
import { isRestart, restartsInOrder } from './fold-together.ts';
import { inParallel } from './in-parallel.ts';
import { PopulationDraft, populationKeys } from './population-draft.ts';
import type { ProcessPorts } from './ports.ts';
import { byTime, type Call, type ProcessedEvent, processUsers, retry } from './process-user.ts';
import { isBareRepeat } from './session-slots.ts';
import { HabitDraft, type SeenHabit } from './slot-replaced.ts';

export type { ProcessedEvent } from './process-user.ts';

/**
 * Processes events of any users in any order.
 * @param repeated events that came before and may have been interrupted in the middle of writing
 * @returns one entry per event, in no particular order. Nothing of a `retried` user is half-done in
 * a way that a repeat would not complete.
 */
export async function processEvents(
  ports: ProcessPorts,
  events: readonly AccountingEvent[],
  repeated: ReadonlySet<AccountingEvent> = new Set(),
): Promise<ProcessedEvent[]> {
  const settings = await ports.settings();
  const users = new Map<string, UserEvent[]>();
  const done: ProcessedEvent[] = [];
  const restarts: AccountingEvent[] = [];
  const profiled: AccountingEvent[] = [];

  for (const event of events) {
    const end = endWithoutProfile(event);
    if (end) done.push({ event, outcome: end });
    else if (isRestart(event)) restarts.push(event);
    else profiled.push(event);
  }
  const locations = await locateAll(ports, profiled);
  if (locations instanceof Failed) {
    done.push(...profiled.map((event) => shared(event, locations)));
  } else {
    for (const event of profiled) {
      const key = keyOf(event.user, settings.domains);
      const location = event.clientAddress ? locations.get(event.clientAddress) : undefined;
      const known = users.get(key);
      if (known) known.push({ event, location });
      else users.set(key, [{ event, location }]);
    }
  }
  const struck = [...users.values()].flat();
  // What restarts now is read apart from what had: nothing is ended before its time.
  const known = await readRestarts(ports, struck);
  await inParallel(restarts, async (event) => {
    done.push(await raise(ports, event));
  });
  const draft = await openDraft(ports, struck);
  if (draft instanceof Failed || known instanceof Failed) {
    const failed = draft instanceof Failed ? draft : (known as Failed);
    done.push(...struck.map(({ event }) => shared(event, failed)));
    return done;
  }
  const order = orderOf(ports, events);
  const inOrder = [...events].sort((a, b) => order({ event: a }, { event: b }));
  const restartsAt = restartsInOrder(known, inOrder);
  const detection = settings.detection ?? {};
  const { domains } = settings;
  const words: HeardWord[] = [];
  const news = { opened: [], ended: [] };
  const seenHabits: SeenHabit[] = [];
  const habits = await habitsOf(ports, struck);
  const gateways = new Set(struck.map(({ event }) => event.gateway.id));
  const heard = { words, news, restartsAt, order, gateways, bursts: [], habits, seenHabits };
  const rules = sessionRules(settings);
  const call: Call = { ports, draft, detection, domains, rules, repeated, ...heard };
  const processed = await processUsers(call, users);
  await closeDraft(ports, draft);
  // Approximate by contract: who cannot write it has seen it in vain.
  if (seenHabits.length > 0) await ports.gateways.learn?.(seenHabits).catch(() => undefined);
  const failed = await addWords(ports, words, news);
  return [...done, ...(failed ? processed.map(({ event }) => shared(event, failed)) : processed)];
}

/** As they were given where that is the order that counts, else by time. */
function orderOf({ isInOrder }: ProcessPorts, events: readonly AccountingEvent[]): Call['order'] {
  if (isInOrder !== true) return byTime;
  const places = new Map(events.map((event, at) => [event, at]));
  const placeOf = ({ event }: Pick<UserEvent, 'event'>): number => places.get(event) ?? 0;
  return (a, b) => placeOf(a) - placeOf(b);
}

/** Writes what was heard of all users at once. When it fails all events come again, and say it. */
async function addWords(
  { words }: ProcessPorts,
  heard: readonly HeardWord[],
  news: IndexNews,
): Promise<Failed | undefined> {
  const isAny = heard.length + news.opened.length + news.ended.length > 0;
  if (!words || !isAny) return undefined;
  try {
    await words.add(heard, news);
    return undefined;
  } catch (cause) {
    return new Failed(cause);
  }
}

/** Reads what the organisation does, once for the call. */
async function openDraft(
  ports: ProcessPorts,
  events: readonly UserEvent[],
): Promise<PopulationDraft | Failed> {
  const times = events.map(({ event }) => event.time);
  if (!ports.population || times.length === 0) return new PopulationDraft(emptyPopulation);
  try {
    const latest = times.reduce((a, b) => Math.max(a, b));
    return new PopulationDraft(await ports.population.view(populationKeys(events), latest));
  } catch (cause) {
    return new Failed(cause);
  }
}

/** Reads when the gateways of the events last restarted. */
async function readRestarts(
  { gateways }: ProcessPorts,
  events: readonly UserEvent[],
): Promise<ReadonlyMap<string, Restarts> | Failed> {
  const ids = [...new Set(events.map(({ event }) => event.gateway.id))];
  if (ids.length === 0) return new Map();
  try {
    return await gateways.watermarks(ids);
  } catch (cause) {
    return new Failed(cause);
  }
}

/** What is known of the gateways of these events; nothing if that fails. */
async function habitsOf(
  { gateways }: ProcessPorts,
  events: readonly UserEvent[],
): Promise<HabitDraft> {
  const ids = [...new Set(events.map(({ event }) => event.gateway.id))];
  if (ids.length === 0) return new HabitDraft();
  return new HabitDraft(await gateways.habits?.(ids).catch(() => undefined));
}

/** Writes what the call added, once. Every person's own state is written: a loss costs accuracy. */
async function closeDraft(ports: ProcessPorts, draft: PopulationDraft): Promise<void> {
  const delta = draft.delta();
  if (!ports.population || !delta) return;
  try {
    await ports.population.add(delta);
  } catch (error) {
    // The statistics are approximate by contract, and a repeat of the events would not bring it
    // back: it is counted and logged, and the events are done.
    ports.onPopulationLost?.(error);
  }
}

/** Events that end without touching any profile. */
function endWithoutProfile(event: AccountingEvent): EventOutcome | undefined {
  if (isRestart(event)) return undefined;
  if (event.kind === 'other') return 'no-session';
  if (event.flags.includes('not-vpn')) return 'not-vpn';
  return event.user.form === 'none' ? 'no-user' : undefined;
}

class Failed {
  readonly cause: unknown;
  constructor(cause: unknown) {
    this.cause = cause;
  }
}

/** One sorted, deduplicated question per call: neither order nor multiplicity leaks. */
async function locateAll(
  ports: ProcessPorts,
  events: readonly AccountingEvent[],
): Promise<ReadonlyMap<string, Location> | Failed> {
  const addresses = [...new Set(events.flatMap((event) => event.clientAddress ?? []))].sort();
  if (addresses.length === 0) return new Map();
  try {
    return await ports.locate(addresses);
  } catch (cause) {
    return new Failed(cause);
  }
}

/** A fault that struck all events alike. */
const shared = (event: AccountingEvent, { cause }: Failed): ProcessedEvent => ({
  ...retry(event, cause),
  isSharedFault: true,
});

async function raise(ports: ProcessPorts, event: AccountingEvent): Promise<ProcessedEvent> {
  // It was said when it was first recorded; taken at its arrival it would end what began since.
  if (isBareRepeat(event)) return { event, outcome: 'duplicate' };
  try {
    const { gateway, time } = event;
    await ports.gateways.raiseWatermark(gateway.id, time, serviceOf(gateway));
    return { event, outcome: 'gateway-restart' };
  } catch (error) {
    return retry(event, error);
  }
}
