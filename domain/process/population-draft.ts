// The population during one call: what was read, and what the call's own judgements add to it, so
// that the second user of a call sees what the first one did. Written back once, at the end.

import type { UnixMs } from '../accounting-event.ts';
import {
  addCounts,
  type PopulationCounts,
  type PopulationDelta,
  type PopulationView,
  type Use,
} from '../population/population.ts';
import { type CountsView, StepCounts } from '../population/step-counts.ts';
import { countryUseKey, lineUseKey, networkUseKey, prefixUseKey } from '../population/use-keys.ts';
import { withUse } from '../population/use-news.ts';
import type { OddUserRow } from '../profile/profile.ts';
import { prefixOf } from '../session/observation.ts';
import type { FoldStep, UserEvent, UserPlan } from './fold-plan.ts';
import type { PopulationRead } from './ports.ts';

export class PopulationDraft {
  readonly #read: PopulationRead;
  readonly #steps: StepCounts | undefined;
  readonly #periods = new Map<number, PopulationCounts>();
  readonly #sessions: PopulationCounts[] = [];
  readonly #added: Use[] = [];
  /** Uses as they were seen, by their turn. */
  readonly #turns = new Map<Use, number>();
  readonly #uses = new Map<string, Use>();
  readonly #anomalousUsers = new Map<string, OddUserRow[]>();
  readonly #use = (key: string): Use | undefined => this.#uses.get(key) ?? this.#read.use(key);

  constructor(read: PopulationRead) {
    this.#read = read;
    this.#steps = read.steps && new StepCounts(read.steps);
  }

  /**
   * What was read, with the uses seen since. Counts are those before the hour of `time` where the
   * store keeps them by the hour; else they stay as read: they move slowly. They are summed when
   * they are asked for: most records call for no judgement.
   */
  view(time: UnixMs): PopulationView {
    const steps = this.#steps;
    if (!steps) return { ...this.#read, use: this.#use };
    let known: CountsView | undefined;
    const at = (): CountsView => {
      known ??= steps.at(time);
      return known;
    };
    return {
      malicious: this.#read.malicious,
      use: this.#use,
      get counts() {
        return at().counts;
      },
      get users() {
        return at().users;
      },
      get days() {
        return at().days;
      },
    };
  }

  /** Shows to those who are folded later what an event has shown, written or not. */
  see({ uses, counts, indexRows }: FoldStep): void {
    for (const use of uses) {
      const known = this.#uses.get(use.key) ?? this.#read.use(use.key);
      this.#uses.set(use.key, withUse(known, use));
      this.#turns.set(use, this.#turns.size);
    }
    for (const one of counts) this.#steps?.add(one.counts);
    for (const row of indexRows) {
      if (row.type !== 'odd-user') continue;
      this.#anomalousUsers.set(row.key, [...this.anomalousUsers(row.key), row]);
    }
  }

  /** Users of this call who came anomalously from a place that is new to the organisation. */
  anomalousUsers(key: string): readonly OddUserRow[] {
    return this.#anomalousUsers.get(key) ?? [];
  }

  /** Adds the counts and uses of a plan that is written. */
  add({ counts, uses }: Pick<UserPlan, 'counts' | 'uses'>): void {
    for (const { period, counts: more } of counts) {
      const known = this.#periods.get(period);
      this.#periods.set(period, known ? addCounts(known, more) : more);
      this.#sessions.push(more);
    }
    this.#added.push(...uses);
  }

  /** Undefined when there is nothing to write. Uses are in the order in which they were seen. */
  delta(): PopulationDelta | undefined {
    if (this.#periods.size === 0 && this.#added.length === 0) return undefined;
    const turnOf = (use: Use): number => this.#turns.get(use) ?? this.#turns.size;
    const uses = this.#added.sort((a, b) => turnOf(a) - turnOf(b));
    return { periods: this.#periods, sessions: this.#sessions, uses };
  }
}

/** The uses that judging these events may ask for. */
export function populationKeys(events: readonly UserEvent[]): readonly string[] {
  const keys = new Set<string>();
  for (const { event, location } of events) {
    if (!location || location.kind === 'special') continue;
    if (location.network.asn !== 0) {
      keys.add(networkUseKey(location.network.asn));
      keys.add(lineUseKey(location.network.asn));
    }
    if (location.kind === 'located') keys.add(countryUseKey(location.country));
    const prefix = event.clientAddress && prefixOf(event.clientAddress);
    const isRoaming = ['mobile', 'satellite'].includes(location.network.type);
    if (prefix && !isRoaming) keys.add(prefixUseKey(prefix.key));
  }
  return [...keys];
}
