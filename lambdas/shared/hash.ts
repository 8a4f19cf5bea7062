// Implements the domain's Hash port.

import { hash as digestOf } from 'node:crypto';
import type { Hash } from '../../domain/process/ports.ts';

/** A user's name and a session's identity are hashed with each of their events. */
const remembered = new Map<string, string>();
const rememberedMax = 8_192;

/** A digit has six bits: the first 21 are of 128 bits, and two bits of the next. */
const wholeDigits = 21;
const digits64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const lastDigit: Readonly<Record<string, string>> = Object.fromEntries(
  [...digits64].map((digit, value) => [digit, digits64[value & 0b11_0000] ?? '']),
);

/** First 128 bits of SHA-256 in base64url: 22 characters. */
export const sha256Hash: Hash = (text) => {
  const known = remembered.get(text);
  if (known !== undefined) return known;
  const digits = digestOf('sha256', text, 'base64url');
  const hash = digits.slice(0, wholeDigits) + lastDigit[digits[wholeDigits] ?? ''];
  if (remembered.size >= rememberedMax) remembered.clear();
  remembered.set(text, hash);
  return hash;
};
