// Writing and reading of compact binary documents: variable-length whole numbers, texts that share
// the beginning of the one before, packed text of known alphabets. No schema: profile-pack.ts has
// it. The reader trusts the length of nothing: what ends early throws.

/** Up to this many octets a loop is faster than a decoder. */
const shortText = 48;

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const base64url = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const hex = '0123456789abcdef';
const upperHex = '0123456789ABCDEF';

/** Alphabets that texts are tried in; the index is stored. 0 is UTF-8. */
const alphabets = [
  { letters: '', bits: 8, codes: codesOf('') },
  { letters: hex, bits: 4, codes: codesOf(hex) },
  { letters: upperHex, bits: 4, codes: codesOf(upperHex) },
  { letters: base64url, bits: 6, codes: codesOf(base64url) },
] as const;

type Alphabet = (typeof alphabets)[number];
const sixBitAlphabet: Alphabet = alphabets[3];

/** The number of each letter by its character code; -1 for what is no letter. */
function codesOf(letters: string): Int8Array {
  const codes = new Int8Array(128).fill(-1);
  for (let at = 0; at < letters.length; at += 1) codes[letters.charCodeAt(at)] = at;
  return codes;
}

function isWrittenIn(value: string, codes: Int8Array): boolean {
  for (let at = 0; at < value.length; at += 1) {
    if ((codes[value.charCodeAt(at)] ?? -1) < 0) return false;
  }
  return true;
}

/** The room of the last writer that is done: the next one writes there. */
let spare: Uint8Array | undefined;
const firstRoom = 4096;

export class ByteWriter {
  #bytes: Uint8Array;
  #length = 0;

  constructor() {
    this.#bytes = spare ?? new Uint8Array(firstRoom);
    spare = undefined;
  }

  /** How many octets are written. */
  get length(): number {
    return this.#length;
  }

  /** What was written; nothing more can be. */
  finish(): Uint8Array {
    const written = this.#bytes.slice(0, this.#length);
    spare = this.#bytes;
    this.#bytes = done;
    return written;
  }

