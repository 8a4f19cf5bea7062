// Erases a user: deletes everything the tables hold about the user, and prevents records received
// earlier from restoring it. A crash at any point leaves a request that can be repeated. Rows that
// a writer with a stale view wrote meanwhile, and rows without a pointer, are deleted by the
// `sweep` function.
// An erased user is remembered by a keyed hash only: enough to recognise the user, not to name
// them.

import type { AccountingEvent, UnixMs } from '../../domain/accounting-event.ts';
import type { DomainSettings } from '../../domain/settings.ts';
import { userKey as keyOf } from '../../domain/user-name.ts';
import type { DeadLetterStore } from './control-ports.ts';

/** One erasure, by the keyed hash of its user. */
export type Erasure = {
  readonly subject: string;
  /** What was received until then does not come back. */
  readonly erasedAt: UnixMs;
  /** The sweep has looked through all rows since. */
  readonly isSwept: boolean;
};

/** Erasures in the control table. */
export type ErasureBook = {
  /** The keyed hash of a user. */
  readonly subjectOf: (userKey: string) => Promise<string>;
  /** All of the last 90 days. */
  readonly erasures: () => Promise<readonly Erasure[]>;
  /** Remembers that the user is erased now; a repeat moves the time on. */
  readonly mark: (subject: string) => Promise<void>;
  /** Remembers that the sweep has been through, unless the user was erased again since. */
  readonly settle: (done: readonly Erasure[]) => Promise<void>;
  /** Keeps who erased whom, as hashes and ids, for ever. */
  readonly audit: (entry: {
    readonly subject: string;
    readonly actor: string;
    readonly rows: number;
  }) => Promise<void>;
  /** How far the sweep's look through all rows is; undefined: none is under way. */
  readonly look: () => Promise<Look | undefined>;
  readonly keepLook: (look: Look | undefined) => Promise<void>;
};

/** A look through all rows, over as many runs as it takes. */
export type Look = { readonly began: UnixMs; readonly after?: string };

/** Rows of the profiles table that name a user. */
export type PersonalRows = {
  /**
   * Deletes all rows of a user that can be found from the profile, which goes last.
   * @returns how many
   */
  readonly deleteUser: (userKey: string) => Promise<number>;
  /**
   * Deletes rows of erased users on the next pages of the whole table.
   * @param erasedAt when a user was erased; undefined for all others
   */
  readonly deleteLeftovers: (
    erasedAt: (userKey: string) => Promise<UnixMs | undefined>,
    after: string | undefined,
  ) => Promise<{ readonly rows: number; readonly next?: string }>;
};

export type ErasureDeps = {
  readonly book: ErasureBook;
  readonly rows: PersonalRows;
  readonly deadLetters: Pick<DeadLetterStore, 'listDeadLetters' | 'removeDeadLetter'>;
  readonly domains: () => Promise<DomainSettings>;
};

const deadLetterPageRows = 100;

/**
 * Erases one user.
 * @param actor id of who asked, for the audit
 * @returns the user's keyed hash and how many rows went; 0 when there were none
 */
export async function eraseUser(
  deps: ErasureDeps,
  userKey: string,
  actor: string,
): Promise<{ readonly subject: string; readonly rows: number }> {
  const subject = await deps.book.subjectOf(userKey);
  // First of all, so that nothing which is on its way is written behind our back.
  await deps.book.mark(subject);
  const rows = (await eraseDeadLetters(deps, userKey)) + (await deps.rows.deleteUser(userKey));
  await deps.book.audit({ subject, actor, rows });
  return { subject, rows };
}

async function eraseDeadLetters(deps: ErasureDeps, userKey: string): Promise<number> {
  const domains = await deps.domains();
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

/** Writers see an erasure within this time; only then is a look through all rows worth it. */
const settlingMs = 5 * 60_000;

/** The sweep's part: looks through all rows once after each erasure. @returns rows deleted */
export async function finishErasures(
  { book, rows }: Pick<ErasureDeps, 'book' | 'rows'>,
  now: UnixMs,
  isTimeUp: () => boolean,
): Promise<number> {
  const open = (await book.erasures()).filter(({ isSwept }) => !isSwept);
  const isDue = ({ erasedAt }: Erasure, at: UnixMs) => at - erasedAt > settlingMs;
  let look = await book.look();
  if (look === undefined && !open.some((one) => isDue(one, now))) return 0;
  const { began } = look ?? { began: now };
  const times = new Map(open.map(({ subject, erasedAt }) => [subject, erasedAt]));
  const erasedAt = async (userKey: string) => times.get(await book.subjectOf(userKey));
  let deleted = 0;
  look ??= { began };
  while (look !== undefined && !isTimeUp()) {
    const page: { rows: number; next?: string } = await rows.deleteLeftovers(erasedAt, look.after);
    deleted += page.rows;
    look = page.next === undefined ? undefined : { began, after: page.next };
  }
  await book.keepLook(look);
  // One that joined in the middle is looked for again, from the beginning.
  if (look === undefined) await book.settle(open.filter((one) => isDue(one, began)));
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
