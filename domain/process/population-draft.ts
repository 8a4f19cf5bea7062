// The population during one call: what was read, and what the call's own judgements add to it, so
// that the second user of a call sees what the first one did. Written back once, at the end.

import {
  addCounts,
  mergeUses,
  type PopulationCounts,
  type PopulationDelta,
  type PopulationView,
  type Use,
} from '../population/population.ts';
import { countryUseKey, lineUseKey, networkUseKey, prefixUseKey } from '../population/use-keys.ts';
import type { OddUserRow } from '../profile/profile.ts';
import { prefixOf } from '../session/observation.ts';
import type { UserEvent, UserPlan } from './fold-user.ts';

export class PopulationDraft {
  readonly #read: PopulationView;
  readonly #periods = new Map<number, PopulationCounts>();
  readonly #uses = new Map<string, Use>();
  readonly #seen = new Map<string, Use>();
  readonly #anomalousUsers = new Map<string, OddUserRow[]>();

  constructor(read: PopulationView) {
    this.#read = read;
  }

  /** What was read, with the uses seen since. Counts stay as read: they move slowly. */
  view(): PopulationView {
    const use = (key: string): Use | undefined => {
      const read = this.#read.use(key);
      const added = this.#seen.get(key);
      return read && added ? mergeUses(read, added) : (read ?? added);
    };
    return { ...this.#read, use };
  }

  /** Shows those who are folded later what a plan has seen, written or not. */
  see({ uses, profile }: Pick<UserPlan, 'uses' | 'profile'>): void {
    for (const use of uses) {
      const known = this.#seen.get(use.key);
      this.#seen.set(use.key, known ? mergeUses(known, use) : use);
    }
    for (const row of profile?.pending.indexRows ?? []) {
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
    }
    for (const use of uses) {
      const known = this.#uses.get(use.key);
      this.#uses.set(use.key, known ? mergeUses(known, use) : use);
    }
  }

  /** Undefined when there is nothing to write. */
  delta(): PopulationDelta | undefined {
    if (this.#periods.size === 0 && this.#uses.size === 0) return undefined;
    return { periods: this.#periods, uses: [...this.#uses.values()] };
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