  byte(value: number): void {
    if (this.#length >= this.#bytes.length) this.#room(1);
    this.#bytes[this.#length] = value;
    this.#length += 1;
  }

  /** A whole number from 0 to 2^53 - 1 in 7 bits a byte (LEB128). */
  whole(value: number): void {
    if (value >= 0 && value < 0x80 && value % 1 === 0) {
      this.byte(value);
      return;
    }
    if (!Number.isSafeInteger(value) || value < 0) {
      throw new RangeError('a packed number is whole and not negative');
    }
    let rest = value;
    while (rest >= 0x80) {
      this.byte((rest % 0x80) + 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.byte(rest);
  }

  /** A whole number of either sign: 0, -1, 1, -2, ... */
  signed(value: number): void {
    this.whole(value < 0 ? -2 * value - 1 : 2 * value);
  }

  raw(bytes: ArrayLike<number>): void {
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  text(value: string): void {
    const { length } = value;
    const begin = this.#length;
    this.whole(length);
    this.#room(length);
    for (let at = 0; at < length; at += 1) {
      const code = value.charCodeAt(at);
      if (code >= 0x80) {
        this.#otherText(value, begin);
        return;
      }
      this.#bytes[this.#length + at] = code;
    }
    this.#length += length;
  }

  /** A text that is not one octet a character: written anew, with its length in octets. */
  #otherText(value: string, begin: number): void {
    this.#length = begin;
    const bytes = encoder.encode(value);
    this.whole(bytes.length);
    this.raw(bytes);
  }

  /** A text of which the first characters are those of `previous`. */
  textAfter(previous: string, value: string): void {
    let shared = 0;
    const most = Math.min(previous.length, value.length);
    while (shared < most && previous.charCodeAt(shared) === value.charCodeAt(shared)) shared += 1;
    // Never between the halves of a character beyond U+FFFF.
    if (shared > 0 && isHighHalf(value.charCodeAt(shared - 1))) shared -= 1;
    this.whole(shared);
    this.text(value.slice(shared));
  }

  /**
   * A text in the smallest alphabet that holds all its letters: hashes, ids, addresses of hardware.
   */
  letters(value: string): void {
    const at = alphabets.findIndex(({ codes }, index) => index > 0 && isWrittenIn(value, codes));
    const alphabet = at > 0 ? alphabets[at] : undefined;
    if (!alphabet) {
      this.byte(0);
      this.text(value);
      return;
    }
    this.byte(at);
    this.whole(value.length);
    this.#packed(value, alphabet);
  }

  /** A text of base64url letters whose length the reader knows. */
  sixBits(value: string): void {
    this.#packed(value, sixBitAlphabet);
  }

  #packed(value: string, alphabet: Alphabet): void {
    let held = 0;
    let bits = 0;
    for (let index = 0; index < value.length; index += 1) {
      const code = alphabet.codes[value.charCodeAt(index)] ?? 0;
      held = ((held << alphabet.bits) | code) & 0xffff;
      bits += alphabet.bits;
      if (bits < 8) continue;
      bits -= 8;
      this.byte((held >> bits) & 0xff);
    }
    if (bits > 0) this.byte((held << (8 - bits)) & 0xff);
  }

  #room(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    if (this.#bytes === done) throw new Error('a packed document that is finished grows no more');
    const grown = new Uint8Array(2 * (this.#bytes.length + count));
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}

/** Of a writer that is finished. */
const done = new Uint8Array(0);

/** Short texts that were read lately, by their hash: one that is read again is not made again. */
const textsKept = 4096;
const texts = new Array<string | undefined>(textsKept).fill(undefined);
const notAscii = 0x80;

export class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  byte(): number {
    const value = this.#bytes[this.#at];
    if (value === undefined) throw new RangeError('a packed document ends early');
    this.#at += 1;
    return value;
  }

  whole(): number {
    const first = this.byte();
    if (first < 0x80) return first;
    let value = first % 0x80;
    let scale = 0x80;
    for (;;) {
      const byte = this.byte();
      value += (byte % 0x80) * scale;
      if (byte < 0x80) return value;
      scale *= 0x80;
      if (scale > 2 ** 49) throw new RangeError('a packed number is too long');
    }
  }

  signed(): number {
    const value = this.whole();
    return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
  }

  raw(length: number): Uint8Array {
    const bytes = this.#bytes.subarray(this.#at, this.#at + length);
    if (bytes.length < length) throw new RangeError('a packed document ends early');
    this.#at += length;
    return bytes;
  }

  text(): string {
    const length = this.whole();
    if (length === 0) return '';
    if (length > shortText) return decoder.decode(this.raw(length));
    const from = this.#at;
    let hash = length;
    for (let at = from; at < from + length; at += 1) {
      const octet = this.#bytes[at] ?? notAscii;
      if (octet >= 0x80) return decoder.decode(this.raw(length));
      hash = Math.imul(hash ^ octet, 0x01000193);
    }
    // Profiles are read again and again, and their names are mostly those of the profile before.
    const place = (hash ^ (hash >>> 16)) & (textsKept - 1);
    const known = texts[place];
    this.#at = from + length;
    if (known !== undefined && this.#stoodAt(from, length, known)) return known;
    const text = String.fromCharCode.apply(null, [...this.#bytes.subarray(from, this.#at)]);
    texts[place] = text;
    return text;
  }

  /** Whether the octets from there are those of a text. */
  #stoodAt(from: number, length: number, text: string): boolean {
    if (text.length !== length) return false;
    for (let at = 0; at < length; at += 1) {
      if (text.charCodeAt(at) !== this.#bytes[from + at]) return false;
    }
    return true;
  }

  textAfter(previous: string): string {
    const shared = this.whole();
    return previous.slice(0, shared) + this.text();
  }

  letters(): string {
    const alphabet = alphabets[this.byte()];
    if (!alphabet) throw new RangeError('a packed text has an unknown alphabet');
    if (alphabet.letters === '') return this.text();
    return this.#packed(this.whole(), alphabet);
  }

  /** A text of so many base64url letters. */
  sixBits(length: number): string {
    return this.#packed(length, sixBitAlphabet);
  }

  #packed(length: number, alphabet: Alphabet): string {
    let value = '';
    let held = 0;
    let bits = 0;
    const mask = (1 << alphabet.bits) - 1;
    for (let done = 0; done < length; done += 1) {
      if (bits < alphabet.bits) {
        held = ((held << 8) | this.byte()) & 0xffff;
        bits += 8;
      }
      bits -= alphabet.bits;
      value += alphabet.letters[(held >> bits) & mask];
    }
    return value;
  }
}

const isHighHalf = (code: number): boolean => code >= 0xd800 && code <= 0xdbff;
