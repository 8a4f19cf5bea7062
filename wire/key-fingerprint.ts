// How administrators compare keys: the same two spellings of a key's thumbprint on both sides, one
// as ssh prints it and one to read aloud. Says nothing about whether a key may be used.

const consonants = 'bdfghjklmnprstvz';
const vowels = 'aiou';
const wordsMax = 6;

/** A key as it is compared by eye: `SHA256:...`, and six words that hold its first 96 bits. */
export type KeyFingerprint = { readonly sha256: string; readonly words: string };

/**
 * Spells a thumbprint (RFC 7638, 43 base64url characters).
 * Words are proquints (five letters for 16 bits), so no list of words has to be kept.
 */
export function fingerprintOf(keyId: string): KeyFingerprint {
  const octets = Buffer.from(keyId, 'base64url');
  const words = Array.from({ length: wordsMax }, (_, i) => proquint(octets.readUInt16BE(2 * i)));
  const sha256 = `SHA256:${octets.toString('base64').replace(/=+$/, '')}`;
  return { sha256, words: words.join(' ') };
}

function proquint(bits: number): string {
  const consonant = (shift: number) => consonants[(bits >> shift) & 15];
  const vowel = (shift: number) => vowels[(bits >> shift) & 3];
  return `${consonant(12)}${vowel(10)}${consonant(6)}${vowel(4)}${consonant(0)}`;
}
