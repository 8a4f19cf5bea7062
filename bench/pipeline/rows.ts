// How large the rows of the sample's people are after five weeks that came day by day, as DynamoDB
// counts octets, and where those of a profile go.

import { packProfile } from '../../domain/profile/profile-pack.ts';
import { profileAttributes } from '../../lambdas/aws/dynamodb/profile-item.ts';
import { profileKeyOf, sessionKeyOf } from '../../lambdas/aws/dynamodb/profile-keys.ts';
import { indexItems } from '../../lambdas/aws/dynamodb/referenced-rows.ts';
import { type Item, keyItem, number, versioned } from '../../lambdas/aws/dynamodb/user-rows.ts';
import { itemBytes } from '../../test/support/dynamo-rules.ts';
import type { SampleRows } from '../../test/support/sample-profiles.ts';

const octetsOf = (item: Item): number => itemBytes(item as never);

/** Octets of a write unit (DynamoDB developer guide). */
const unitOctets = 1_024;

export type RowSizes = {
  readonly rows: number;
  readonly mean: number;
  readonly median: number;
  readonly max: number;
  /** Write units of a row, on average. */
  readonly units: number;
};

function sizesOf(items: readonly Item[]): RowSizes {
  const octets = items.map(octetsOf).sort((a, b) => a - b);
  const sum = (values: readonly number[]) => values.reduce((total, one) => total + one, 0);
  return {
    rows: octets.length,
    mean: sum(octets) / octets.length,
    median: octets[Math.floor(octets.length / 2)] ?? Number.NaN,
    max: octets.at(-1) ?? Number.NaN,
    units: sum(octets.map((one) => Math.ceil(one / unitOctets))) / octets.length,
  };
}

export function rowSizes({ profiles, sessions, lookups }: SampleRows) {
  const profileItems = profiles.map((profile) => ({
    ...keyItem(profileKeyOf(profile.userKey)),
    ...versioned(100),
    ...profileAttributes(profile),
  }));
  const sessionItems = sessions.map(({ userKey, session }) => ({
    ...keyItem(sessionKeyOf(userKey, session.rowStart, session.identity)),
    ...versioned(2),
    doc: { S: JSON.stringify(session) },
    expiresAt: number(session.lastSeen / 1000),
  }));
  return {
    profile: sizesOf(profileItems),
    session: sizesOf(sessionItems),
    lookup: sizesOf(stored(lookups.flatMap((row) => indexItems(row)))),
  };
}

/** Of rows that are written again, as those of an address are each day, what stands at the end. */
const stored = (items: readonly Item[]): readonly Item[] => [
  ...new Map(items.map((item) => [`${item['pk']?.S} ${item['sk']?.S}`, item])).values(),
];

/** Octets of a profile row by its attributes and the parts of `doc`, means of the sample. */
export function profileParts({ profiles }: Pick<SampleRows, 'profiles'>): [string, number][] {
  const parts = new Map<string, number>();
  const add = (name: string, octets: number) => {
    parts.set(name, (parts.get(name) ?? 0) + octets / profiles.length);
  };
  for (const profile of profiles) {
    const keys = { ...keyItem(profileKeyOf(profile.userKey)), ...versioned(100) };
    add('`pk`, `sk`, `version`, and the name of `doc`', octetsOf(keys) + 'doc'.length);
    packProfile(profile, (name, octets) => add(`\`doc\`: ${name}`, octets));
  }
  return [...parts];
}
