// MD5 (RFC 1321) and HMAC-MD5 (RFC 2104) over a reused buffer, in plain TypeScript.
// Why not node:crypto: for packets of 30 to 600 octets its set-up costs more than the hashing, and
// where FIPS mode rules it has no MD5 at all. RADIUS fixes the algorithm; nothing else may use it.
// Not re-entrant: one thread, synchronous calls, module-level work space.

/** Octets that must be free behind a message: its end mark, zeros and its length in bits. */
const paddingOctetsMax = 72;
const blockOctets = 64;

/** Octets of a digest. */
export const md5Octets = 16;

/** A reused message with room for its padding. Hashing overwrites what follows the message. */
export type MessageBuffer = { readonly bytes: Buffer; readonly view: DataView };

/** Four 32-bit words: the state after some whole blocks. */
export type Md5State = Int32Array;

/** The states after the padded key, so that a key costs its two blocks once and not per packet. */
export type HmacKey = { readonly inner: Md5State; readonly outer: Md5State };

const initialState = new Int32Array([0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476]);
const sines = Int32Array.from({ length: 64 }, (_, i) =>
  Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32),
);
const words = new Int32Array(16);
const work = new Int32Array(4);

/** A buffer for messages of at most `octetsMax` octets. */
export function makeMessageBuffer(octetsMax: number): MessageBuffer {
  const memory = new ArrayBuffer(octetsMax + paddingOctetsMax);
  return { bytes: Buffer.from(memory), view: new DataView(memory) };
}

const outerMessage = makeMessageBuffer(md5Octets);

const rotate = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits));

// Typed arrays are read with a fallback only because the compiler cannot see their length.
const wordAt = (index: number): number => words[index & 15] as number;
const sineAt = (index: number): number => sines[index] as number;

/** Mixes one block into the state. Four loops for the four rounds of RFC 1321 section 3.4. */
function mixBlock(state: Md5State, view: DataView, offset: number): void {
  for (let i = 0; i < 16; i++) words[i] = view.getInt32(offset + 4 * i, true);
  let a = state[0] as number;
  let b = state[1] as number;
  let c = state[2] as number;
  let d = state[3] as number;
  for (let i = 0; i < 16; i += 4) {
    a = (b + rotate((a + ((b & c) | (~b & d)) + wordAt(i) + sineAt(i)) | 0, 7)) | 0;
    d = (a + rotate((d + ((a & b) | (~a & c)) + wordAt(i + 1) + sineAt(i + 1)) | 0, 12)) | 0;
    c = (d + rotate((c + ((d & a) | (~d & b)) + wordAt(i + 2) + sineAt(i + 2)) | 0, 17)) | 0;
    b = (c + rotate((b + ((c & d) | (~c & a)) + wordAt(i + 3) + sineAt(i + 3)) | 0, 22)) | 0;
  }
  for (let i = 16, w = 1; i < 32; i += 4, w += 20) {
    a = (b + rotate((a + ((b & d) | (c & ~d)) + wordAt(w) + sineAt(i)) | 0, 5)) | 0;
    d = (a + rotate((d + ((a & c) | (b & ~c)) + wordAt(w + 5) + sineAt(i + 1)) | 0, 9)) | 0;
    c = (d + rotate((c + ((d & b) | (a & ~b)) + wordAt(w + 10) + sineAt(i + 2)) | 0, 14)) | 0;
    b = (c + rotate((b + ((c & a) | (d & ~a)) + wordAt(w + 15) + sineAt(i + 3)) | 0, 20)) | 0;
  }
  for (let i = 32, w = 5; i < 48; i += 4, w += 12) {
    a = (b + rotate((a + (b ^ c ^ d) + wordAt(w) + sineAt(i)) | 0, 4)) | 0;
    d = (a + rotate((d + (a ^ b ^ c) + wordAt(w + 3) + sineAt(i + 1)) | 0, 11)) | 0;
    c = (d + rotate((c + (d ^ a ^ b) + wordAt(w + 6) + sineAt(i + 2)) | 0, 16)) | 0;
    b = (c + rotate((b + (c ^ d ^ a) + wordAt(w + 9) + sineAt(i + 3)) | 0, 23)) | 0;
  }
  for (let i = 48, w = 0; i < 64; i += 4, w += 28) {
    a = (b + rotate((a + (c ^ (b | ~d)) + wordAt(w) + sineAt(i)) | 0, 6)) | 0;
    d = (a + rotate((d + (b ^ (a | ~c)) + wordAt(w + 7) + sineAt(i + 1)) | 0, 10)) | 0;
    c = (d + rotate((c + (a ^ (d | ~b)) + wordAt(w + 14) + sineAt(i + 2)) | 0, 15)) | 0;
    b = (c + rotate((b + (d ^ (c | ~a)) + wordAt(w + 21) + sineAt(i + 3)) | 0, 21)) | 0;
  }
  state[0] = (state[0] as number) + a;
  state[1] = (state[1] as number) + b;
  state[2] = (state[2] as number) + c;
  state[3] = (state[3] as number) + d;
}

