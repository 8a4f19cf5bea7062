// The stored form of profiles: what goes in comes out, rows of older versions are read, and the
// sample's people, after five weeks, fit into the kilobyte that DynamoDB bills as one write unit.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Profile } from '../../../domain/profile/profile.ts';
import { packProfile } from '../../../domain/profile/profile-pack.ts';
import { packVersionsRead } from '../../../domain/profile/profile-pack-words.ts';
import { unpackProfile } from '../../../domain/profile/profile-unpack.ts';
import { profileKeyOf } from '../../../lambdas/aws/dynamodb/profile-keys.ts';
import { sampleRows } from '../../support/sample-profiles.ts';

const fixtures = join(import.meta.dirname, '..', '..', 'fixtures', 'profile');

/** As the fixtures were written: maps as lists of pairs, no weight at all as a word. */
const plain = (profile: Profile): unknown =>
  JSON.parse(
    JSON.stringify(profile, (_, value) => {
      if (value instanceof Map) return { map: [...value].sort(([a], [b]) => (a < b ? -1 : 1)) };
      return value === Number.NEGATIVE_INFINITY ? '-inf' : value;
    }),
  );

type Fixture = { readonly packed: string; readonly profile: Profile };

it.each(packVersionsRead.slice(0, -1))('reads a row of version %d as it was meant', (version) => {
  const path = join(fixtures, `version-${version}.json`);
  const { packed, profile }: Fixture = JSON.parse(readFileSync(path, 'utf8'));
  const bytes = Buffer.from(packed, 'base64');

  const read = unpackProfile(profile.userKey, bytes);

  expect(bytes[0]).toBe(version);
  expect(plain(read)).toEqual(withNothingHeld(profile));
  // Written anew and read again it is the same, but for what a version left unsaid.
  expect(plain(unpackProfile(profile.userKey, packProfile(read)))).toEqual(
    withStarts(withNothingHeld(profile)),
  );
});

/** Versions before 5 kept nothing apart, and no moves within a network. */
const withNothingHeld = (profile: Profile): Profile => ({
  ...profile,
  learned: {
    ...profile.learned,
    networks: profile.learned.networks.map((network) => ({
      ...network,
      moves: { asked: '-inf', fresh: '-inf' } as never,
    })),
    doubts: [],
    held: [],
  },
});

/** Version 2 did not say by which start a session was counted: by that of its row. */
const withStarts = (profile: Profile): Profile => ({
  ...profile,
  recent: profile.recent.map((one) => ({ start: one.rowStart, ...one })),
});

it('refuses a row of a version that is not there yet', () => {
  const newer = Uint8Array.of(Math.max(...packVersionsRead) + 1, 0, 0);

  expect(() => unpackProfile('alice', newer)).toThrow(/version/);
});

describe('the sample after five weeks, as a backlog of three invocations leaves it', () => {
  let profiles: readonly Profile[];
  beforeAll(async () => {
    ({ profiles } = await sampleRows(3));
  }, 60_000);

  it('comes back as it was packed, with all that is pending and recent', () => {
    expect(profiles.length).toBeGreaterThan(40);
    for (const profile of profiles) {
      const read = unpackProfile(profile.userKey, packProfile(profile));
      expect(plain(read)).toEqual(plain(profile));
    }
  });

  it('costs one write unit a profile at the median', () => {
    const sizes = profiles.map(itemOctets).sort((a, b) => a - b);

    expect(sizes[Math.floor(sizes.length / 2)]).toBeLessThanOrEqual(1_024);
  });
});

/** DynamoDB developer guide, "Item sizes": names and values; a small number takes two octets. */
function itemOctets(profile: Profile): number {
  const { pk, sk } = profileKeyOf(profile.userKey);
  const names = 'pk'.length + 'sk'.length + 'version'.length + 'doc'.length;
  return names + Buffer.byteLength(pk) + Buffer.byteLength(sk) + 3 + packProfile(profile).length;
}
