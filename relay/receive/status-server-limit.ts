// How many Status-Server packets (RFC 5997) a gateway gets answered: they carry no state and are
// never recorded, so nothing else bounds what answering them costs (RFC 5997 section 4.2).
// Promise: one bucket per configured gateway; what is above the limit is met with silence.

/** A server under watch is asked every few seconds; a block of gateways shares one bucket. */
const perSecondMax = 50;
const burstMax = 100;

type Bucket = { tokens: number; filledMs: number };

export class StatusServerLimit {
  readonly #buckets = new Map<string, Bucket>();

  /** May this one be answered? `nowMs` is monotonic. */
  allows(gatewayName: string, nowMs: number): boolean {
    const bucket = this.#buckets.get(gatewayName) ?? { tokens: burstMax, filledMs: nowMs };
    this.#buckets.set(gatewayName, bucket);
    const earned = ((nowMs - bucket.filledMs) * perSecondMax) / 1000;
    bucket.tokens = Math.min(burstMax, bucket.tokens + earned);
    bucket.filledMs = nowMs;
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }
}
