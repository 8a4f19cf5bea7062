// Implements the domain's Hash port.

import { hash as digestOf } from 'node:crypto';
import type { Hash } from '../../domain/process/ports.ts';

/** A user's name and a session's identity are hashed with each of their events. */
const remembered = new Map<string, string>();
const rememberedMax = 8_192;

/** First 128 bits of SHA-256 in base64url: 22 characters. */
export const sha256Hash: Hash = (text) => {
  const known = remembered.get(text);
  if (known !== undefined) return known;
  const hash = digestOf('sha256', text, 'buffer').subarray(0, 16).toString('base64url');
  if (remembered.size >= rememberedMax) remembered.clear();
  remembered.set(text, hash);
  return hash;
};
