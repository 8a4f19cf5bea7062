// Last words packed for a shared row, some 25 octets each, and how what one call heard is cut into
// rows: one where they are few, more where each row is still worth a write of its own, so that
// a reader of one session reads a part. Names no user, gateway or address. Pure.
//
// A row: version, base time, then for each word: what follows (flags), key, time behind the base,
// seconds, mark of the address (2 octets), octets in and out. Numbers are those of packed-bytes.ts.

import { ByteReader, ByteWriter } from '../profile/packed-bytes.ts';
import { type HeardWord, type LastWord, laterWord, wordKeyLetters } from '../session/last-word.ts';
import { type IndexNews, joinOpen, noNews, type OpenSession } from '../session/open-session.ts';

const version = 1;
const flags = { seconds: 1, address: 2, octetsIn: 4, octetsOut: 8 } as const;

/** Packs words; none may be of a time before 1970. */
export function packWords(words: readonly HeardWord[]): Uint8Array {
  const writer = new ByteWriter();
  const base = words.reduce(
    (least, { word }) => Math.min(least, word.time),
    words[0]?.word.time ?? 0,
  );
  writer.byte(version);
  writer.whole(base);
  for (const { key, word } of words) packWord(writer, key, word, base);
  return writer.finish();
}

function packWord(writer: ByteWriter, key: string, word: LastWord, base: number): void {
  const { time, seconds, address, octetsIn, octetsOut } = word;
  writer.byte(
    (seconds === undefined ? 0 : flags.seconds) +
      (address === undefined ? 0 : flags.address) +
      (octetsIn === undefined ? 0 : flags.octetsIn) +
      (octetsOut === undefined ? 0 : flags.octetsOut),
  );
  writer.sixBits(key);
  writer.whole(Math.floor(time - base));
  if (seconds !== undefined) writer.whole(seconds);
  if (address !== undefined) writer.raw([address >> 8, address & 0xff]);
  if (octetsIn !== undefined) packOctets(writer, octetsIn);
  if (octetsOut !== undefined) packOctets(writer, octetsOut);
}

/** 64 bits as two numbers: the lower 48 bits are nearly always all there is. */
export function packOctets(writer: ByteWriter, octets: string): void {
  const value = BigInt(octets);
  const low = Number(value & 0xffff_ffff_ffffn);
  const high = Number(value >> 48n);
  writer.whole(low * 2 + (high > 0 ? 1 : 0));
  if (high > 0) writer.whole(high);
}

/** @throws RangeError when the bytes are not those of `packWords` */
export function unpackWords(bytes: Uint8Array): HeardWord[] {
  const reader = new ByteReader(bytes);
  if (reader.byte() !== version) throw new RangeError('packed words have an unknown version');
  const base = reader.whole();
  const words: HeardWord[] = [];
  while (!reader.isAtEnd) words.push(unpackWord(reader, base));
  return words;
}

function unpackWord(reader: ByteReader, base: number): HeardWord {
  const set = reader.byte();
  const key = reader.sixBits(wordKeyLetters);
  const time = base + reader.whole();
  const seconds = set & flags.seconds ? { seconds: reader.whole() } : {};
  const address = set & flags.address ? { address: reader.byte() * 256 + reader.byte() } : {};
  const octetsIn = set & flags.octetsIn ? { octetsIn: unpackOctets(reader) } : {};
  const octetsOut = set & flags.octetsOut ? { octetsOut: unpackOctets(reader) } : {};
  return { key, word: { time, ...seconds, ...address, ...octetsIn, ...octetsOut } };
}

export function unpackOctets(reader: ByteReader): string {
  const value = reader.whole();
  const low = Math.floor(value / 2);
  return String(BigInt(low) + (value % 2 === 1 ? BigInt(reader.whole()) << 48n : 0n));
}

/** Shards that words lie in, by the first bits of their key. A reader of one looks at all three. */
const shardBits = [0, 2, 4] as const;
/** A row of a shard holds at least so many words in the mean: a write unit for each 16. */
const wordsPerShardMin = 16;
/** Words of one row: a row of more than a unit costs a reader what it does not look for. */
const wordsPerRowMax = 400;
/** A name may have 253 characters, and so an id: so many stay below what a row may hold. */
const openedPerRowMax = 100;
/** How many words an opened session weighs, and an end. */
const openedWeight = 3;
const endedWeight = 0.25;
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** The shards that may hold the words of a session, by its key. */
export function shardsOf(key: string): readonly string[] {
  return shardBits.map((bits) => shardOf(key, bits));
}

/** Every shard there is. */
export const allShards: readonly string[] = shardBits.flatMap((bits) =>
  Array.from({ length: 2 ** bits }, (_, at) => `${bits}.${at}`),
);

function shardOf(key: string, bits: number): string {
  return `${bits}.${letters.indexOf(key.charAt(0)) >> (6 - bits)}`;
}

/** What one row holds, and the shard it goes to. */
export type WordRow = {
  readonly shard: string;
  readonly words: readonly HeardWord[];
  /** Absent: the row holds words alone. */
  readonly news?: IndexNews;
};

type Shard = { words: HeardWord[]; opened: OpenSession[]; ended: string[] };

/**
 * Cuts what one call heard into rows: of one session the latest word, in the order of keys. What it
 * opened and ended rides along: most calls write one row for all.
 */
export function wordRows(
  heard: readonly HeardWord[],
  { opened, ended }: IndexNews = noNews,
): readonly WordRow[] {
  const latest = new Map<string, LastWord>();
  for (const { key, word } of heard) latest.set(key, laterWord(latest.get(key), word));
  const weight = latest.size + openedWeight * opened.length + endedWeight * ended.length;
  const bits = shardBits.findLast((one) => weight >= wordsPerShardMin * 2 ** one) ?? 0;
  const shards = new Map<string, Shard>();
  const shardAt = (key: string): Shard => {
    const name = shardOf(key, bits);
    const known = shards.get(name) ?? { words: [], opened: [], ended: [] };
    shards.set(name, known);
    return known;
  };
  for (const [key, word] of [...latest].sort(([a], [b]) => (a < b ? -1 : 1))) {
    shardAt(key).words.push({ key, word });
  }
  for (const one of joined(opened)) shardAt(one.key).opened.push(one);
  for (const key of [...new Set(ended)].sort()) shardAt(key).ended.push(key);
  return [...shards].flatMap(([shard, one]) => rowsOf(shard, one));
}

/** Of one session one view, in the order of keys. */
function joined(opened: readonly OpenSession[]): readonly OpenSession[] {
  const byKey = new Map<string, OpenSession>();
  for (const one of opened) {
    const known = byKey.get(one.key);
    byKey.set(one.key, known ? joinOpen(known, one) : one);
  }
  return [...byKey.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

function rowsOf(shard: string, { words, opened, ended }: Shard): readonly WordRow[] {
  const count = Math.max(
    Math.ceil(words.length / wordsPerRowMax),
    Math.ceil(opened.length / openedPerRowMax),
    1,
  );
  return Array.from({ length: count }, (_, at) => {
    const part = <T>(list: readonly T[], most: number): readonly T[] =>
      list.slice(at * most, (at + 1) * most);
    const news = { opened: part(opened, openedPerRowMax), ended: at === 0 ? ended : [] };
    const isNews = news.opened.length > 0 || news.ended.length > 0;
    return { shard, words: part(words, wordsPerRowMax), ...(isNews ? { news } : {}) };
  });
}
