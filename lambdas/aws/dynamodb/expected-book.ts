// What is expected of users: ExpectedBook over the profiles table. One document a user, in the
// user's own partition, which erasure empties.

import type { Expectation } from '../../../domain/profile/expected.ts';
import type { ExpectedBook } from '../../control/expected.ts';
import {
  type ControlTable,
  expiryAfter,
  number,
  readDocument,
  updateDocument,
} from './control-rows.ts';
import { expectedKeyOf } from './profile-keys.ts';

/** Longer than anything may be expected, and listed once it is past. */
const keptDays = 460;

type Kept = { readonly items: readonly Expectation[] };

/**
 * Makes the ExpectedBook.
 * @param profiles the table of profiles
 */
export function makeExpectedBook(profiles: ControlTable): ExpectedBook {
  return {
    list: async (userKey) => itemsOf((await readDocument(profiles, expectedKeyOf(userKey))).value),
    change: async (userKey, change) => {
      let after: readonly Expectation[] = [];
      const write = (value: unknown): Kept | undefined => {
        const before = itemsOf(value);
        after = change(before);
        return after === before ? undefined : { items: after };
      };
      await updateDocument(profiles, expectedKeyOf(userKey), write, {
        // Erasure goes by it (personal-rows.ts).
        firstSeen: number(profiles.now()),
        expiresAt: expiryAfter(profiles, keptDays),
      });
      return after;
    },
  };
}

const itemsOf = (value: unknown): readonly Expectation[] =>
  (value as Kept | undefined)?.items ?? [];
