// The spots of a build: each distinct pair of a place (with its second opinion) and a network.

import { combineRanges, type RangeList } from './range-list.ts';

/** Keys are both ids in one exact number. */
const networkSpan = 2 ** 24;

export class SpotTable {
  private readonly ids = new Map<number, number>();
  private readonly keys: number[] = [];

  get size(): number {
    return this.keys.length;
  }

  /** Ranges of spot ids (from 1; 0 where neither place nor network is known). */
  combine(places: RangeList, networks: RangeList): RangeList {
    return combineRanges(places, networks, (place, network) => this.idOf(place, network));
  }

  /** Place id and second opinion of a spot. */
  placeWord(id: number): number {
    return Math.floor((this.keys[id - 1] as number) / networkSpan);
  }

  networkId(id: number): number {
    return (this.keys[id - 1] as number) % networkSpan;
  }

  private idOf(place: number, network: number): number {
    if (place === 0 && network === 0) return 0;
    const key = place * networkSpan + network;
    const known = this.ids.get(key);
    if (known !== undefined) return known;
    this.keys.push(key);
    this.ids.set(key, this.keys.length);
    return this.keys.length;
  }
}
