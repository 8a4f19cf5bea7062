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
const half = new Int32Array(4);
const work = new Int32Array(4);

/** A buffer for messages of at most `octetsMax` octets. */
export function makeMessageBuffer(octetsMax: number): MessageBuffer {
  const memory = new ArrayBuffer(octetsMax + paddingOctetsMax);
  return { bytes: Buffer.from(memory), view: new DataView(memory) };
}

const outerMessage = makeMessageBuffer(md5Octets);

const rotate = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits));

// The 64 steps of RFC 1321 section 3.4 stand unrolled, words and constants in place: a loop over
// tables takes 1.5 times as long. The two halves only keep functions at a readable length.

/** Rounds 1 and 2 of one block: from `state` to `half`. */
function mixFirstHalf(state: Md5State, view: DataView, offset: number): void {
  const w0 = view.getInt32(offset, true);
  const w1 = view.getInt32(offset + 4, true);
  const w2 = view.getInt32(offset + 8, true);
  const w3 = view.getInt32(offset + 12, true);
  const w4 = view.getInt32(offset + 16, true);
  const w5 = view.getInt32(offset + 20, true);
  const w6 = view.getInt32(offset + 24, true);
  const w7 = view.getInt32(offset + 28, true);
  const w8 = view.getInt32(offset + 32, true);
  const w9 = view.getInt32(offset + 36, true);
  const w10 = view.getInt32(offset + 40, true);
  const w11 = view.getInt32(offset + 44, true);
  const w12 = view.getInt32(offset + 48, true);
  const w13 = view.getInt32(offset + 52, true);
  const w14 = view.getInt32(offset + 56, true);
  const w15 = view.getInt32(offset + 60, true);
  let a = state[0] as number;
  let b = state[1] as number;
  let c = state[2] as number;
  let d = state[3] as number;
  a = (b + rotate((a + ((b & c) | (~b & d)) + w0 + 0xd76aa478) | 0, 7)) | 0;
  d = (a + rotate((d + ((a & b) | (~a & c)) + w1 + 0xe8c7b756) | 0, 12)) | 0;
  c = (d + rotate((c + ((d & a) | (~d & b)) + w2 + 0x242070db) | 0, 17)) | 0;
  b = (c + rotate((b + ((c & d) | (~c & a)) + w3 + 0xc1bdceee) | 0, 22)) | 0;
  a = (b + rotate((a + ((b & c) | (~b & d)) + w4 + 0xf57c0faf) | 0, 7)) | 0;
  d = (a + rotate((d + ((a & b) | (~a & c)) + w5 + 0x4787c62a) | 0, 12)) | 0;
  c = (d + rotate((c + ((d & a) | (~d & b)) + w6 + 0xa8304613) | 0, 17)) | 0;
  b = (c + rotate((b + ((c & d) | (~c & a)) + w7 + 0xfd469501) | 0, 22)) | 0;
  a = (b + rotate((a + ((b & c) | (~b & d)) + w8 + 0x698098d8) | 0, 7)) | 0;
  d = (a + rotate((d + ((a & b) | (~a & c)) + w9 + 0x8b44f7af) | 0, 12)) | 0;
  c = (d + rotate((c + ((d & a) | (~d & b)) + w10 + 0xffff5bb1) | 0, 17)) | 0;
  b = (c + rotate((b + ((c & d) | (~c & a)) + w11 + 0x895cd7be) | 0, 22)) | 0;
  a = (b + rotate((a + ((b & c) | (~b & d)) + w12 + 0x6b901122) | 0, 7)) | 0;
  d = (a + rotate((d + ((a & b) | (~a & c)) + w13 + 0xfd987193) | 0, 12)) | 0;
  c = (d + rotate((c + ((d & a) | (~d & b)) + w14 + 0xa679438e) | 0, 17)) | 0;
  b = (c + rotate((b + ((c & d) | (~c & a)) + w15 + 0x49b40821) | 0, 22)) | 0;
  a = (b + rotate((a + ((b & d) | (c & ~d)) + w1 + 0xf61e2562) | 0, 5)) | 0;
  d = (a + rotate((d + ((a & c) | (b & ~c)) + w6 + 0xc040b340) | 0, 9)) | 0;
  c = (d + rotate((c + ((d & b) | (a & ~b)) + w11 + 0x265e5a51) | 0, 14)) | 0;
  b = (c + rotate((b + ((c & a) | (d & ~a)) + w0 + 0xe9b6c7aa) | 0, 20)) | 0;
  a = (b + rotate((a + ((b & d) | (c & ~d)) + w5 + 0xd62f105d) | 0, 5)) | 0;
  d = (a + rotate((d + ((a & c) | (b & ~c)) + w10 + 0x02441453) | 0, 9)) | 0;
  c = (d + rotate((c + ((d & b) | (a & ~b)) + w15 + 0xd8a1e681) | 0, 14)) | 0;
  b = (c + rotate((b + ((c & a) | (d & ~a)) + w4 + 0xe7d3fbc8) | 0, 20)) | 0;
  a = (b + rotate((a + ((b & d) | (c & ~d)) + w9 + 0x21e1cde6) | 0, 5)) | 0;
  d = (a + rotate((d + ((a & c) | (b & ~c)) + w14 + 0xc33707d6) | 0, 9)) | 0;
  c = (d + rotate((c + ((d & b) | (a & ~b)) + w3 + 0xf4d50d87) | 0, 14)) | 0;
  b = (c + rotate((b + ((c & a) | (d & ~a)) + w8 + 0x455a14ed) | 0, 20)) | 0;
  a = (b + rotate((a + ((b & d) | (c & ~d)) + w13 + 0xa9e3e905) | 0, 5)) | 0;
  d = (a + rotate((d + ((a & c) | (b & ~c)) + w2 + 0xfcefa3f8) | 0, 9)) | 0;
  c = (d + rotate((c + ((d & b) | (a & ~b)) + w7 + 0x676f02d9) | 0, 14)) | 0;
  b = (c + rotate((b + ((c & a) | (d & ~a)) + w12 + 0x8d2a4c8a) | 0, 20)) | 0;
  half[0] = a;
  half[1] = b;
  half[2] = c;
  half[3] = d;
}

