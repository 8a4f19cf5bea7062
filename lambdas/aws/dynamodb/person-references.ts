// References to users in the audit trail: a keyed hash of the user's key, and a row of the profiles
// table that says whose it is (`PERSON#<hash>`). An erasure finds that row by the user's own
// reference to it and deletes it; the hash in the trail then leads nowhere.

import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { ErasureBook } from '../../shared/erasures.ts';
import type { ReferToUser } from './audit-book.ts';
import { personKeyOf } from './profile-keys.ts';
import { readByKey } from './read-by-key.ts';
import { referenceTo } from './referenced-rows.ts';
import { keyItem, number } from './user-rows.ts';

type Table = {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly now: () => number;
};

/** As long as detections are kept; whoever is decided about later gets a new one. */
const referenceDays = 400;
/** References that an instance has written already, at most. */
const writtenMax = 10_000;
const dayMs = 86_400_000;

/** Makes what refers to users in the trail. */
export function makeReferences(
  table: Table,
  { subjectOf }: Pick<ErasureBook, 'subjectOf'>,
): ReferToUser {
  const written = new Map<string, number>();
  return async (userKey) => {
    const subject = await subjectOf(userKey);
    const today = Math.floor(table.now() / dayMs);
    if (written.get(subject) === today) return subject;
    await write(table, userKey, subject);
    if (written.size >= writtenMax) written.clear();
    written.set(subject, today);
    return subject;
  };
}

async function write(table: Table, userKey: string, subject: string): Promise<void> {
  const { client, tableName, now } = table;
  const key = personKeyOf(subject);
  const expiresAt = number(now() / 1000 + referenceDays * 86_400);
  const kept = { firstSeen: number(now()), expiresAt };
  // The user's own reference first: what it names can then be found, whatever comes between.
  for (const Item of [
    referenceTo(userKey, key, kept),
    { ...keyItem(key), user: { S: userKey }, ...kept },
  ]) {
    await client.send(new PutItemCommand({ TableName: tableName, Item }));
  }
}

/** Whom references are of; those of erased users are absent. */
export async function readPersons(
  table: Table,
  subjects: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const items = await readByKey(table, [...new Set(subjects)].map(personKeyOf));
  return new Map(
    items.map((item) => [(item['pk']?.S ?? '').slice('PERSON#'.length), item['user']?.S ?? '']),
  );
}
