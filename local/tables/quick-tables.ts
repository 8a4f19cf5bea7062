// The calls that a fold makes by the thousand, and a list of ten thousand rows, answered from the
// store itself: rows read, put and set by key, plain queries, plain conditions. Everything else
// goes the ordinary way, through the SDK's serialiser and dynalite's checks, which is ten times the
// work.
// Promise: the same answers and errors (a test compares them with dynalite's). A condition is
// checked and its row put in one turn; quick writes wait while an ordinary one is under way.

import {
  BatchGetItemCommand,
  type BatchGetItemCommandInput,
  BatchWriteItemCommand,
  type BatchWriteItemCommandInput,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  GetItemCommand,
  type GetItemCommandInput,
  PutItemCommand,
  type PutItemCommandInput,
  QueryCommand,
  type QueryCommandInput,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { itemSize } from 'dynalite/db';
import { always, type Check, checkOf } from './quick-condition.ts';
import {
  type Item,
  itemCharactersMax,
  itemOf,
  keyOf,
  type StoredItem,
  storedOf,
  storeKey,
  type TableKey,
} from './quick-item.ts';
import { quickQuery } from './quick-query.ts';
import { type QuickUpdate, quickUpdate } from './quick-update.ts';
import type { TableStore } from './table-store.ts';

/** What a client's `send` is here. */
export type Send = (command: unknown, options?: object) => Promise<unknown>;

type Row = readonly [key: string, value: StoredItem];

const answered = { $metadata: {} };
/** Octets of a page (DynamoDB: 1 MB). */
const pageBytesMax = 1024 * 1024;
/**
 * Rows and octets fetched from the store at a time: each time waits for a thread, which takes long
 * where others are busy. A page of the queue's rows is some ten times.
 */
const fetchedMax = 1_000;
const fetchedBytesMax = 128 * 1024;
const batchWriteMax = 25;
const batchGetMax = 100;
const writing = [PutItemCommand, BatchWriteItemCommand, UpdateItemCommand, DeleteItemCommand];

export class QuickTables {
  readonly #tables: ReadonlySet<string>;
  readonly #level: TableStore['store']['db'];
  readonly #ordinary: Send;
  /** Rows on their way to the store, by key. */
  readonly #pending = new Map<string, StoredItem>();
  #waiting: Row[] = [];
  #flush: Promise<void> | undefined;
  #ordinaryWrites = 0;
  #ordinaryDone: Promise<unknown> = Promise.resolve();

  /** @param ordinary the client's own way */
  constructor(tables: readonly string[], { store }: TableStore, ordinary: Send) {
    this.#tables = new Set(tables);
    this.#level = store.db;
    this.#ordinary = ordinary;
  }

  /** Carries out a command of the SDK. */
  send(command: unknown, options?: object): Promise<unknown> {
    const quick = this.#quick(command);
    if (quick !== undefined) return quick;
    const isWrite = writing.some((kind) => command instanceof kind);
    return isWrite ? this.#writeOrdinarily(command, options) : this.#read(command, options);
  }

  /** Resolves when every row that was put has reached the store. */
  async flushed(): Promise<void> {
    while (this.#flush !== undefined) await this.#flush;
  }

  #quick(command: unknown): Promise<unknown> | undefined {
    if (command instanceof QueryCommand) return this.#query(command.input);
    if (command instanceof GetItemCommand) return this.#get(command.input);
    if (command instanceof BatchGetItemCommand) return this.#getMany(command.input);
    if (command instanceof PutItemCommand) return this.#put(command.input);
    if (command instanceof BatchWriteItemCommand) return this.#putMany(command.input);
    if (command instanceof UpdateItemCommand) return this.#update(command);
    return undefined;
  }

  /** What it reads has been written. */
  async #read(command: unknown, options: object | undefined): Promise<unknown> {
    await this.flushed();
    return this.#ordinary(command, options);
  }

  /** One after the other, and no quick write beside them: each sees what was written before. */
  #writeOrdinarily(command: unknown, options: object | undefined): Promise<unknown> {
    this.#ordinaryWrites += 1;
    const done = this.#ordinaryDone
      .then(() => this.flushed())
      .then(() => this.#ordinary(command, options))
      .finally(() => {
        this.#ordinaryWrites -= 1;
      });
    this.#ordinaryDone = done.catch(() => undefined);
    return done;
  }

  #at(key: string): StoredItem | undefined {
    return this.#pending.get(key) ?? this.#level.getSync(key);
  }

  #get(input: GetItemCommandInput): Promise<unknown> | undefined {
    const { TableName: table = '', Key = {}, ConsistentRead: _, ...more } = input;
    const key = keyOf(Key);
    if (!key || Object.keys(Key).length !== 2 || !this.#isPlain(table, more)) return undefined;
    const found = this.#at(storeKey(table, key));
    return Promise.resolve(found ? { ...answered, Item: itemOf(found) } : answered);
  }

  #getMany(input: BatchGetItemCommandInput): Promise<unknown> | undefined {
    const asked = Object.entries(input.RequestItems ?? {});
    const [one] = asked;
    if (!one || asked.length > 1 || input.ReturnConsumedCapacity) return undefined;
    const [table, { Keys = [], ConsistentRead: _, ProjectionExpression: only, ...more }] = one;
    const keys = Keys.map((key) => (Object.keys(key).length === 2 ? keyOf(key) : undefined));
    const names = new Set(keys.map((key) => key && storeKey(table, key)));
    const isPlain = this.#isPlain(table, more) && (only === undefined || only === 'pk');
    if (!isPlain || names.has(undefined) || names.size !== Keys.length) return undefined;
    if (names.size === 0 || names.size > batchGetMax) return undefined;
    let bytes = 0;
    const items: Item[] = [];
    for (const name of names) {
      const found = this.#at(name ?? '');
      if (!found) continue;
      bytes += itemSize(found, true, true, 'sk');
      const item = itemOf(found);
      items.push(only === 'pk' && item['pk'] ? { pk: item['pk'] } : item);
    }
    // Of so much DynamoDB leaves some unread.
    if (bytes >= pageBytesMax) return undefined;
    return Promise.resolve({ ...answered, Responses: { [table]: items }, UnprocessedKeys: {} });
  }

  #query(input: QueryCommandInput): Promise<unknown> | undefined {
    const query = this.#isPlain(input.TableName ?? '', {}) ? quickQuery(input) : undefined;
    return query === undefined ? undefined : this.#page(query);
  }

  async #page({
    range,
    limit,
    only,
  }: NonNullable<ReturnType<typeof quickQuery>>): Promise<unknown> {
    // What was put before, by whomever, is in the store.
    await this.flushed();
    const values = this.#level.values({ ...range, highWaterMarkBytes: fetchedBytesMax });
    const items: Item[] = [];
    let bytes = 0;
    let last: StoredItem = {};
    const isFull = (): boolean => items.length >= limit || bytes >= pageBytesMax;
    try {
      for (let isMore = true; isMore && !isFull(); ) {
        const some = await values.nextv(Math.min(fetchedMax, limit - items.length));
        isMore = some.length > 0;
        for (const stored of some) {
          if (isFull()) break;
          bytes += itemSize(stored, true, true, 'sk');
          items.push(itemOf(stored, only));
          last = stored;
        }
      }
    } finally {
      await values.close();
    }
    const next = isFull() ? { LastEvaluatedKey: itemOf(last, ['pk', 'sk']) } : {};
    return { ...answered, Items: items, Count: items.length, ScannedCount: items.length, ...next };
  }

  #put(input: PutItemCommandInput): Promise<unknown> | undefined {
    const { TableName: table = '', Item: item = {}, ConditionExpression: condition } = input;
    const { ExpressionAttributeValues: values, ExpressionAttributeNames: names, ...rest } = input;
    const { ConditionExpression: _c, TableName: _t, Item: _i, ...more } = rest;
    const check = checkOf(condition, names, values);
    const stored = storedOf(item);
    const key = keyOf(item);
    if (!stored || !key || !check || !this.#isPlain(table, more)) return undefined;
    return this.#write([[storeKey(table, key), stored]], check);
  }

  #putMany(input: BatchWriteItemCommandInput): Promise<unknown> | undefined {
    const { RequestItems = {}, ...more } = input;
    const rows = new Map<string, StoredItem>();
    let count = 0;
    for (const [table, requests] of Object.entries(RequestItems)) {
      if (!this.#isPlain(table, more)) return undefined;
      for (const { PutRequest: put, DeleteRequest } of requests) {
        const stored = put?.Item && storedOf(put.Item);
        const key = put?.Item && keyOf(put.Item);
        if (!stored || !key || DeleteRequest) return undefined;
        rows.set(storeKey(table, key), stored);
        count += 1;
      }
    }
    if (count === 0 || count > batchWriteMax || rows.size !== count) return undefined;
    return this.#write([...rows], always).then(() => ({ ...answered, UnprocessedItems: {} }));
  }

  #update(command: UpdateItemCommand): Promise<unknown> | undefined {
    const { TableName: table = '', Key = {} } = command.input;
    const key = Object.keys(Key).length === 2 ? keyOf(Key) : undefined;
    const update = this.#isPlain(table, {}) ? quickUpdate(command.input) : undefined;
    if (!key || !update) return undefined;
    return this.#change(storeKey(table, key), key, update, command);
  }

  async #change(
    name: string,
    key: TableKey,
    { check, changed }: QuickUpdate,
    command: UpdateItemCommand,
  ): Promise<unknown> {
    while (this.#ordinaryWrites > 0) await this.#ordinaryDone;
    // From here until the row is put nothing is awaited.
    const value = changed(this.#at(name), key);
    const isLong = itemSize(value, true, true, 'sk') > itemCharactersMax;
    return isLong ? this.#writeOrdinarily(command, undefined) : this.#write([[name, value]], check);
  }

  async #write(rows: readonly Row[], check: Check): Promise<unknown> {
    while (this.#ordinaryWrites > 0) await this.#ordinaryDone;
    // From here to the last row nothing is awaited.
    for (const [key] of rows) if (check !== always && !check(this.#at(key))) throw refusal();
    for (const [key, value] of rows) this.#pending.set(key, value);
    this.#waiting.push(...rows);
    this.#flush ??= this.#flushAll();
    await this.#flush;
    return answered;
  }

  /** One write serves everything that was put during the previous one. */
  async #flushAll(): Promise<void> {
    await Promise.resolve();
    try {
      while (this.#waiting.length > 0) {
        const rows = this.#waiting.splice(0);
        await this.#level.batch(rows.map(([key, value]) => ({ type: 'put', key, value })));
        for (const [key, value] of rows) {
          if (this.#pending.get(key) === value) this.#pending.delete(key);
        }
      }
    } catch (error) {
      this.#waiting = [];
      this.#pending.clear();
      throw error;
    } finally {
      this.#flush = undefined;
    }
  }

  #isPlain(table: string, more: object): boolean {
    return this.#tables.has(table) && Object.values(more).every((value) => value === undefined);
  }
}

const refusal = (): Error =>
  new ConditionalCheckFailedException({ message: 'The conditional request failed', ...answered });
