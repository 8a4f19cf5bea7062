// Last words packed for a shared row, some 25 octets each, and how the words of one call are cut
// into rows: one where they are few, more where each row is still worth a write of its own, so that
// a reader of one session reads a part. Names no user, gateway or address. Pure.
//
// A row: version, base time, then for each word: what follows (flags), key, time behind the base,
// seconds, mark of the address (2 octets), octets in and out. Numbers are those of packed-bytes.ts.

import { ByteReader, ByteWriter } from '../profile/packed-bytes.ts';
import { type HeardWord, type LastWord, laterWord, wordKeyLetters } from '../session/last-word.ts';

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
function packOctets(writer: ByteWriter, octets: string): void {
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

function unpackOctets(reader: ByteReader): string {
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
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** The shards that may hold the words of a session, by its key. */
export function shardsOf(key: string): readonly string[] {
  return shardBits.map((bits) => shardOf(key, bits));
}

function shardOf(key: string, bits: number): string {
  return `${bits}.${letters.indexOf(key.charAt(0)) >> (6 - bits)}`;
}

/** Words of one row, and the shard it goes to. */
export type WordRow = { readonly shard: string; readonly words: readonly HeardWord[] };

/** Cuts the words of one call into rows: of one session the latest, in the order of keys. */
export function wordRows(heard: readonly HeardWord[]): readonly WordRow[] {
  const latest = new Map<string, LastWord>();
  for (const { key, word } of heard) latest.set(key, laterWord(latest.get(key), word));
  const bits = shardBits.findLast((one) => latest.size >= wordsPerShardMin * 2 ** one) ?? 0;
  const shards = new Map<string, HeardWord[]>();
  for (const [key, word] of [...latest].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const shard = shardOf(key, bits);
    const known = shards.get(shard);
    if (known) known.push({ key, word });
    else shards.set(shard, [{ key, word }]);
  }
  return [...shards].flatMap(([shard, words]) => {
    const rows: WordRow[] = [];
    for (let from = 0; from < words.length; from += wordsPerRowMax) {
      rows.push({ shard, words: words.slice(from, from + wordsPerRowMax) });
    }
    return rows;
  });
}
