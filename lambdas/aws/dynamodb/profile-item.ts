// A profile as attributes of an item: packed bytes in `doc` (domain/profile/profile-pack.ts), and,
// while a decision can be taken back, what the profile would be without it in `undecided`.

import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Profile, Undecided } from '../../../domain/profile/profile.ts';
import { packProfile } from '../../../domain/profile/profile-pack.ts';
import { unpackProfile } from '../../../domain/profile/profile-unpack.ts';

type Item = Readonly<Record<string, AttributeValue>>;

/** The attributes of a profile besides key and version. */
export function profileAttributes(profile: Profile): Item {
  const doc = { B: packProfile(profile) };
  const { undecided } = profile;
  if (!undecided) return { doc };
  const { learned, detections, ...rest } = undecided;
  return {
    doc,
    undecided: { B: packProfile({ ...bare(profile), learned, detections }) },
    undecidedOf: { S: JSON.stringify(rest) },
  };
}

/** The profile without its facts: packed times count from the same ones. */
const bare = (profile: Profile): Profile => ({
  ...profile,
  spellings: [],
  places: new Map(),
  addresses: new Map(),
  networks: new Map(),
  devices: new Map(),
  gateways: new Map(),
  recent: [],
  pending: { detections: [], indexRows: [] },
});

/** @throws Error when `doc` holds no bytes or those of another version, RangeError on damage. */
export function profileOfItem(userKey: string, item: Item): Profile {
  const bytes = item['doc']?.B;
  if (!bytes) throw new Error('a profile item without packed bytes in doc');
  const profile = unpackProfile(userKey, bytes);
  const undecided = item['undecided']?.B;
  if (!undecided) return profile;
  const { learned, detections } = unpackProfile(userKey, undecided);
  const rest: Omit<Undecided, 'learned' | 'detections'> = JSON.parse(
    item['undecidedOf']?.S ?? '{}',
  );
  return { ...profile, undecided: { ...rest, learned, detections } };
}
