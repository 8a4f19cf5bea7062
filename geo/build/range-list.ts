// Sorted ranges over an address space while data is being built: each entry holds from its start
// to the next start. Starts are two 32-bit words: an IPv4 address in the upper one, or the upper
// half of an IPv6 address. Equal neighbours are merged as they come.

export class RangeList {
  hi = new Uint32Array(1024);
  lo = new Uint32Array(1024);
  value = new Uint32Array(1024);
  length = 1;

  /**
   * Says that `value` holds from a start on. A start at or before the last one replaces the last
   * value from there on, so that ranges closer together than /64 cannot run backwards.
   */
  push(hi: number, lo: number, value: number): void {
    const last = this.length - 1;
    const lastHi = this.hi[last] as number;
    if (hi < lastHi || (hi === lastHi && lo <= (this.lo[last] as number))) {
      this.value[last] = value;
      if (last > 0 && this.value[last - 1] === value) this.length = last;
      return;
    }
    if (this.value[last] === value) return;
    if (this.length === this.hi.length) this.grow();
    this.hi[this.length] = hi;
    this.lo[this.length] = lo;
    this.value[this.length] = value;
    this.length += 1;
  }

  private grow(): void {
    const doubled = (words: Uint32Array): Uint32Array<ArrayBuffer> => {
      const larger = new Uint32Array(words.length * 2);
      larger.set(words);
      return larger;
    };
    this.hi = doubled(this.hi);
    this.lo = doubled(this.lo);
    this.value = doubled(this.value);
  }

  /** Size of entry `i` in units of 2^`unitBits` starts of 64 bits; IPv4 addresses are 2^32. */
  sizeOf(i: number, unitBits: number): number {
    const start = (this.hi[i] as number) * 2 ** 32 + (this.lo[i] as number);
    const isLast = i === this.length - 1;
    const end = isLast
      ? 2 ** 64
      : (this.hi[i + 1] as number) * 2 ** 32 + (this.lo[i + 1] as number);
    return (end - start) / 2 ** unitBits;
  }

  /** The same ranges with other values. */
  mapValues(valueFor: (value: number) => number): RangeList {
    const mapped = new RangeList();
    for (let i = 0; i < this.length; i += 1) {
      mapped.push(this.hi[i] as number, this.lo[i] as number, valueFor(this.value[i] as number));
    }
    return mapped;
  }
}

/** The ranges on which both lists are constant, with a value made of both. */
export function combineRanges(
  a: RangeList,
  b: RangeList,
  combine: (valueA: number, valueB: number) => number,
): RangeList {
  const combined = new RangeList();
  let i = 0;
  let j = 0;
  let hi = 0;
  let lo = 0;
  for (;;) {
    combined.push(hi, lo, combine(a.value[i] as number, b.value[j] as number));
    const order = compareStarts(a, i + 1, b, j + 1);
    if (order === undefined) return combined;
    if (order <= 0) i += 1;
    if (order >= 0) j += 1;
    hi = (order <= 0 ? a.hi[i] : b.hi[j]) as number;
    lo = (order <= 0 ? a.lo[i] : b.lo[j]) as number;
  }
}

/** Which start comes first; undefined when both lists have ended. */
function compareStarts(a: RangeList, i: number, b: RangeList, j: number): number | undefined {
  if (i >= a.length) return j >= b.length ? undefined : 1;
  if (j >= b.length) return -1;
  return (a.hi[i] as number) - (b.hi[j] as number) || (a.lo[i] as number) - (b.lo[j] as number);
}