/** Rounds 3 and 4 of one block: from `half`, added to `state`. */
function mixSecondHalf(state: Md5State, view: DataView, offset: number): void {
  const w0 = view.getInt32(offset, true);
  const w1 = view.getInt32(offset + 4, true);
  const w2 = view.getInt32(offset + 8, true);
  const w3 = view.getInt32(offset + 12, true);
  const w4 = view.getInt32(offset + 16, true);
  const w5 = view.getInt32(offset + 20, true);
  const w6 = view.getInt32(offset + 24, true);
  const w7 = view.getInt32(offset + 28, true);
  const w8 = view.getInt32(offset + 32, true);
  const w9 = view.getInt32(offset + 36, true);
  const w10 = view.getInt32(offset + 40, true);
  const w11 = view.getInt32(offset + 44, true);
  const w12 = view.getInt32(offset + 48, true);
  const w13 = view.getInt32(offset + 52, true);
  const w14 = view.getInt32(offset + 56, true);
  const w15 = view.getInt32(offset + 60, true);
  let a = half[0] as number;
  let b = half[1] as number;
  let c = half[2] as number;
  let d = half[3] as number;
  a = (b + rotate((a + (b ^ c ^ d) + w5 + 0xfffa3942) | 0, 4)) | 0;
  d = (a + rotate((d + (a ^ b ^ c) + w8 + 0x8771f681) | 0, 11)) | 0;
  c = (d + rotate((c + (d ^ a ^ b) + w11 + 0x6d9d6122) | 0, 16)) | 0;
  b = (c + rotate((b + (c ^ d ^ a) + w14 + 0xfde5380c) | 0, 23)) | 0;
  a = (b + rotate((a + (b ^ c ^ d) + w1 + 0xa4beea44) | 0, 4)) | 0;
  d = (a + rotate((d + (a ^ b ^ c) + w4 + 0x4bdecfa9) | 0, 11)) | 0;
  c = (d + rotate((c + (d ^ a ^ b) + w7 + 0xf6bb4b60) | 0, 16)) | 0;
  b = (c + rotate((b + (c ^ d ^ a) + w10 + 0xbebfbc70) | 0, 23)) | 0;
  a = (b + rotate((a + (b ^ c ^ d) + w13 + 0x289b7ec6) | 0, 4)) | 0;
  d = (a + rotate((d + (a ^ b ^ c) + w0 + 0xeaa127fa) | 0, 11)) | 0;
  c = (d + rotate((c + (d ^ a ^ b) + w3 + 0xd4ef3085) | 0, 16)) | 0;
  b = (c + rotate((b + (c ^ d ^ a) + w6 + 0x04881d05) | 0, 23)) | 0;
  a = (b + rotate((a + (b ^ c ^ d) + w9 + 0xd9d4d039) | 0, 4)) | 0;
  d = (a + rotate((d + (a ^ b ^ c) + w12 + 0xe6db99e5) | 0, 11)) | 0;
  c = (d + rotate((c + (d ^ a ^ b) + w15 + 0x1fa27cf8) | 0, 16)) | 0;
  b = (c + rotate((b + (c ^ d ^ a) + w2 + 0xc4ac5665) | 0, 23)) | 0;
  a = (b + rotate((a + (c ^ (b | ~d)) + w0 + 0xf4292244) | 0, 6)) | 0;
  d = (a + rotate((d + (b ^ (a | ~c)) + w7 + 0x432aff97) | 0, 10)) | 0;
  c = (d + rotate((c + (a ^ (d | ~b)) + w14 + 0xab9423a7) | 0, 15)) | 0;
  b = (c + rotate((b + (d ^ (c | ~a)) + w5 + 0xfc93a039) | 0, 21)) | 0;
  a = (b + rotate((a + (c ^ (b | ~d)) + w12 + 0x655b59c3) | 0, 6)) | 0;
  d = (a + rotate((d + (b ^ (a | ~c)) + w3 + 0x8f0ccc92) | 0, 10)) | 0;
  c = (d + rotate((c + (a ^ (d | ~b)) + w10 + 0xffeff47d) | 0, 15)) | 0;
  b = (c + rotate((b + (d ^ (c | ~a)) + w1 + 0x85845dd1) | 0, 21)) | 0;
  a = (b + rotate((a + (c ^ (b | ~d)) + w8 + 0x6fa87e4f) | 0, 6)) | 0;
  d = (a + rotate((d + (b ^ (a | ~c)) + w15 + 0xfe2ce6e0) | 0, 10)) | 0;
  c = (d + rotate((c + (a ^ (d | ~b)) + w6 + 0xa3014314) | 0, 15)) | 0;
  b = (c + rotate((b + (d ^ (c | ~a)) + w13 + 0x4e0811a1) | 0, 21)) | 0;
  a = (b + rotate((a + (c ^ (b | ~d)) + w4 + 0xf7537e82) | 0, 6)) | 0;
  d = (a + rotate((d + (b ^ (a | ~c)) + w11 + 0xbd3af235) | 0, 10)) | 0;
  c = (d + rotate((c + (a ^ (d | ~b)) + w2 + 0x2ad7d2bb) | 0, 15)) | 0;
  b = (c + rotate((b + (d ^ (c | ~a)) + w9 + 0xeb86d391) | 0, 21)) | 0;
  state[0] = (state[0] as number) + a;
  state[1] = (state[1] as number) + b;
  state[2] = (state[2] as number) + c;
  state[3] = (state[3] as number) + d;
}

