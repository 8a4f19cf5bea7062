// Limits on how many connections a source may open and hold, and on their total.
// Promise: decided before a single octet of TLS is read, in constant time and bounded memory; a
// source that has presented a good certificate is not limited by a flood from others.

import type { RadsecLimits } from '../config/radsec-material.ts';
import { type ConnectionEnd, radsecBounds } from './protocol.ts';

type Bucket = { tokens: number; filledMs: number };
type Source = { open: number; readonly bucket: Bucket; isTrusted: boolean };

/** Sources remembered; those without a connection go first. */
const sourcesMax = 4096;

export class SourceLimits {
  readonly #limits: RadsecLimits;
  readonly #sources = new Map<string, Source>();
  readonly #unknownClients: Bucket;
  #open = 0;
  #handshakes = 0;

  constructor(limits: RadsecLimits, nowMs: number) {
    this.#limits = limits;
    this.#unknownClients = {
      tokens: radsecBounds.unknownClientHandshakesPerSecondMax,
      filledMs: nowMs,
    };
  }

  /** Connections now, those in a handshake included. */
  get open(): number {
    return this.#open;
  }

  /** Sources remembered now. */
  get sources(): number {
    return this.#sources.size;
  }

  /** May this source open one more? If so it is counted until `closed`. `nowMs` is monotonic. */
  admit(address: string, nowMs: number): ConnectionEnd | undefined {
    const { connectionsMax, connectionsPerSourceMax, handshakesPerSecondMax } = this.#limits;
    const source = this.#sourceOf(address, nowMs);
    if (!takeToken(source.bucket, handshakesPerSecondMax, 2 * handshakesPerSecondMax, nowMs)) {
      return 'too-many-handshakes';
    }
    if (source.open >= connectionsPerSourceMax) return 'too-many-connections';
    if (this.#open >= connectionsMax) return 'too-many-connections';
    if (!source.isTrusted) {
      const rate = radsecBounds.unknownClientHandshakesPerSecondMax;
      const isCrowded = this.#handshakes >= radsecBounds.handshakesAtOnceMax;
      if (isCrowded || !takeToken(this.#unknownClients, rate, rate, nowMs))
        return 'too-many-handshakes';
    }
    source.open += 1;
    this.#open += 1;
    this.#handshakes += 1;
    return undefined;
  }

  /** An admitted connection is through its handshake, with or without success. */
  shaken(address: string, isTrusted: boolean): void {
    this.#handshakes -= 1;
    const source = this.#sources.get(address);
    if (source && isTrusted) source.isTrusted = true;
  }

  /** An admitted connection has ended. */
  closed(address: string): void {
    this.#open -= 1;
    const source = this.#sources.get(address);
    if (source) source.open -= 1;
  }

  #sourceOf(address: string, nowMs: number): Source {
    const known = this.#sources.get(address);
    if (known) return known;
    if (this.#sources.size >= sourcesMax) this.#forget();
    const tokens = 2 * this.#limits.handshakesPerSecondMax;
    const source: Source = { open: 0, bucket: { tokens, filledMs: nowMs }, isTrusted: false };
    this.#sources.set(address, source);
    return source;
  }

  /** Makes room: quiet unknown addresses first, then quiet known ones. */
  #forget(): void {
    for (const mayGo of [
      (one: Source) => one.open === 0 && !one.isTrusted,
      (one: Source) => one.open === 0,
    ]) {
      for (const [address, source] of this.#sources) {
        if (mayGo(source)) this.#sources.delete(address);
      }
      if (this.#sources.size < sourcesMax) return;
    }
  }
}

function takeToken(bucket: Bucket, perSecond: number, most: number, nowMs: number): boolean {
  const earned = ((nowMs - bucket.filledMs) * perSecond) / 1000;
  bucket.tokens = Math.min(most, bucket.tokens + earned);
  bucket.filledMs = nowMs;
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}
