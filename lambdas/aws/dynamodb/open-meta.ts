// The row that leads to the index of open sessions: which generation of its parts counts, from when
// on rows of words say more, and the keys that sessions in those rows are sealed with. Each
// generation has a key of its own, and that before the last is forgotten: what rows of before say
// of users can be read by nobody then, though the rows stand for days (decision 0027).

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import type { UnixMs } from '../../../domain/accounting-event.ts';
import { readDocument, writeDocument } from './control-rows.ts';
import { openIndexKey } from './profile-keys.ts';

export type OpenTable = {
  readonly client: DynamoDBClient;
  /** Of profiles. */
  readonly tableName: string;
  /** Milliseconds since 1970. */
  readonly now: () => UnixMs;
};

/** Parts of even generations stand in one place, those of odd ones in the other. */
export const places = ['a', 'b'] as const;
export type Place = (typeof places)[number];

export type OpenMeta = {
  /** Of the parts that count; 0: there are none yet. */
  readonly generation: number;
  /** Octets of the parts. */
  readonly octets: number;
  /** How many parts stand in each place; of the one that does not count, what was left there. */
  readonly parts: Readonly<Record<Place, number>>;
  /** What was written later is not in the parts. */
  readonly cutoff: UnixMs;
  /** Of the generation before: its key opens what was written since then. */
  readonly cutoffBefore: UnixMs;
  /** Sealing keys by generation, the newest first: of this one and the one before. */
  readonly keys: readonly { readonly generation: number; readonly key: string }[];
  /** Somebody is writing the next generation, until then at the most. */
  readonly claimedUntil?: UnixMs;
  /** Sessions were left out: there are more than parts may hold. */
  readonly isCut?: true;
  /** How often users were taken out of these parts or of rows since: what was kept is old. */
  readonly forgotten?: number;
};

export type StoredMeta = { readonly meta: OpenMeta; readonly version: number };

const schema: v.GenericSchema<unknown, OpenMeta> = v.object({
  generation: v.number(),
  octets: v.number(),
  parts: v.object({ a: v.number(), b: v.number() }),
  cutoff: v.number(),
  cutoffBefore: v.number(),
  keys: v.array(v.object({ generation: v.number(), key: v.string() })),
  claimedUntil: v.exactOptional(v.number()),
  isCut: v.exactOptional(v.literal(true)),
  forgotten: v.exactOptional(v.number()),
});

export const freshKey = (): string => randomBytes(32).toString('base64url');

/** Nothing was ever said of a session. */
const nothing: OpenMeta = {
  generation: 0,
  octets: 0,
  parts: { a: 0, b: 0 },
  cutoff: 0,
  cutoffBefore: 0,
  keys: [],
};

/** Reads the row; version 0: there is none yet. It writes nothing: the API may only read. */
export async function readMeta(table: OpenTable): Promise<StoredMeta> {
  const { value, version } = await readDocument(table, openIndexKey);
  return { meta: version > 0 ? v.parse(schema, value) : nothing, version };
}

/** Reads the row for who writes; makes it, with the first key, where there is none. */
export async function makeMeta(table: OpenTable): Promise<StoredMeta> {
  const stored = await readMeta(table);
  if (stored.version > 0) return stored;
  const first = { ...nothing, keys: [{ generation: 0, key: freshKey() }] };
  // Whoever loses reads what the other wrote.
  if (!(await writeMeta(table, first, 0))) return makeMeta(table);
  return { meta: first, version: 1 };
}

/** @returns false when the row is of another version by now */
export const writeMeta = (table: OpenTable, meta: OpenMeta, version: number): Promise<boolean> =>
  writeDocument(table, openIndexKey, meta, version);

export const placeOf = (generation: number): Place => places[generation % 2 === 0 ? 0 : 1];

/** AES-256-GCM; what is sealed begins with the generation of its key. */
const cipherName = 'aes-256-gcm';
const generationOctets = 4;
const nonceOctets = 12;
const tagOctets = 16;

/**
 * Seals with a key that is known.
 * @param generation of the key; absent: the newest
 */
export function sealNews({ keys }: OpenMeta, bytes: Uint8Array, generation?: number): Uint8Array {
  const found = keys.find((one) => one.generation === (generation ?? keys[0]?.generation));
  if (!found) throw new RangeError('the index of open sessions has no such key');
  const head = Buffer.alloc(generationOctets);
  head.writeUInt32BE(found.generation);
  const nonce = randomBytes(nonceOctets);
  const cipher = createCipheriv(cipherName, Buffer.from(found.key, 'base64url'), nonce);
  cipher.setAAD(head);
  const body = Buffer.concat([cipher.update(bytes), cipher.final()]);
  return Buffer.concat([head, nonce, body, cipher.getAuthTag()]);
}

/** The generation of the key that something is sealed with. */
export const generationOf = (sealed: Uint8Array): number =>
  Buffer.from(sealed.subarray(0, generationOctets)).readUInt32BE();

/**
 * @returns undefined: its key is forgotten, or not known yet
 * @throws Error when it is not what was sealed
 */
export function openNews({ keys }: OpenMeta, sealed: Uint8Array): Uint8Array | undefined {
  const found = keys.find(({ generation }) => generation === generationOf(sealed));
  if (!found) return undefined;
  const head = sealed.subarray(0, generationOctets);
  const nonce = sealed.subarray(generationOctets, generationOctets + nonceOctets);
  const body = sealed.subarray(generationOctets + nonceOctets, sealed.length - tagOctets);
  const cipher = createDecipheriv(cipherName, Buffer.from(found.key, 'base64url'), nonce);
  cipher.setAAD(head).setAuthTag(sealed.subarray(-tagOctets));
  return Buffer.concat([cipher.update(body), cipher.final()]);
}
