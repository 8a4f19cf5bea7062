// Erases a user: deletes everything the tables hold about the user, and prevents records received
// earlier from restoring it. A crash at any point leaves a request that can be repeated. Rows that
// a writer with a stale view wrote meanwhile are deleted by the `sweep` function minutes later.
// An erased user is remembered by a keyed hash: enough to recognise the user, not to name them. The
// name itself is kept, encrypted, until the sweep has been there.

import type { AccountingEvent, UnixMs } from '../../domain/accounting-event.ts';
import type { DomainSettings } from '../../domain/settings.ts';
import { currentKey, userKey as keyOf } from '../../domain/user-name.ts';
import type { DeadLetterStore } from './control-ports.ts';

/** One erasure, by the keyed hash of its user. */
export type Erasure = {
  readonly subject: string;
  /** What was received until then does not come back. */
  readonly erasedAt: UnixMs;
  /** The sweep has looked for the user's rows since. */
  readonly isSwept: boolean;
};

/** One that the sweep has not been to. */
export type OpenErasure = Pick<Erasure, 'subject' | 'erasedAt'> & { readonly userKey: string };

/** Erasures in the control table. */
export type ErasureBook = {
  /** The keyed hash of a user. */
  readonly subjectOf: (userKey: string) => Promise<string>;
  /** All of the last 90 days. */
  readonly erasures: () => Promise<readonly Erasure[]>;
  /** Remembers that the user is erased now; a repeat moves the time on. */
  readonly mark: (subject: string, userKey: string) => Promise<void>;
  /** Those that the sweep has not been to. */
  readonly open: () => Promise<readonly OpenErasure[]>;
  /** Forgets the names of these, unless a user was erased again since. */
  readonly settle: (done: readonly OpenErasure[]) => Promise<void>;
  /** Keeps who erased whom, as hashes and ids, for ever. */
  readonly audit: (entry: {
    readonly subject: string;
    readonly actor: string;
    readonly rows: number;
  }) => Promise<void>;
};

/** Rows of the profiles table that name a user. */
export type PersonalRows = {
  /**
   * Deletes all rows of a user; the profile goes last.
   * @param bornUntil what was seen later stays: the user came back. Absent: everything goes
   * @returns how many
   */
  readonly deleteUser: (userKey: string, bornUntil?: UnixMs) => Promise<number>;
  /** Keys of the directory that are of a user: the rows of before may stand under another. */
  readonly keysOf: (isOfUser: (userKey: string) => boolean) => Promise<readonly string[]>;
};

export type ErasureDeps = {
  readonly book: ErasureBook;
  readonly rows: PersonalRows;
  /**
   * Takes what was heard of these users, until the time of each, out of rows that many share: the
   * index of open sessions. Absent: there is none.
   * @returns rows that named one of them
   */
  readonly forgetSessions?: (users: ReadonlyMap<string, UnixMs>) => Promise<number>;
  /**
   * Takes orders to end sessions of these users out of what waits for relays, until the time of
   * each. Absent: none is given here.
   * @returns rows that held one
   */
  readonly forgetOrders?: (users: ReadonlyMap<string, UnixMs>) => Promise<number>;
  readonly deadLetters: Pick<DeadLetterStore, 'listDeadLetters' | 'removeDeadLetter'>;
  readonly domains: () => Promise<DomainSettings>;
};

const deadLetterPageRows = 100;

/**
 * Erases one user, with what stands under keys of before (decision 0025).
 * @param actor id of who asked, for the audit
 * @returns the user's keyed hash and how many rows went; 0 when there were none
 */
export async function eraseUser(
  deps: ErasureDeps,
  userKey: string,
  actor: string,
): Promise<{ readonly subject: string; readonly rows: number }> {
  const domains = await deps.domains();
  const key = currentKey(userKey, domains);
  const subject = await deps.book.subjectOf(key);
  // First of all, so that nothing which is on its way is written behind our back.
  await deps.book.mark(subject, key);
  let rows = await eraseDeadLetters(deps, key, domains);
  const keys = new Set([userKey, ...(await keysToday(deps, key)), key]);
  // A name of blanks alone has no key, and so no rows.
  keys.delete('');
  for (const one of keys) rows += await deps.rows.deleteUser(one);
  const always = new Map([...keys].map((one) => [one, Number.POSITIVE_INFINITY]));
  rows += (await deps.forgetSessions?.(always)) ?? 0;
  rows += (await deps.forgetOrders?.(always)) ?? 0;
  await deps.book.audit({ subject, actor, rows });
  return { subject, rows };
}

/** Keys of the directory that stand for a user's key today. */
async function keysToday(
  { rows, domains }: Pick<ErasureDeps, 'rows' | 'domains'>,
  userKey: string,
): Promise<readonly string[]> {
  const settings = await domains();
  return rows.keysOf((other) => currentKey(other, settings) === userKey);
}

async function eraseDeadLetters(
  deps: ErasureDeps,
  userKey: string,
  domains: DomainSettings,
): Promise<number> {
  let rows = 0;
  let after: string | undefined;
  do {
    const { entries, next } = await deps.deadLetters.listDeadLetters(deadLetterPageRows, after);
    for (const { id, event } of entries) {
      if (keyOf(event.user, domains) !== userKey) continue;
      await deps.deadLetters.removeDeadLetter(id);
      rows += 1;
    }
    after = next;
  } while (after !== undefined);
  return rows;
}

/** Writers see an erasure within this time; only then is another look worth it. */
const settlingMs = 5 * 60_000;

/**
 * The sweep's part: looks once more for the rows of each erased user.
 * @returns rows deleted
 * @throws AggregateError when a user's rows could not be deleted; the others' were
 */
export async function finishErasures(
  deps: Pick<ErasureDeps, 'book' | 'rows' | 'forgetSessions' | 'domains'>,
  now: UnixMs,
  isTimeUp: () => boolean,
): Promise<number> {
  const { book, rows, domains } = deps;
  const due = (await book.open()).filter(({ erasedAt }) => now - erasedAt > settlingMs);
  const done: OpenErasure[] = [];
  const failures: unknown[] = [];
  const listed = new Map<string, UnixMs>();
  let deleted = 0;
  for (const one of due) {
    if (isTimeUp()) break;
    try {
      const keys = await keysToday({ rows, domains }, one.userKey);
      for (const key of new Set([...keys, one.userKey])) {
        deleted += await rows.deleteUser(key, one.erasedAt);
        listed.set(key, one.erasedAt);
      }
      done.push(one);
    } catch (error) {
      failures.push(error);
    }
  }
  // Of all of them at once: it reads the same rows, however many they are of.
  if (done.length > 0) deleted += (await deps.forgetSessions?.(listed)) ?? 0;
  await book.settle(done);
  if (failures.length > 0) throw new AggregateError(failures, 'ERASURE: rows were not deleted');
  return deleted;
}

/**
 * Makes the test for events of erased users that were received before the erasure.
 * @returns a function over one event; it makes no request
 */
export async function makeErasedTest(
  book: Pick<ErasureBook, 'erasures' | 'subjectOf'>,
  domains: DomainSettings,
): Promise<(event: AccountingEvent) => Promise<boolean>> {
  const erasures = await book.erasures();
  if (erasures.length === 0) return async () => false;
  const times = new Map(erasures.map(({ subject, erasedAt }) => [subject, erasedAt]));
  return async (event) => {
    if (event.user.form === 'none') return false;
    const erasedAt = times.get(await book.subjectOf(keyOf(event.user, domains)));
    return erasedAt !== undefined && event.receivedTime <= erasedAt;
  };
}
