// Rows of a user under a key of before, as a version that made keys otherwise has written them.

import type { AccountingEvent } from '../../domain/accounting-event.ts';
import { emptyPopulation } from '../../domain/population/population.ts';
import { foldUser } from '../../domain/process/fold-user.ts';
import type { Profile } from '../../domain/profile/profile.ts';
import { makeUserStore } from '../../lambdas/aws/dynamodb/user-store.ts';
import type { TestCloud } from './cloud-in-test.ts';
import { hash, locate } from './events.ts';

/** Folds the events under a key and writes all that follows. @returns the profile */
export async function storeUnderKey(
  cloud: Pick<TestCloud, 'dynamo' | 'tables'>,
  now: number,
  userKey: string,
  events: readonly AccountingEvent[],
): Promise<Profile> {
  const { client } = cloud.dynamo;
  const users = makeUserStore({ client, tableName: cloud.tables.profiles, now: () => now });
  const ordered = [...events].sort((a, b) => a.time - b.time);
  const places = await locate(ordered.flatMap(({ clientAddress }) => clientAddress ?? []));
  const { profile, sessions } = foldUser(
    { userKey, kind: 'person' },
    { version: 0, sessions: [] },
    ordered.map((event) => ({ event, location: places.get(event.clientAddress ?? '') })),
    { population: emptyPopulation, settings: {}, hash },
  );
  if (!profile) throw new Error('nothing was folded');
  await users.putProfile(profile, 0);
  for (const { session } of sessions) await users.mergeSession(userKey, session, 0);
  for (const detection of profile.pending.detections) await users.mergeDetection(detection);
  await users.putIndexRows(profile.pending.indexRows);
  return profile;
}
