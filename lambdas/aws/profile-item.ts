// A profile as an item attribute: packed bytes in `doc`. Version 1 stored JSON text there; it is
// still read, and replaced by the next fold of the user.

import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Profile } from '../../domain/profile.ts';
import { packProfile } from '../../domain/profile-pack.ts';
import { unpackProfile } from '../../domain/profile-unpack.ts';
import { readProfileV1 } from '../../domain/profile-v1.ts';

export const profileAttribute = (profile: Profile): AttributeValue => ({ B: packProfile(profile) });

/** @throws Error when the document is of a newer version, or damaged. */
export function profileOfItem(
  userKey: string,
  item: Readonly<Record<string, AttributeValue>>,
): Profile {
  const doc = item['doc'];
  if (doc?.B) return unpackProfile(userKey, doc.B);
  return readProfileV1(userKey, doc?.S ?? '');
}
