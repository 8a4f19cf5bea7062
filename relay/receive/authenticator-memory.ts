// A memory of the most recently recorded Request Authenticators, for the `repeated` mark. RADIUS
// accounting has no replay protection, so a datagram that comes again after the response cache has
// forgotten it is recorded and marked. The mark never suppresses recording. Bounded by count,
// oldest dropped first; 29 octets an entry in flat arrays.

import { AuthenticatorRing } from './authenticator-ring.ts';

export class AuthenticatorMemory {
  readonly #ring: AuthenticatorRing;

  /** @param capacity entries kept, at least 1 */
  constructor(capacity: number) {
    this.#ring = new AuthenticatorRing(capacity);
  }

  /** Entries held now. */
  get size(): number {
    return this.#ring.newest - this.#ring.oldest + 1;
  }

  /** Entries dropped because newer ones needed their place. */
  get dropped(): number {
    return this.#ring.oldest - 1;
  }

  /** Was this packet recorded for this gateway? Reads the authenticator at octets 4 to 20. */
  has(packet: Buffer, gatewayId: string): boolean {
    return this.#ring.find(packet, gatewayId) !== 0;
  }

  /** Remembers a recorded packet; one that is known keeps its place in the queue. */
  add(packet: Buffer, gatewayId: string): void {
    if (this.#ring.find(packet, gatewayId) === 0) this.#ring.add(packet, gatewayId);
  }
}
