// The domain's Hash port.

import { createHash } from 'node:crypto';
import type { Hash } from '../domain/ports.ts';

/** First 128 bits of SHA-256 in base64url: 22 characters. */
export const sha256Hash: Hash = (text) =>
  createHash('sha256').update(text).digest().subarray(0, 16).toString('base64url');
