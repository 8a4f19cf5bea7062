// Rows that users are found by (of cells, devices, the directory), gathered from all users of a
// call and written together: nothing waits for them but the end of the call, and until they are
// written the profile's `pending` has them.

import type { ProfileIndexRow } from '../profile/profile.ts';
import { inParallel } from './in-parallel.ts';
import type { UserStore } from './ports.ts';

/** Users whose rows go together: some requests, and few repeats when one of them fails. */
const usersTogether = 25;

type Entry = { readonly userKey: string; readonly rows: readonly ProfileIndexRow[] };

export class LookupRows {
  readonly #users: Pick<UserStore, 'putIndexRows'>;
  readonly #entries: Entry[] = [];

  constructor(users: Pick<UserStore, 'putIndexRows'>) {
    this.#users = users;
  }

  add(userKey: string, rows: readonly ProfileIndexRow[]): void {
    if (rows.length > 0) this.#entries.push({ userKey, rows });
  }

  /** Writes what was gathered. @returns what failed, by user, and nobody's for a neighbour's */
  async write(): Promise<ReadonlyMap<string, unknown>> {
    const failed = new Map<string, unknown>();
    const groups: Entry[][] = [];
    for (let from = 0; from < this.#entries.length; from += usersTogether) {
      groups.push(this.#entries.slice(from, from + usersTogether));
    }
    await inParallel(groups, async (group) => {
      try {
        await this.#users.putIndexRows(group.flatMap(({ rows }) => rows));
      } catch (error) {
        const [only] = group;
        if (only && group.length === 1) failed.set(only.userKey, error);
        else await this.#writeEach(group, failed);
      }
    });
    return failed;
  }

  async #writeEach(group: readonly Entry[], failed: Map<string, unknown>): Promise<void> {
    for (const { userKey, rows } of group) {
      try {
        await this.#users.putIndexRows(rows);
      } catch (error) {
        failed.set(userKey, error);
      }
    }
  }
}
