// The population in the control table: counts of a period in shards that are only ever added to;
// who uses what is population-uses.ts. Read once a minute and kept by the instance. Approximate by
// contract: a lost or doubled write costs accuracy, nothing else.

import { PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { UnixMs } from '../../../domain/accounting-event.ts';
import {
  addCounts,
  type PopulationCounts,
  type PopulationDelta,
  type PopulationView,
  periodOf,
  type Use,
  viewOf,
} from '../../../domain/population/population.ts';
import { weekBins } from '../../../domain/population/weeks.ts';
import { inParallel } from '../../../domain/process/in-parallel.ts';
import type { PopulationStore } from '../../../domain/process/ports.ts';
import { features } from '../../../domain/profile/learned.ts';
import { readPartition, readRows } from './control-reads.ts';
import {
  type ControlTable,
  expiryAfter,
  type Item,
  keyItem,
  number,
  type RowKey,
} from './control-rows.ts';
import { PopulationUses } from './population-uses.ts';

/** Shards of a period's counts: each takes 1,000 writes a second. */
const shards = 8;
const countsTtlMs = 60_000;
const countsRetentionDays = 90;

const countsRow = (period: number, shard: number): RowKey => ({
  pk: `POPULATION#${period}#${shard}`,
  sk: 'COUNTS',
});
const maliciousPartition = 'MALICIOUS';

type Kept<Value> = { readonly value: Value; readonly readAt: UnixMs };

/** Makes the PopulationStore over the control table. `pickShard` answers 0 to 7, evenly. */
export function makePopulationStore(
  table: ControlTable,
  pickShard: () => number = () => Math.floor(Math.random() * shards),
): PopulationStore {
  const periods = new Map<number, Kept<PopulationCounts | undefined>>();
  const uses = new PopulationUses(table, pickShard);
  let malicious: Kept<ReadonlyMap<string, UnixMs>> | undefined;
  const isFresh = (kept: Kept<unknown> | undefined, ttlMs: number): boolean =>
    kept !== undefined && table.now() - kept.readAt < ttlMs;

  async function refresh(keys: readonly string[], time: UnixMs): Promise<void> {
    const period = periodOf(time);
    const stalePeriods = [period, period - 1].filter(
      (one) => !isFresh(periods.get(one), countsTtlMs),
    );
    const used = uses.toRead(keys);
    const rows = [
      ...stalePeriods.flatMap((one) =>
        Array.from({ length: shards }, (_, shard) => countsRow(one, shard)),
      ),
      ...used.rows,
    ];
    const items = await readRows(table, rows);
    const readAt = table.now();
    for (const one of stalePeriods) {
      const found = Array.from({ length: shards }, (_, shard) =>
        items.get(countsRow(one, shard).pk),
      ).flatMap((item) => (item ? [countsOfItem(item)] : []));
      periods.set(one, {
        value: found.length > 0 ? found.reduce(addCounts) : undefined,
        readAt,
      });
    }
    used.take(items);
    if (!isFresh(malicious, countsTtlMs)) {
      malicious = { value: await readMalicious(table), readAt };
    }
  }

  return {
    view: async (keys, time): Promise<PopulationView> => {
      await refresh(keys, time);
      const known = new Map<number, PopulationCounts>();
      for (const [period, { value }] of periods) if (value) known.set(period, value);
      return viewOf(known, time, {
        use: (key) => uses.use(key),
        malicious: malicious?.value ?? new Map(),
      });
    },
    add: async (delta: PopulationDelta) => {
      for (const [period, counts] of delta.periods) {
        await addToShard(table, countsRow(period, pickShard()), counts);
      }
      const people = new Map<string, number>();
      const failed: unknown[] = [];
      await inParallel(usesByKey(delta.uses), async ([key, seen]) => {
        try {
          people.set(key, await uses.add(key, seen));
        } catch (error) {
          failed.push(error);
        }
      });
      await uses.count(people);
      // Each use stands alone: what failed of one is said after all others were written.
      if (failed.length > 0) throw failed[0];
    },
    markMalicious: async (keys, until, by) => {
      for (const key of keys) await putMalicious(table, key, until, by);
      malicious = undefined;
    },
  };
}

function usesByKey(
  uses: PopulationDelta['uses'],
): readonly (readonly [key: string, seen: readonly Use[]])[] {
  const byKey = new Map<string, Use[]>();
  for (const use of uses) {
    const known = byKey.get(use.key);
    if (known) known.push(use);
    else byKey.set(use.key, [use]);
  }
  return [...byKey];
}

/** Names of the counters of a shard: short, because every write is billed with them. */
function countersOf(counts: PopulationCounts): (readonly [name: string, value: number])[] {
  return [
    ['u', counts.users] as const,
    ['s', counts.sessions] as const,
    ...counts.asked.map((value, at) => [`a${at}`, value] as const),
    ...counts.fresh.map((value, at) => [`f${at}`, value] as const),
    ...counts.weeks.map((value, at) => [`w${at}`, value] as const),
  ].filter(([, value]) => value !== 0);
}

async function addToShard(
  table: ControlTable,
  key: RowKey,
  counts: PopulationCounts,
): Promise<void> {
  const counters = countersOf(counts);
  const sums = counters.map(([name]) => `#${name} :${name}`).join(', ');
  await table.client.send(
    new UpdateItemCommand({
      TableName: table.tableName,
      Key: keyItem(key),
      UpdateExpression: `ADD ${sums} SET #since = if_not_exists(#since, :since), #expiry = :expiry`,
      ExpressionAttributeNames: Object.fromEntries([
        ...counters.map(([name]) => [`#${name}`, name]),
        ['#since', 'since'],
        ['#expiry', 'expiresAt'],
      ]),
      ExpressionAttributeValues: Object.fromEntries([
        ...counters.map(([name, value]) => [`:${name}`, number(Math.round(value * 1e3) / 1e3)]),
        [':since', number(counts.since)],
        [':expiry', expiryAfter(table, countsRetentionDays)],
      ]),
    }),
  );
}

function countsOfItem(item: Item): PopulationCounts {
  const read = (name: string): number => Number(item[name]?.N ?? 0);
  const list = (prefix: string, length: number): number[] =>
    Array.from({ length }, (_, at) => read(`${prefix}${at}`));
  return {
    users: read('u'),
    sessions: read('s'),
    asked: list('a', features.length),
    fresh: list('f', features.length),
    weeks: list('w', weekBins),
    since: Number(item['since']?.N ?? Number.MAX_SAFE_INTEGER),
  };
}

/** The row expires with the decision; a later one of the same detection replaces it. */
async function putMalicious(
  table: ControlTable,
  key: string,
  until: UnixMs,
  by: string | undefined,
): Promise<void> {
  const sk = by === undefined ? key : `${key}#${by}`;
  const item = { ...keyItem({ pk: maliciousPartition, sk }), expiresAt: inSeconds(until) };
  await table.client.send(new PutItemCommand({ TableName: table.tableName, Item: item }));
}

const inSeconds = (time: UnixMs): Item[string] => number(Math.floor(time / 1000));

/** Keys that analysts called malicious; the rows expire by themselves. */
async function readMalicious(table: ControlTable): Promise<ReadonlyMap<string, UnixMs>> {
  const items = await readPartition(table, maliciousPartition);
  const marks = new Map<string, UnixMs>();
  for (const item of items) {
    const key = (item['sk']?.S ?? '').replace(markedBy, '');
    const until = Number(item['expiresAt']?.N ?? 0) * 1000;
    marks.set(key, Math.max(until, marks.get(key) ?? 0));
  }
  return marks;
}

/** The detection that a mark is of, behind its key; a key may hold a `#` of its own. */
const markedBy = /#\d{8}T\d{6}Z-[\w-]{16}$/;