function mixBlock(state: Md5State, view: DataView, offset: number): void {
  mixFirstHalf(state, view, offset);
  mixSecondHalf(state, view, offset);
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
  digestAt = 0,
): void {
  const { bytes, view } = message;
  const padded = range.start + Math.ceil((range.end - range.start + 9) / blockOctets) * blockOctets;
  const bits = (range.end + range.octetsBefore) * 8;
  bytes[range.end] = 0x80;
  // For a few octets a loop is faster than the call of fill().
  for (let at = range.end + 1; at < padded - 8; at += 1) bytes[at] = 0;
  view.setUint32(padded - 8, bits >>> 0, true);
  view.setUint32(padded - 4, Math.floor(bits / 2 ** 32), true);
  work.set(state);
  for (let offset = range.start; offset < padded; offset += blockOctets) {
    mixBlock(work, view, offset);
  }
  for (let i = 0; i < 4; i++) digest.writeInt32LE(work[i] as number, digestAt + 4 * i);
}

const prefixState = new Int32Array(4);

/** Writes the MD5 of message octets [0, length) to `digest`, from `digestAt` on. */
export function md5(message: MessageBuffer, length: number, digest: Buffer, digestAt = 0): void {
  const start = beginMd5(prefixState, message, length);
  finishMd5(prefixState, message, { start, end: length, octetsBefore: 0 }, digest, digestAt);
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
