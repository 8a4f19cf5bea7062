// Blocks whose meaning is known beyond their network: the operator's sites and overlays, and the
// curated anycast list. Blocks of addresses nest or are disjoint; where they nest, a site beats an
// overlay, an overlay beats the seed, and the narrower beats the wider.

import { type IpBlock, parseIpBlock } from '../ip-number.ts';
import { anycastBlocks } from '../seed-of-servers.ts';
import type { KnownBlock, SiteBlock } from '../site.ts';
import type { Overlay } from './overlay.ts';
import { RangeList } from './range-list.ts';

/** The meanings (values from 1) and the ranges that carry them. */
export type KnownRanges = {
  readonly known: readonly KnownBlock[];
  readonly v4: RangeList;
  readonly v6: RangeList;
};

export function buildKnownRanges(
  sites: readonly SiteBlock[],
  overlays: readonly Overlay[],
): KnownRanges {
  const known: KnownBlock[] = [];
  const entries: { block: IpBlock; id: number; rank: number }[] = [];
  const add = (meaning: KnownBlock, rank: number, blocks: readonly string[]): void => {
    known.push(meaning);
    for (const text of blocks) {
      const block = parseIpBlock(text);
      if (!block) throw new Error(`${text} is no block of addresses`);
      entries.push({ block, id: known.length, rank });
    }
  };
  add({ kind: 'type', type: 'anycast', source: 'seed' }, 0, anycastBlocks);
  for (const { name: list, type, date, blocks } of overlays) {
    add({ kind: 'type', type, source: 'overlay', listed: { list, date } }, 1, blocks);
  }
  for (const { cidr, site } of sites) add({ kind: 'site', site }, 2, [cidr]);
  const family = (version: 4 | 6): RangeList =>
    paint(entries.filter(({ block }) => block.base.version === version));
  return { known, v4: family(4), v6: family(6) };
}

type Entry = { readonly block: IpBlock; readonly id: number; readonly rank: number };

/** A block as 64-bit starts, both ends as numbers of two words. */
type Span = {
  readonly hi: number;
  readonly lo: number;
  readonly bits: number;
  readonly rank: number;
  readonly id: number;
};

/** IPv6 blocks narrower than /64 are widened to it: the file tells no finer. */
function spanOf({ block: { base, bits }, id, rank }: Entry): Span {
  if (base.version === 4) return { hi: base.value, lo: 0, bits, rank, id };
  return { hi: base.words[0], lo: base.words[1], bits: Math.min(bits, 64), rank, id };
}

/** Flattens nested blocks: one pass over their starts with a stack of the open ones. */
function paint(entries: readonly Entry[]): RangeList {
  const ranges = new RangeList();
  const spans = entries
    .map(spanOf)
    .sort((a, b) => a.hi - b.hi || a.lo - b.lo || a.bits - b.bits || a.rank - b.rank);
  const open: Span[] = [];
  const winner = (): number =>
    open.reduce<Span | undefined>((best, s) => (best && best.rank > s.rank ? best : s), undefined)
      ?.id ?? 0;
  const closeUntil = (next: Span | undefined): void => {
    for (let top = open.at(-1); top; top = open.at(-1)) {
      const end = endOf(top);
      if (next && (!end || end.hi > next.hi || (end.hi === next.hi && end.lo > next.lo))) return;
      open.pop();
      if (end) ranges.push(end.hi, end.lo, winner());
    }
  };
  for (const span of spans) {
    closeUntil(span);
    const top = open.at(-1);
    // Of the same block again the last one says it: a list may name one /64 a million times.
    if (top && top.hi === span.hi && top.lo === span.lo && top.bits === span.bits) open.pop();
    open.push(span);
    ranges.push(span.hi, span.lo, winner());
  }
  closeUntil(undefined);
  return ranges;
}

/** First start after a block; undefined when it reaches the end of the space. */
function endOf({ hi, lo, bits }: Span): { hi: number; lo: number } | undefined {
  const lower = bits > 32 ? lo + 2 ** (64 - bits) : lo;
  const carry = bits > 32 ? Math.floor(lower / 2 ** 32) : 2 ** (32 - bits);
  const upper = hi + carry;
  return upper >= 2 ** 32 ? undefined : { hi: upper, lo: lower % 2 ** 32 };
}
