// Who uses a network, address or country, in the control table: one row each, written only while it
// learns something (domain/population/use-news.ts), and of countries many come from a counter in
// shards that are only added to. So no row is written for every user there is.
// Kept by the instance for five minutes; people are named by hashes. Approximate by contract.

import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import type { UnixMs } from '../../../domain/accounting-event.ts';
import { mergeUses, type Use } from '../../../domain/population/population.ts';
import { isCountryUse } from '../../../domain/population/use-keys.ts';
import { useNews } from '../../../domain/population/use-news.ts';
import {
  type ControlTable,
  expiryAfter,
  type Item,
  keyItem,
  number,
  type RowKey,
  readDocument,
  writeDocument,
} from './control-rows.ts';

const useTtlMs = 5 * 60_000;
const countriesTtlMs = 60_000;
const usesKeptMax = 20_000;
const retentionDays = 90;
/** Shards of the numbers of people by country: each takes 1,000 writes a second. */
const shards = 8;
const attemptsMax = 12;
const pauseMsMax = 200;

const useRow = (key: string): RowKey => ({ pk: `USE#${key}`, sk: 'USE' });
const countriesRow = (shard: number): RowKey => ({
  pk: `POPULATION#COUNTRIES#${shard}`,
  sk: 'COUNTS',
});

const sighterSchema = v.object({
  user: v.string(),
  first: v.number(),
  last: v.number(),
  isOdd: v.boolean(),
});
const useSchema: v.GenericSchema<unknown, Use> = v.object({
  key: v.string(),
  sighters: v.array(sighterSchema),
  latest: v.array(sighterSchema),
  people: v.number(),
});

/** A row as it was read; version 0: there was none. */
type Known = { readonly use: Use | undefined; readonly version: number };
type Kept = Known & { readonly readAt: UnixMs };

/** Rows, and what to do with those that were found, by partition key. */
export type RowsToRead = {
  readonly rows: readonly RowKey[];
  readonly take: (items: ReadonlyMap<string, Item>) => void;
};

export class PopulationUses {
  readonly #table: ControlTable;
  readonly #pickShard: () => number;
  readonly #uses = new Map<string, Kept>();
  #people: ReadonlyMap<string, number> = new Map();
  #peopleReadAt = Number.NEGATIVE_INFINITY;

  /** @param pickShard answers 0 to 7, evenly */
  constructor(table: ControlTable, pickShard: () => number) {
    this.#table = table;
    this.#pickShard = pickShard;
  }

  /** What is to be read before `use` answers for these keys: the rows, and where they go. */
  toRead(keys: readonly string[]): RowsToRead {
    const now = this.#table.now();
    const stale = keys.filter((key) => {
      const kept = this.#uses.get(key);
      return kept === undefined || now - kept.readAt >= useTtlMs;
    });
    const isStale = keys.some(isCountryUse) && now - this.#peopleReadAt >= countriesTtlMs;
    const countries = isStale ? Array.from({ length: shards }, (_, at) => countriesRow(at)) : [];
    return {
      rows: [...stale.map(useRow), ...countries],
      take: (items) => {
        const readAt = this.#table.now();
        if (this.#uses.size > usesKeptMax) this.#uses.clear();
        for (const key of stale) {
          this.#uses.set(key, { ...knownOf(items.get(useRow(key).pk)), readAt });
        }
        if (!isStale) return;
        const found = countries.map(({ pk }) => items.get(pk)).filter((item) => item !== undefined);
        this.#people = peopleOf(found);
        this.#peopleReadAt = readAt;
      },
    };
  }

  /** Who uses a key, as far as it was read. */
  use(key: string): Use | undefined {
    const use = this.#uses.get(key)?.use;
    const more = this.#people.get(key);
    return use && more !== undefined ? { ...use, people: use.people + more } : use;
  }

  /**
   * Adds what a call saw of one key, one after the other.
   * @returns people to count for it, for `count`
   */
  async add(key: string, seen: readonly Use[]): Promise<number> {
    let known: Known = this.#uses.get(key) ?? { use: undefined, version: 0 };
    for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
      const { use, people } = joined(known.use, seen);
      if (!use || use === known.use || (await this.#write(use, known.version))) return people;
      // Losers wait a random while, or they would meet again.
      const pauseMs = Math.random() * Math.min(pauseMsMax, 5 * 2 ** attempt);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      known = knownOfDocument(await readDocument(this.#table, useRow(key)));
      this.#uses.set(key, { ...known, readAt: this.#table.now() });
    }
    throw new Error('CONTROL_ROW_BUSY: a use changed at every attempt to write it');
  }

  /** Adds people of countries to a shard, in one write. */
  async count(people: ReadonlyMap<string, number>): Promise<void> {
    const counted = [...people].filter(([, more]) => more > 0);
    if (counted.length === 0) return;
    const names = counted.map(([key], at) => [`#c${at}`, key] as const);
    const sums = counted.map((_, at) => `#c${at} :c${at}`).join(', ');
    await this.#table.client.send(
      new UpdateItemCommand({
        TableName: this.#table.tableName,
        Key: keyItem(countriesRow(this.#pickShard())),
        UpdateExpression: `ADD ${sums} SET #expiry = :expiry`,
        ExpressionAttributeNames: Object.fromEntries([...names, ['#expiry', 'expiresAt']]),
        ExpressionAttributeValues: Object.fromEntries([
          ...counted.map(([, more], at) => [`:c${at}`, number(more)] as const),
          [':expiry', expiryAfter(this.#table, retentionDays)] as const,
        ]),
      }),
    );
    const now = new Map(this.#people);
    for (const [key, more] of counted) now.set(key, (now.get(key) ?? 0) + more);
    this.#people = now;
  }

  async #write(use: Use, version: number): Promise<boolean> {
    const row = useRow(use.key);
    const expiresAt = expiryAfter(this.#table, retentionDays);
    if (!(await writeDocument(this.#table, row, use, version, { expiresAt }))) return false;
    this.#uses.set(use.key, { use, version: version + 1, readAt: this.#table.now() });
    return true;
  }
}

/** The row with what was seen, and the people of whom only the number matters. */
function joined(
  known: Use | undefined,
  seen: readonly Use[],
): { readonly use: Use | undefined; readonly people: number } {
  let use = known;
  let people = 0;
  for (const added of seen) {
    const news = useNews(use, added);
    if (news.kind === 'count') people += news.people;
    if (news.kind === 'row') use = use ? mergeUses(use, added) : added;
  }
  return { use, people };
}

/** Sums the shards. */
function peopleOf(items: readonly Item[]): ReadonlyMap<string, number> {
  const people = new Map<string, number>();
  for (const [key, { N }] of items.flatMap((item) => Object.entries(item))) {
    if (isCountryUse(key)) people.set(key, (people.get(key) ?? 0) + Number(N));
  }
  return people;
}

function knownOf(item: Item | undefined): Known {
  if (!item) return { use: undefined, version: 0 };
  const value: unknown = JSON.parse(item['document']?.S ?? 'null');
  return knownOfDocument({ value, version: Number(item['version']?.N) });
}

/** A row that cannot be read is written over. */
function knownOfDocument({ value, version }: { value: unknown; version: number }): Known {
  const parsed = v.safeParse(useSchema, value);
  return { use: parsed.success ? parsed.output : undefined, version };
}
