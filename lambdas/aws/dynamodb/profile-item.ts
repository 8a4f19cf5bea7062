// A profile as an item attribute: packed bytes in `doc` (domain/profile/profile-pack.ts).

import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Profile } from '../../../domain/profile/profile.ts';
import { packProfile } from '../../../domain/profile/profile-pack.ts';
import { unpackProfile } from '../../../domain/profile/profile-unpack.ts';

export const profileAttribute = (profile: Profile): AttributeValue => ({ B: packProfile(profile) });

/** @throws Error when `doc` holds no bytes or those of another version, RangeError on damage. */
export function profileOfItem(
  userKey: string,
  item: Readonly<Record<string, AttributeValue>>,
): Profile {
  const bytes = item['doc']?.B;
  if (!bytes) throw new Error('a profile item without packed bytes in doc');
  return unpackProfile(userKey, bytes);
}
