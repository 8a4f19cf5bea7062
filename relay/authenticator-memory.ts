// An exact memory of the Request Authenticators recorded last, for the `repeated` mark: RADIUS
// accounting has no replay protection, so a datagram that comes again after the reply cache has
// forgotten it is recorded and marked. The mark never suppresses recording.
// Bounded by count, oldest dropped first; 28 octets an entry in two flat arrays.

const wordsPerEntry = 5;
const empty = 0;

export class AuthenticatorMemory {
  readonly #capacity: number;
  /** A ring of entries: four words of authenticator and one that tells gateways apart. */
  readonly #ring: Uint32Array;
  /** Open addressing with linear probing: ring index + 1, or `empty`. At most half full. */
  readonly #slots: Uint32Array;
  readonly #mask: number;
  readonly #probe = new Uint32Array(wordsPerEntry);
  #added = 0;

  /** @param capacity entries kept, at least 1 */
  constructor(capacity: number) {
    const slots = 2 ** Math.ceil(Math.log2(capacity * 2));
    this.#capacity = capacity;
    this.#ring = new Uint32Array(capacity * wordsPerEntry);
    this.#slots = new Uint32Array(slots);
    this.#mask = slots - 1;
  }

  /** Entries held now. */
  get size(): number {
    return Math.min(this.#added, this.#capacity);
  }

  /** Entries dropped because newer ones needed their place. */
  get dropped(): number {
    return this.#added - this.size;
  }

  /** Was this packet recorded for this gateway? Reads the authenticator at octets 4 to 20. */
  has(packet: Buffer, gatewayId: string): boolean {
    return this.#slots[this.#seek(packet, gatewayId)] !== empty;
  }

  /** Remembers a recorded packet; one that is known keeps its place in the queue. */
  add(packet: Buffer, gatewayId: string): void {
    let slot = this.#seek(packet, gatewayId);
    if (this.#slots[slot] !== empty) return;
    const index = this.#added % this.#capacity;
    if (this.#added >= this.#capacity) {
      this.#forget(index);
      // Forgetting moves entries, and so the place of this one.
      slot = this.#seek(packet, gatewayId);
    }
    this.#ring.set(this.#probe, index * wordsPerEntry);
    this.#slots[slot] = index + 1;
    this.#added += 1;
  }

  /** The slot of the entry, or the empty slot where it would go. */
  #seek(packet: Buffer, gatewayId: string): number {
    for (let i = 0; i < 4; i++) this.#probe[i] = packet.readUInt32LE(4 + 4 * i);
    this.#probe[4] = hashOf(gatewayId);
    // Authenticators are digests of packets that carry the secret: spread as they are.
    let slot = ((this.#probe[0] ?? 0) ^ (this.#probe[4] ?? 0)) & this.#mask;
    while (this.#slots[slot] !== empty && !this.#equalsProbe(this.#ringAt(slot))) {
      slot = (slot + 1) & this.#mask;
    }
    return slot;
  }

  #ringAt(slot: number): number {
    return ((this.#slots[slot] ?? 0) - 1) * wordsPerEntry;
  }

  #equalsProbe(at: number): boolean {
    for (let i = 0; i < wordsPerEntry; i++) {
      if (this.#ring[at + i] !== this.#probe[i]) return false;
    }
    return true;
  }

  #homeOf(slot: number): number {
    const at = this.#ringAt(slot);
    return ((this.#ring[at] ?? 0) ^ (this.#ring[at + 4] ?? 0)) & this.#mask;
  }

  /** Takes the entry at ring `index` out and closes the gap in its probe run. */
  #forget(index: number): void {
    const at = index * wordsPerEntry;
    let gap = ((this.#ring[at] ?? 0) ^ (this.#ring[at + 4] ?? 0)) & this.#mask;
    while (this.#slots[gap] !== index + 1) gap = (gap + 1) & this.#mask;
    this.#slots[gap] = empty;
    let next = (gap + 1) & this.#mask;
    while (this.#slots[next] !== empty) {
      const distanceToHome = (next - this.#homeOf(next)) & this.#mask;
      const distanceToGap = (next - gap) & this.#mask;
      if (distanceToHome >= distanceToGap) {
        this.#slots[gap] = this.#slots[next] ?? empty;
        this.#slots[next] = empty;
        gap = next;
      }
      next = (next + 1) & this.#mask;
    }
  }
}

/** FNV-1a, 32 bits: tells gateways apart where the authenticators are equal anyway. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return hash >>> 0;
}