/** Mixes the whole blocks of [0, length) into a fresh `state`; returns how many octets. */
export function beginMd5(state: Md5State, message: MessageBuffer, length: number): number {
  const end = length - (length % blockOctets);
  state.set(initialState);
  for (let offset = 0; offset < end; offset += blockOctets) mixBlock(state, message.view, offset);
  return end;
}

/**
 * Digest of `state` (left as it is) followed by message octets [start, end).
 * `octetsBefore` counts what the state has taken in that does not lie in front of `start`.
 */
export function finishMd5(
  state: Md5State,
  message: MessageBuffer,
  range: { readonly start: number; readonly end: number; readonly octetsBefore: number },
  digest: Buffer,
): void {
  const { bytes, view } = message;
  const padded = range.start + Math.ceil((range.end - range.start + 9) / blockOctets) * blockOctets;
  const bits = (range.end + range.octetsBefore) * 8;
  bytes[range.end] = 0x80;
  bytes.fill(0, range.end + 1, padded - 8);
  view.setUint32(padded - 8, bits >>> 0, true);
  view.setUint32(padded - 4, Math.floor(bits / 2 ** 32), true);
  work.set(state);
  for (let offset = range.start; offset < padded; offset += blockOctets) {
    mixBlock(work, view, offset);
  }
  for (let i = 0; i < 4; i++) digest.writeInt32LE(work[i] as number, 4 * i);
}

const prefixState = new Int32Array(4);

/** Writes the MD5 of message octets [0, length) to `digest`. */
export function md5(message: MessageBuffer, length: number, digest: Buffer): void {
  const start = beginMd5(prefixState, message, length);
  finishMd5(prefixState, message, { start, end: length, octetsBefore: 0 }, digest);
}

/** Prepares a key for `hmacMd5`. */
export function makeHmacKey(secret: Uint8Array): HmacKey {
  const message = makeMessageBuffer(Math.max(secret.length, blockOctets));
  const key = Buffer.alloc(blockOctets);
  message.bytes.set(secret);
  if (secret.length > blockOctets) md5(message, secret.length, key);
  else key.set(secret);
  const stateOfPad = (pad: number): Md5State => {
    const state = new Int32Array(4);
    for (let i = 0; i < blockOctets; i++) message.bytes[i] = (key[i] as number) ^ pad;
    beginMd5(state, message, blockOctets);
    return state;
  };
  return { inner: stateOfPad(0x36), outer: stateOfPad(0x5c) };
}

/** Writes the HMAC-MD5 of message octets [0, length) to `digest`. */
export function hmacMd5(
  key: HmacKey,
  message: MessageBuffer,
  length: number,
  digest: Buffer,
): void {
  const inner = { start: 0, end: length, octetsBefore: blockOctets };
  finishMd5(key.inner, message, inner, digest);
  outerMessage.bytes.set(digest);
  const outer = { start: 0, end: md5Octets, octetsBefore: blockOctets };
  finishMd5(key.outer, outerMessage, outer, digest);
}
