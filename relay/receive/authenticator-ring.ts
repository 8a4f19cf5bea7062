// Request Authenticators in the order of their arrival, found by content: a ring of entries in flat
// arrays with a hash table over it. Bounded by count; nothing is allocated after construction, so
// that a million entries cost the garbage collector nothing and a full ring is as fast as an empty
// one (a Map whose oldest keys are deleted all the time is not).
// An entry is an authenticator with a label, say the address it came from. Authenticators are
// compared in full, labels by a hash of 32 bits: they only tell apart who sent one and the same
// authenticator.

const wordsPerEntry = 5;
const empty = 0;
const authenticatorAt = 4;

export class AuthenticatorRing {
  readonly #capacity: number;
  /** Four words of authenticator and one of label, by index in the ring. */
  readonly #words: Uint32Array;
  /** 1: the entry is there; 0: it was removed before its turn. */
  readonly #isHeld: Uint8Array;
  /** Open addressing with linear probing: ring index + 1, or `empty`. At most half full. */
  readonly #slots: Uint32Array;
  readonly #mask: number;
  readonly #probe = new Uint32Array(wordsPerEntry);
  #slotsSeen = 0;
  #newest = 0;
  #oldest = 1;

  /** @param capacity entries kept, at least 1 */
  constructor(capacity: number) {
    const slots = 2 ** Math.ceil(Math.log2(capacity * 2));
    this.#capacity = capacity;
    this.#words = new Uint32Array(capacity * wordsPerEntry);
    this.#isHeld = new Uint8Array(capacity);
    this.#slots = new Uint32Array(slots);
    this.#mask = slots - 1;
  }

  /**
   * Number of the entry added last: entries are numbered from 1, and numbers are not used again.
   */
  get newest(): number {
    return this.#newest;
  }

  /** Number of the oldest entry; above `newest` when there is none. */
  get oldest(): number {
    return this.#oldest;
  }

  /** Slots that were looked at since the start: what searching costs, whatever the machine does. */
  get slotsSeen(): number {
    return this.#slotsSeen;
  }

  /** Where an entry may keep what belongs to it: below the capacity, its own while it is held. */
  indexOf(entry: number): number {
    return entry % this.#capacity;
  }

  /** Number of the entry with the packet's authenticator (octets 4 to 20) and label; 0: none. */
  find(packet: Buffer, label: string): number {
    const slot = this.#seek(packet, label);
    const held = this.#slots[slot] as number;
    if (held === empty) return 0;
    const behind = (this.indexOf(this.#newest) - (held - 1) + this.#capacity) % this.#capacity;
    return this.#newest - behind;
  }

  /** Adds an entry that is not there, in place of the oldest when the ring is full. */
  add(packet: Buffer, label: string): number {
    if (this.#newest - this.#oldest + 1 >= this.#capacity) this.removeOldest();
    const slot = this.#seek(packet, label);
    this.#newest += 1;
    const index = this.indexOf(this.#newest);
    this.#words.set(this.#probe, index * wordsPerEntry);
    this.#isHeld[index] = 1;
    this.#slots[slot] = index + 1;
    return this.#newest;
  }

  /** Takes the oldest entry out, if there is one. */
  removeOldest(): void {
    if (this.#oldest > this.#newest) return;
    this.remove(this.#oldest);
    this.#oldest += 1;
  }

  /** Takes one entry out; its number stays in the order until it is the oldest. */
  remove(entry: number): void {
    const index = this.indexOf(entry);
    if (entry < this.#oldest || this.#isHeld[index] === 0) return;
    this.#isHeld[index] = 0;
    this.#clearSlotOf(index);
  }

  /** The slot of the entry, or the empty slot where it would go. */
  #seek(packet: Buffer, label: string): number {
    const probe = this.#probe;
    for (let word = 0; word < 4; word += 1)
      probe[word] = wordAt(packet, authenticatorAt + 4 * word);
    probe[4] = hashOf(label);
    // Authenticators are digests of packets that carry the secret: spread as they are.
    let slot = ((probe[0] as number) ^ (probe[4] as number)) & this.#mask;
    const first = slot;
    while (this.#slots[slot] !== empty && !this.#equalsProbe(this.#wordsAt(slot))) {
      slot = (slot + 1) & this.#mask;
    }
    this.#slotsSeen += ((slot - first) & this.#mask) + 1;
    return slot;
  }

  #wordsAt(slot: number): number {
    return ((this.#slots[slot] as number) - 1) * wordsPerEntry;
  }

  #equalsProbe(at: number): boolean {
    for (let word = 0; word < wordsPerEntry; word += 1) {
      if (this.#words[at + word] !== this.#probe[word]) return false;
    }
    return true;
  }

  #homeOf(wordsAt: number): number {
    return ((this.#words[wordsAt] as number) ^ (this.#words[wordsAt + 4] as number)) & this.#mask;
  }

  /** Empties the slot of a ring index and closes the gap in its probe run. */
  #clearSlotOf(index: number): void {
    let gap = this.#homeOf(index * wordsPerEntry);
    while (this.#slots[gap] !== index + 1) gap = (gap + 1) & this.#mask;
    this.#slots[gap] = empty;
    let next = (gap + 1) & this.#mask;
    while (this.#slots[next] !== empty) {
      const distanceToHome = (next - this.#homeOf(this.#wordsAt(next))) & this.#mask;
      const distanceToGap = (next - gap) & this.#mask;
      if (distanceToHome >= distanceToGap) {
        this.#slots[gap] = this.#slots[next] as number;
        this.#slots[next] = empty;
        gap = next;
      }
      next = (next + 1) & this.#mask;
    }
  }
}

/** Little-endian: cheaper than the checked readers of Buffer. */
function wordAt(octets: Buffer, at: number): number {
  return (
    (octets[at] as number) |
    ((octets[at + 1] as number) << 8) |
    ((octets[at + 2] as number) << 16) |
    ((octets[at + 3] as number) << 24)
  );
}

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return hash >>> 0;
}
